//! What comes out: an address, and what the operator should know about how it was found.

use std::fmt;

use crate::event::Address;

/// Who a request is attributed to, and whether something was odd about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Resolved {
    address: Option<Address>,
    peer: Option<Address>,
    is_proxy: bool,
    oddity: Option<Oddity>,
}

impl Resolved {
    /// The peer itself, which is no proxy of ours.
    #[inline]
    pub(super) fn direct(peer: Address) -> Self {
        Self {
            address: Some(peer),
            peer: Some(peer),
            is_proxy: false,
            oddity: None,
        }
    }

    /// A client that our proxies name.
    pub(super) fn reported(client: Address, peer: Option<Address>) -> Self {
        Self {
            address: Some(client),
            peer,
            is_proxy: false,
            oddity: None,
        }
    }

    /// A request that got no further than our own proxy.
    #[cold]
    pub(super) fn odd(proxy: Option<Address>, peer: Option<Address>, oddity: Oddity) -> Self {
        Self {
            address: proxy,
            peer,
            is_proxy: proxy.is_some(),
            oddity: Some(oddity),
        }
    }

    /// The client's address, or the last proxy of ours that can be named; `None` when
    /// there was no peer address, as with a Unix socket.
    #[must_use]
    pub const fn address(&self) -> Option<Address> {
        self.address
    }

    /// The socket's own address, whoever the client is.
    #[must_use]
    pub const fn peer(&self) -> Option<Address> {
        self.peer
    }

    /// Whether [`address`](Self::address) is one of the trusted proxies. Then everybody
    /// behind that proxy has this address, so it must not be counted or banned.
    #[must_use]
    pub const fn is_proxy(&self) -> bool {
        self.is_proxy
    }

    /// What was odd, to be counted and shown.
    #[must_use]
    pub const fn oddity(&self) -> Option<Oddity> {
        self.oddity
    }
}

/// Why a request could not be attributed to a client behind our proxies.
///
/// A few are harmless: a health check, a script on the proxy's own host. Many mean that
/// the configuration and the proxies do not fit together, and that detection by address
/// sees nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
#[non_exhaustive]
pub enum Oddity {
    /// The request has no peer address: a Unix socket, or a server that does not pass the
    /// address on.
    NoPeer,
    /// A trusted proxy sent the request without the header it should name the client in.
    /// With some proxies a client can bring that about: `Connection: X-Forwarded-For` asks
    /// for the header to be removed on the way.
    NoHeader,
    /// The same, but the request has `X-Forwarded-For` or `Forwarded` instead: probably
    /// the wrong one is configured.
    OtherHeader,
    /// Every address in the header is a trusted proxy: the client is on our own network,
    /// or too much is trusted.
    OnlyProxies,
    /// A trusted proxy hides whom it speaks for: `unknown` or `_hidden`.
    Hidden,
    /// What a trusted proxy wrote, or passed on, cannot be read as an address.
    Garbage,
}

impl Oddity {
    /// All of them, to count by.
    pub const ALL: [Self; 6] = [
        Self::NoPeer,
        Self::NoHeader,
        Self::OtherHeader,
        Self::OnlyProxies,
        Self::Hidden,
        Self::Garbage,
    ];

    /// Its place in [`Oddity::ALL`].
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }

    /// A short name, as a label of a counter.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoPeer => "no-peer",
            Self::NoHeader => "no-header",
            Self::OtherHeader => "other-header",
            Self::OnlyProxies => "only-proxies",
            Self::Hidden => "hidden",
            Self::Garbage => "garbage",
        }
    }
}

/// What happened, and what to look at.
impl fmt::Display for Oddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::NoPeer => {
                "the request has no peer address; let the server pass it on, or say that requests \
                 without one come from your proxy"
            }
            Self::NoHeader => {
                "a trusted proxy did not name the client; let it set the configured header"
            }
            Self::OtherHeader => {
                "a trusted proxy did not set the configured header, but the request has another \
                 forwarding header; configure the one that your proxy sets"
            }
            Self::OnlyProxies => {
                "every address in the forwarding header is a trusted proxy; trust only the \
                 networks that your proxies connect from"
            }
            Self::Hidden => "a trusted proxy hides the client's address",
            Self::Garbage => "a trusted proxy passed on something that is not an address",
        })
    }
}
