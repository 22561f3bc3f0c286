//! Where the banned are sent instead of being refused: which targets there can be, and how a decision is named
//! to them.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use http::uri::Authority;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use super::DecisionId;
use super::text::deserialize_text;

/// A page for the banned: an absolute path on the same site, or an `http` or `https` URL.
///
/// ```
/// use sqreen_runtime::event::{RedirectTarget, RedirectTargetError};
///
/// let page: RedirectTarget = "/help/banned?lang=en".parse()?;
/// assert_eq!(page.path(), Some("/help/banned"));
/// let other: RedirectTarget = "https://status.example.com/".parse()?;
/// assert_eq!(other.path(), None);
///
/// // A browser would go to another site.
/// let elsewhere = "//example.org/".parse::<RedirectTarget>();
/// assert_eq!(elsewhere, Err(RedirectTargetError::OtherHost));
/// # Ok::<(), RedirectTargetError>(())
/// ```
///
/// Of a page on the same site give the path, not the URL: requests to that path, as the layer sees it, are let
/// through. A URL is never compared with the site's own name, so the banned would be sent to it again and again.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RedirectTarget(Arc<Target>);

#[derive(PartialEq, Eq, Hash)]
struct Target {
    text: Box<str>,
    /// Of a path on the same site, how many bytes there are before its query or fragment.
    path: Option<usize>,
}

/// Why a text is no target of a redirect.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RedirectTargetError {
    /// It is neither an absolute path nor a URL.
    #[error("a redirect goes to a path such as `/banned`, or to a URL that begins with `https://`")]
    Relative,
    /// It begins with `//`: the name of another site would follow.
    #[error("a path that begins with `//` leads to another site: write one `/`, or the whole URL")]
    OtherHost,
    /// It is a URL of another scheme, such as `javascript`.
    #[error("a redirect goes to an `http` or `https` URL, not to one of another scheme")]
    Scheme,
    /// What follows the scheme names no host, or a user as well.
    #[error("the URL of a redirect needs a host, with a port or without, and no user")]
    Host,
    /// It has a segment `.` or `..`, which clients take out: the path they ask for would be another.
    #[error("the path of a redirect cannot have `.` or `..` as a segment")]
    DotSegment,
    /// It has a character that a URL cannot have as it is, a control character for example.
    #[error("{found:?} at byte {at} cannot stand in a URL: percent-encode it")]
    Character {
        /// Which.
        found: char,
        /// After how many bytes.
        at: usize,
    },
    /// It is longer than is kept.
    #[error("a redirect's target has at most {} bytes", RedirectTarget::MAX)]
    TooLong,
}

impl RedirectTarget {
    /// The longest target, in bytes. RFC 9110 §4.1 has everybody support URIs of 8,000 at least; what older
    /// browsers and proxies take ends at 2,083.
    pub const MAX: usize = 2_000;

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// The path, where it is on the same site: requests to exactly this path are let through.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.0.text.get(..self.0.path?)
    }

    /// The target with the decision's id as the query parameter `decision`: what stands in `Location`.
    ///
    /// ```
    /// use sqreen_runtime::event::{DecisionId, RedirectTarget};
    ///
    /// let page: RedirectTarget = "/banned?lang=en#why".parse()?;
    /// let id: DecisionId = "00c0ffee00c0ffee".parse()?;
    /// assert_eq!(page.location(id), "/banned?lang=en&decision=00c0ffee00c0ffee#why");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn location(&self, decision: DecisionId) -> String {
        let text = self.as_str();
        let (before, fragment) = text.split_at(text.find('#').unwrap_or(text.len()));
        let joint = match before.split_once('?') {
            None => "?",
            Some((_, "")) => "",
            Some(_) => "&",
        };
        format!("{before}{joint}decision={decision}{fragment}")
    }
}

impl FromStr for RedirectTarget {
    type Err = RedirectTargetError;

    fn from_str(text: &str) -> Result<Self, RedirectTargetError> {
        if text.len() > Self::MAX {
            return Err(RedirectTargetError::TooLong);
        }
        let path = if text.starts_with('/') {
            Some(same_site(text)?)
        } else {
            url(text)?;
            None
        };
        let text = text.into();
        Ok(Self(Arc::new(Target { text, path })))
    }
}

/// Where the path ends, of a target on the same site.
fn same_site(text: &str) -> Result<usize, RedirectTargetError> {
    // Browsers take `\` for `/`.
    if text.starts_with("//") || text.starts_with("/\\") {
        return Err(RedirectTargetError::OtherHost);
    }
    check_characters(text, 0)?;
    let end = text.find(['?', '#']).unwrap_or(text.len());
    if text[..end].split('/').any(is_dots) {
        return Err(RedirectTargetError::DotSegment);
    }
    Ok(end)
}

/// `.` or `..`, percent-encoded or not: clients treat them alike.
fn is_dots(segment: &str) -> bool {
    let plain = segment.replace("%2e", ".").replace("%2E", ".");
    plain == "." || plain == ".."
}

fn url(text: &str) -> Result<(), RedirectTargetError> {
    let end_of_scheme = text.find([':', '/', '?', '#']).unwrap_or(text.len());
    let (scheme, rest) = text.split_at(end_of_scheme);
    if !rest.starts_with(':') {
        return Err(RedirectTargetError::Relative);
    }
    if !["http", "https"].contains(&&*scheme.to_ascii_lowercase()) {
        return Err(RedirectTargetError::Scheme);
    }
    let rest = rest.strip_prefix("://").ok_or(RedirectTargetError::Host)?;
    let end_of_host = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, rest) = rest.split_at(end_of_host);
    check_host(host)?;
    check_characters(rest, text.len() - rest.len())
}

fn check_host(text: &str) -> Result<(), RedirectTargetError> {
    let authority: Authority = text.parse().map_err(|_| RedirectTargetError::Host)?;
    let after_host = text.strip_prefix(authority.host());
    let has_port = match after_host.and_then(|rest| rest.strip_prefix(':')) {
        None => after_host == Some(""),
        Some(port) => port.parse::<u16>().is_ok(),
    };
    let is_plain = !authority.host().is_empty() && !text.contains(['@', '%']) && has_port;
    is_plain.then_some(()).ok_or(RedirectTargetError::Host)
}

/// That there is nothing but what RFC 3986 lets stand in a path, a query and one fragment.
fn check_characters(text: &str, begin: usize) -> Result<(), RedirectTargetError> {
    let bytes = text.as_bytes();
    let mut fragments = 0;
    for (n, found) in text.char_indices() {
        let allowed = match found {
            '%' => {
                let digits = bytes.get(n + 1..n + 3);
                digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
            }
            '#' => {
                fragments += 1;
                fragments == 1
            }
            _ => found.is_ascii_alphanumeric() || "-._~:/?@!$&'()*+,;=".contains(found),
        };
        if !allowed {
            let at = begin + n;
            return Err(RedirectTargetError::Character { found, at });
        }
    }
    Ok(())
}

impl fmt::Display for RedirectTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for RedirectTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RedirectTarget({self})")
    }
}

impl Serialize for RedirectTarget {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for RedirectTarget {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_text(deserializer, "the target of a redirect")
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn target(text: &str) -> Result<RedirectTarget, RedirectTargetError> {
        text.parse()
    }

    #[test]
    fn paths_and_urls_are_targets() {
        for (text, path) in [
            ("/", Some("/")),
            ("/banned", Some("/banned")),
            ("/a//b/.well-known/...", Some("/a//b/.well-known/...")),
            ("/b%C3%A9?why=..&so=/../#there", Some("/b%C3%A9")),
            ("/a#there", Some("/a")),
            ("http://example.com", None),
            ("HTTPS://example.com:8443/a?b#c", None),
            ("https://[2001:db8::1]:443/", None),
        ] {
            let target = target(text).unwrap();
            assert_eq!((target.as_str(), target.path()), (text, path));
            let written = serde_json::to_string(&target).unwrap();
            assert_eq!(
                serde_json::from_str::<RedirectTarget>(&written).unwrap(),
                target
            );
        }
    }

    #[test]
    fn nothing_leads_to_another_site_by_looking_like_a_path() {
        for text in ["//example.org", "///example.org", "/\\example.org", "//"] {
            assert_eq!(target(text), Err(RedirectTargetError::OtherHost), "{text}");
        }
        for text in [
            "/a\\b",
            "/a\tb",
            "/\n/example.org",
            "/a b",
            "/\u{2025}",
            "/a\0",
        ] {
            let error = target(text).unwrap_err();
            assert!(
                matches!(error, RedirectTargetError::Character { .. }),
                "{text:?}"
            );
        }
        for text in ["/a/../b", "/.", "/%2e%2E/a", "/.%2e", "/..?a"] {
            assert_eq!(target(text), Err(RedirectTargetError::DotSegment), "{text}");
        }
    }

    #[test]
    fn other_schemes_and_half_urls_are_none() {
        for text in [
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://example.com",
            "httpss://a",
        ] {
            assert_eq!(target(text), Err(RedirectTargetError::Scheme), "{text}");
        }
        for text in [
            "",
            "banned",
            "example.com/banned",
            "?banned",
            "#",
            " /banned",
        ] {
            assert_eq!(target(text), Err(RedirectTargetError::Relative), "{text}");
        }
        for text in [
            "https:",
            "https:/example.com",
            "https://",
            "https:///a",
            "https://:80",
            "https://user@example.com",
            "https://a:b@example.com",
            "https://example.com:",
            "https://example.com:99999",
            "https://exa mple.com",
            "https://example.com\\@example.org",
        ] {
            assert_eq!(target(text), Err(RedirectTargetError::Host), "{text}");
        }
        let bad = target("https://example.com/\r\nset-cookie:a");
        let at = "https://example.com/".len();
        assert_eq!(bad, Err(RedirectTargetError::Character { found: '\r', at }));
        assert_eq!(
            target(&format!("/{:2000}", "")),
            Err(RedirectTargetError::TooLong)
        );
    }

    #[test]
    fn a_percent_sign_begins_an_escape_and_there_is_one_fragment() {
        for text in ["/100%", "/a%2", "/a%zz", "/a#b#c"] {
            assert!(target(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_decision_goes_into_the_query_wherever_that_is() {
        let id: DecisionId = "00000000000000ff".parse().unwrap();
        for (text, location) in [
            ("/a", "/a?decision=00000000000000ff"),
            ("/a?", "/a?decision=00000000000000ff"),
            ("/a?b=c", "/a?b=c&decision=00000000000000ff"),
            ("/a#?", "/a?decision=00000000000000ff#?"),
            (
                "https://example.com",
                "https://example.com?decision=00000000000000ff",
            ),
        ] {
            assert_eq!(target(text).unwrap().location(id), location);
        }
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_can_stand_in_a_header(text in "(/|https?://)[ -~\u{0}-\u{9f}/\\\\.%#?@:]{0,40}") {
            if let Ok(target) = target(&text) {
                let location = target.location(DecisionId::new(1, 1, 1));
                prop_assert!(HeaderValue::from_str(&location).is_ok());
                prop_assert!(!location.starts_with("//"));
                prop_assert!(location.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\'));
            }
        }
    }
}
