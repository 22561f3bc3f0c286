//! What a user agent says of browser, system and device: as much as tells one client from another.
//!
//! It is no directory of browsers. A name it does not know is a browser of that name, so that new ones are told apart
//! as well, and a text that makes no sense is a client like others that send the same. Anybody can write anything
//! into it, so it takes one pass over the text, and what it finds is only ever compared.

use std::hash::BuildHasher;

use foldhash::quality::FixedState;

use crate::engine::seen::short;

/// What a client is, of what it says. Only ever compared: with the parts of a client before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Agent<'a> {
    /// Name and major version, of Internet Explorer its engine's.
    pub(super) browser: (&'a str, &'a str),
    /// Name and version: of phones the major one.
    pub(super) system: (&'a str, &'a str),
    pub(super) device: Device,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Device {
    Desktop = 1,
    Phone,
    Tablet,
    /// What calls itself no browser: a library, a command.
    Program,
}

impl<'a> Agent<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let mut reading = Reading::default();
        let (mut from, mut slash) = (0, None);
        // By bytes: decoding each character would take longer than all the rest.
        for (place, byte) in text.bytes().chain([b' ']).enumerate() {
            match byte {
                b' ' | b';' | b'(' | b')' | b',' => {
                    reading.take(text, from, slash.take(), place);
                    from = place + 1;
                }
                b'/' if slash.is_none() => slash = Some(place),
                _ => {}
            }
        }
        reading.done()
    }
}

/// 16 bits of a name and a version, which is enough to tell a few of one user's apart.
#[allow(
    clippy::cast_possible_truncation,
    reason = "a part of a hash is a hash"
)]
pub(super) fn told(name: (&str, &str), state: &FixedState) -> u16 {
    short(state.hash_one(name)) as u16
}

/// What was found so far.
#[derive(Default)]
struct Reading<'a> {
    browser: (&'a str, &'a str),
    /// How well the browser tells itself: all of them say that they are others as well.
    rank: u8,
    system: (&'a str, &'a str),
    before: &'a str,
    mobile: bool,
    tablet: bool,
    is_browser: bool,
    begun: bool,
}

impl<'a> Reading<'a> {
    /// Takes in the word between two places, which may have a slash.
    fn take(&mut self, text: &'a str, from: usize, slash: Option<usize>, end: usize) {
        let part = |from: usize, end: usize| text.get(from..end).unwrap_or_default();
        if from == end {
            return;
        }
        match slash {
            Some(slash) => self.product(part(from, slash), part(slash + 1, end)),
            None => self.remark(part(from, end)),
        }
        self.before = part(from, end);
        self.begun = true;
    }

    /// Such as `Chrome/141.0.0.0`.
    fn product(&mut self, name: &'a str, version: &'a str) {
        let (known, rank) = match name {
            "Mozilla" => {
                self.is_browser |= !self.begun;
                return;
            }
            "Mobile" => {
                self.mobile = true;
                return;
            }
            "Version" => ("Safari", 2),
            "Chrome" | "CriOS" | "Chromium" | "HeadlessChrome" => ("Chrome", 3),
            "Firefox" | "FxiOS" | "Focus" => ("Firefox", 4),
            "Trident" => ("Internet Explorer", 4),
            "Edg" | "EdgA" | "EdgiOS" | "Edge" => ("Edge", 5),
            "OPR" | "OPT" | "OPX" => ("Opera", 5),
            "SamsungBrowser" | "Vivaldi" | "YaBrowser" | "DuckDuckGo" | "Ddg" | "UCBrowser"
            | "MiuiBrowser" | "HuaweiBrowser" | "Whale" | "Silk" => (name, 5),
            _ if !self.begun => (name, 1),
            _ => return,
        };
        if rank > self.rank {
            self.rank = rank;
            self.browser = (known, major(version));
        }
    }

    /// Such as `Windows NT 10.0`, one word at a time.
    fn remark(&mut self, word: &'a str) {
        match (self.before, word) {
            ("NT", version) => self.system = ("Windows", version),
            ("Android", version) if is_number(version) => {
                self.system = ("Android", major(version));
            }
            // `CPU iPhone OS 18_6 like Mac OS X`, and `Intel Mac OS X 10_15_7`.
            ("OS", version) if is_number(version) => self.system = ("iOS", major(version)),
            ("X", version) if is_number(version) => {
                self.system = ("macOS", two_of(version));
            }
            (_, "Android") => self.system = ("Android", ""),
            (_, "CrOS") => self.system = ("ChromeOS", ""),
            (_, "Linux") if self.system.0.is_empty() => self.system = ("Linux", ""),
            (_, "Mobile" | "iPhone" | "iPod") => self.mobile = true,
            (_, "iPad" | "Tablet") => self.tablet = true,
            _ if !self.begun => self.browser = (word, ""),
            _ => {}
        }
    }

    fn done(self) -> Agent<'a> {
        let phone_system = matches!(self.system.0, "Android" | "iOS");
        let device = match self {
            Self {
                is_browser: false, ..
            } => Device::Program,
            Self { tablet: true, .. } => Device::Tablet,
            Self { mobile: true, .. } => Device::Phone,
            // Phones say that they are mobile.
            _ if phone_system => Device::Tablet,
            _ => Device::Desktop,
        };
        Agent {
            browser: self.browser,
            system: self.system,
            device,
        }
    }
}

fn is_number(text: &str) -> bool {
    text.as_bytes().first().is_some_and(u8::is_ascii_digit)
}

/// The digits that it begins with.
fn major(version: &str) -> &str {
    digits(version, 0)
}

/// The first two numbers, as in `10_15_7`.
fn two_of(version: &str) -> &str {
    let first = digits(version, 0).len();
    digits(version, first + 1)
}

/// What it begins with, up to the digits from `from` on.
fn digits(version: &str, from: usize) -> &str {
    let more = version.bytes().skip(from);
    let end = from + more.take_while(u8::is_ascii_digit).count();
    version.get(..end).unwrap_or(version)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn those_that_people_use_are_told_apart() {
        for (text, browser, system, device) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
                ("Chrome", "141"),
                ("Windows", "10.0"),
                Device::Desktop,
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/140.0.0.0",
                ("Edge", "140"),
                ("Windows", "10.0"),
                Device::Desktop,
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
                ("Safari", "18"),
                ("macOS", "10_15"),
                Device::Desktop,
            ),
            (
                "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                ("Firefox", "140"),
                ("Linux", ""),
                Device::Desktop,
            ),
            (
                "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
                ("Chrome", "141"),
                ("ChromeOS", ""),
                Device::Desktop,
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
                ("Safari", "18"),
                ("iOS", "18"),
                Device::Phone,
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/141.0.7390.26 Mobile/15E148 Safari/604.1",
                ("Chrome", "141"),
                ("iOS", "18"),
                Device::Phone,
            ),
            (
                "Mozilla/5.0 (iPad; CPU OS 17_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.7 Mobile/15E148 Safari/604.1",
                ("Safari", "17"),
                ("iOS", "17"),
                Device::Tablet,
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36",
                ("SamsungBrowser", "27"),
                ("Android", "14"),
                Device::Phone,
            ),
            (
                "Mozilla/5.0 (Linux; Android 13; SM-X200) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
                ("Chrome", "141"),
                ("Android", "13"),
                Device::Tablet,
            ),
            (
                "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)",
                ("Internet Explorer", "5"),
                ("Windows", "6.1"),
                Device::Desktop,
            ),
            ("curl/8.15.0", ("curl", "8"), ("", ""), Device::Program),
            (
                "python-requests/2.32.5",
                ("python-requests", "2"),
                ("", ""),
                Device::Program,
            ),
            (
                "okhttp (Linux; Android 9)",
                ("okhttp", ""),
                ("Android", "9"),
                Device::Program,
            ),
            ("", ("", ""), ("", ""), Device::Program),
        ] {
            let told = Agent::of(text);
            let right = Agent {
                browser,
                system,
                device,
            };
            assert_eq!(told, right, "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_sent_is_read(text in "(?s).{0,300}", odd in "[a-zA-Z0-9/;() ._é-]{0,80}") {
            Agent::of(&text);
            let words = ["NT", "OS X", "Android", "Chrome/", "OS"];
            for word in words {
                Agent::of(&format!("Mozilla/5.0 ({word} {odd}"));
                Agent::of(&format!("{word}{odd}"));
            }
        }
    }
}
