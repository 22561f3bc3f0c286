//! What browsers call themselves, and how that changes as they are updated.
//!
//! The only place that knows user agents. The strings are those that browsers send in 2026; the shares are
//! after StatCounter's for desktop and mobile (2025), rounded.

use std::fmt::Write as _;

use sqreen::event::UserAgent;

use super::dice::Dice;

/// A browser or tool, and its version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Client {
    kind: u8,
    version: u16,
}

/// On what a browser runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Machine {
    Computer,
    Phone,
    Script,
}

struct Kind {
    machine: Machine,
    /// Of all on such machines, in tenths of a per cent.
    share: u32,
    /// The string, where `{}` stands for the version.
    text: &'static str,
    /// The version of the day on which every stream begins.
    version: u16,
    /// How many days there are from one version to the next; 0: it stays.
    every: u64,
}

const fn kind(machine: Machine, share: u32, version: u16, every: u64, text: &'static str) -> Kind {
    Kind {
        machine,
        share,
        text,
        version,
        every,
    }
}

use Machine::{Computer, Phone, Script};

/// Chrome, Edge and Firefox have a version every four weeks, Safari one every six or so.
#[rustfmt::skip]
const KINDS: [Kind; 20] = [
    kind(Computer, 480, 143, 28, "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36"),
    kind(Computer, 110, 143, 28, "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36"),
    kind(Computer, 35, 143, 28, "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36"),
    kind(Computer, 125, 143, 28, "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36 Edg/{}.0.0.0"),
    kind(Computer, 45, 146, 28, "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:{}.0) Gecko/20100101 Firefox/{}.0"),
    kind(Computer, 12, 146, 28, "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:{}.0) Gecko/20100101 Firefox/{}.0"),
    kind(Computer, 13, 146, 28, "Mozilla/5.0 (X11; Linux x86_64; rv:{}.0) Gecko/20100101 Firefox/{}.0"),
    kind(Computer, 95, 2, 42, "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.{} Safari/605.1.15"),
    kind(Computer, 20, 125, 0, "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 OPR/{}.0.0.0"),
    kind(Computer, 10, 140, 0, "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:{}.0) Gecko/20100101 Firefox/{}.0"),
    kind(Phone, 560, 143, 28, "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Mobile Safari/537.36"),
    kind(Phone, 260, 2, 42, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.{} Mobile/15E148 Safari/604.1"),
    kind(Phone, 50, 29, 90, "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/{}.0 Chrome/136.0.0.0 Mobile Safari/537.36"),
    kind(Phone, 45, 143, 28, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/{}.0.0.0 Mobile/15E148 Safari/604.1"),
    kind(Phone, 15, 146, 28, "Mozilla/5.0 (Android 15; Mobile; rv:{}.0) Gecko/{}.0 Firefox/{}.0"),
    kind(Phone, 70, 7, 0, "Mozilla/5.0 (iPhone; CPU iPhone OS 17_{} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.{} Mobile/15E148 Safari/604.1"),
    kind(Script, 500, 5, 0, "python-requests/2.32.{}"),
    kind(Script, 200, 2, 0, "Go-http-client/{}.0"),
    kind(Script, 200, 17, 0, "curl/8.{}.0"),
    kind(Script, 100, 13, 0, "axios/1.{}.2"),
];

/// The day of the stream on which the first versions of the year come out: 13 January 2026 by the calendars
/// of Chrome (144) and Firefox (147).
const FIRST_RELEASE: u64 = 8;
/// Once somebody's browser has a new version to take, it waits up to so many days. Assumed.
const LAG_DAYS: u64 = 10;
/// How many versions behind those are at most who do not update. Assumed.
const BEHIND: u64 = 6;

impl Kind {
    /// The version that somebody has on a day who waits so many days with an update.
    fn version_on(&self, day: u64, lag: u64) -> u64 {
        let since = (day + self.every).saturating_sub(FIRST_RELEASE + lag);
        u64::from(self.version) + since.checked_div(self.every).unwrap_or_default()
    }

    /// That of somebody who does not update any more. Minor versions of one year do not go back that far.
    fn older_by(&self, versions: u64) -> u64 {
        let version = u64::from(self.version);
        if self.every == 28 {
            version - versions
        } else {
            version
        }
    }
}

impl Client {
    /// The Tor browser: it calls itself a Firefox of long support on Windows wherever it runs.
    pub(super) const TOR_BROWSER: Self = Self {
        kind: 9,
        version: 140,
    };

    /// One that is on such machines, as often as people have it there, as it is on a day (counted from the
    /// first). Of one owner's dice comes the same one, and its updates.
    pub(super) fn owned(machine: Machine, day: u64, dice: &mut Dice) -> Self {
        let weight = |kind: &Kind| {
            if kind.machine == machine {
                kind.share
            } else {
                0
            }
        };
        let chosen = dice.weighted(KINDS.iter().map(weight));
        let kind = &KINDS[chosen];
        // Nine in ten update, each on days of their own.
        let lag = dice.below(LAG_DAYS);
        let stuck = dice.below(10) == 0;
        let behind = 1 + dice.below(BEHIND);
        let version = if stuck {
            kind.older_by(behind)
        } else {
            kind.version_on(day, lag)
        };
        Self::numbered(chosen, version)
    }

    /// The most popular one on such machines, up to date.
    pub(super) fn popular(machine: Machine, day: u64) -> Self {
        let first = KINDS.iter().position(|kind| kind.machine == machine);
        let first = first.unwrap_or_default();
        Self::numbered(first, KINDS[first].version_on(day, 0))
    }

    fn numbered(kind: usize, version: u64) -> Self {
        Self {
            // There are twenty kinds, and versions have three digits.
            kind: u8::try_from(kind).unwrap_or_default(),
            version: u16::try_from(version).unwrap_or(u16::MAX),
        }
    }

    /// As it stands in a request.
    pub(super) fn user_agent(self) -> UserAgent {
        let pieces = KINDS[usize::from(self.kind)].text.split("{}");
        let mut text = String::with_capacity(160);
        for (n, piece) in pieces.enumerate() {
            if n > 0 {
                // Writing to a string does not fail.
                let _ = write!(text, "{}", self.version);
            }
            text.push_str(piece);
        }
        UserAgent::from_bytes(text.as_bytes())
    }
}

/// Whether a user agent is a tool's: a documented tell of attackers, and of the few honest people with
/// scripts.
#[cfg(test)]
pub(super) fn is_tool(user_agent: &str) -> bool {
    !user_agent.starts_with("Mozilla/")
}

#[cfg(test)]
mod tests {
    use super::super::dice::Purpose;
    use super::*;

    #[test]
    fn a_browser_is_updated_and_stays_the_same_browser() {
        let dice = Dice::new(1, Purpose::Device, &[5]);
        let at = |day| Client::owned(Machine::Computer, day, &mut dice.clone());
        assert_eq!(at(3), at(3));
        let versions: Vec<u16> = (0..200).map(|day| at(day).version).collect();
        assert!(versions.is_sorted(), "{versions:?}");
        assert!(versions[199] >= versions[0] + 5, "{versions:?}");
        assert_eq!(at(0).kind, at(199).kind);
    }

    #[test]
    fn user_agents_are_whole() {
        for n in 0..500 {
            let machine = [Machine::Computer, Machine::Phone][n as usize % 2];
            let client = Client::owned(machine, n, &mut Dice::new(1, Purpose::Device, &[n]));
            let text = client.user_agent().as_str().to_owned();
            assert!(
                text.starts_with("Mozilla/5.0 (") && !text.contains('{'),
                "{text}"
            );
        }
        let popular = Client::popular(Machine::Computer, 0).user_agent();
        assert!(
            popular.as_str().contains("Chrome/143.0.0.0 Safari"),
            "{popular:?}"
        );
    }
}
