//! In which header our proxies name the client.

use std::fmt;
use std::str::FromStr;

use http::header::{FORWARDED, HeaderName};
use serde::{Deserialize, Serialize};

pub(super) static X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The header in which your proxies name the client.
///
/// Exactly one is read, and it must be one that your proxy sets or appends to on every
/// request. A client can send any of them; the one that the proxy does not touch arrives
/// as the client wrote it. So there is no list to try in order, and nothing is read from
/// one header because it is not in another.
///
/// ```
/// use sqreen_runtime::request::Header;
///
/// assert_eq!("X-Forwarded-For".parse(), Ok(Header::XForwardedFor));
/// assert_eq!("forwarded".parse(), Ok(Header::Forwarded));
/// assert!(matches!("CF-Connecting-IP".parse(), Ok(Header::Single(_))));
/// assert_eq!(Header::default().to_string(), "x-forwarded-for");
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[non_exhaustive]
pub enum Header {
    /// `X-Forwarded-For`: what most proxies append to.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
    /// A header with the client's address and nothing else, which the proxy overwrites:
    /// `CF-Connecting-IP`, `Fly-Client-IP`, `True-Client-IP`, `X-Real-IP`,
    /// `CloudFront-Viewer-Address`.
    Single(HeaderName),
}

impl Header {
    /// The header's name.
    #[must_use]
    pub fn name(&self) -> &HeaderName {
        match self {
            Self::XForwardedFor => &X_FORWARDED_FOR,
            Self::Forwarded => &FORWARDED,
            Self::Single(name) => name,
        }
    }
}

/// `X-Forwarded-For` and `Forwarded` become what they are, every other name a
/// [`Header::Single`].
impl From<HeaderName> for Header {
    fn from(name: HeaderName) -> Self {
        if name == X_FORWARDED_FOR {
            Self::XForwardedFor
        } else if name == FORWARDED {
            Self::Forwarded
        } else {
            Self::Single(name)
        }
    }
}

impl FromStr for Header {
    type Err = HeaderError;

    fn from_str(name: &str) -> Result<Self, HeaderError> {
        match name.parse::<HeaderName>() {
            Ok(name) => Ok(name.into()),
            Err(_) => Err(HeaderError(())),
        }
    }
}

impl TryFrom<String> for Header {
    type Error = HeaderError;

    fn try_from(name: String) -> Result<Self, HeaderError> {
        name.parse()
    }
}

impl From<Header> for String {
    fn from(header: Header) -> Self {
        header.name().as_str().to_owned()
    }
}

impl fmt::Display for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name().as_str())
    }
}

/// A name that no header can have.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("this is not the name of a header; write one such as x-forwarded-for or cf-connecting-ip")]
pub struct HeaderError(());
