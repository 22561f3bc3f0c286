//! Who is at the other end of a request: which address is counted and banned for it.
//!
//! Only here are forwarding headers read, and only here is it decided whose word is
//! taken. Serves the request layer, once for each request.
//!
//! The seed of this project took the left-most public address of nine headers. Clients
//! write those, so whoever wanted to evaded a ban, or had somebody else banned. Here a
//! header counts as far as our own proxies wrote it, and no further.

mod forwarded;
mod header;
mod hop;
mod literal;
mod resolved;
mod trusted;
mod x_forwarded_for;

use std::net::IpAddr;

use http::header::{FORWARDED, HeaderName};
use http::{HeaderMap, HeaderValue};

use self::header::X_FORWARDED_FOR;
pub use self::header::{Header, HeaderError};
use self::hop::Hop;
pub use self::resolved::{Oddity, Resolved};
pub use self::trusted::{TrustedProxies, TrustedProxiesError};
use crate::event::Address;

/// The one header of [`Header::Single`] that always has a port behind the address, and no
/// brackets around IPv6.
const CLOUDFRONT_VIEWER_ADDRESS: &str = "cloudfront-viewer-address";

/// Finds the client's address: the socket's, or the one our own proxies report.
///
/// Without trusted proxies, the default, it is the socket's, and headers are not looked
/// at. With them:
///
/// 1. The peer is no trusted proxy: it is the client, whatever its headers say.
/// 2. Otherwise the header is read from the right, over all its lines, one hop after the
///    other. The first address that is no trusted proxy is the client.
/// 3. All of them are trusted proxies: the left-most one.
/// 4. An entry that cannot be read, or hides who it stands for, ends the search: the last
///    good address, the proxy that wrote the entry.
///
/// ```
/// use http::HeaderMap;
/// use sqreen_runtime::request::{ClientAddress, Header, TrustedProxies};
///
/// let proxies = TrustedProxies::parse(["10.0.0.0/8"])?;
/// let client = ClientAddress::new(proxies, Header::XForwardedFor);
///
/// let mut headers = HeaderMap::new();
/// // The first address is the client's invention, the last is a proxy of ours.
/// headers.insert("x-forwarded-for", "8.8.8.8, 203.0.113.9, 10.0.0.2".parse()?);
///
/// let behind_proxy = client.resolve(Some([10, 0, 0, 1].into()), &headers);
/// assert_eq!(behind_proxy.address(), Some("203.0.113.9".parse()?));
///
/// let direct = client.resolve(Some([198, 51, 100, 1].into()), &headers);
/// assert_eq!(direct.address(), Some("198.51.100.1".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # What it does not promise
///
/// That the proxy is honest, that it appends instead of passing on what it got, and that
/// nobody else can connect from its address. With [`Header::Single`] the proxy must also
/// remove what the client sent under that name.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ClientAddress {
    proxies: TrustedProxies,
    header: Header,
    missing_peer_is_proxy: bool,
}

impl ClientAddress {
    /// Takes the word of `proxies` in `header`.
    #[must_use]
    pub fn new(proxies: TrustedProxies, header: Header) -> Self {
        // `Single("x-forwarded-for")` would read a list as one address.
        let header = match header {
            Header::Single(name) => name.into(),
            list => list,
        };
        Self {
            proxies,
            header,
            missing_peer_is_proxy: false,
        }
    }

    /// Takes a request that has no peer address for one of a trusted proxy.
    ///
    /// For an application that listens on a Unix socket which only its proxy can open.
    /// It must not listen on TCP as well: where the server does not pass the peer's address
    /// on, every client could then choose its own.
    #[must_use]
    pub const fn trusting_headers_of_requests_without_peer(mut self) -> Self {
        self.missing_peer_is_proxy = true;
        self
    }

    /// Whose word is taken.
    #[must_use]
    pub const fn proxies(&self) -> &TrustedProxies {
        &self.proxies
    }

    /// Where it is read.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The client of a request that came from `peer` with `headers`.
    ///
    /// `peer` is the socket's remote address; a Unix socket has none. Does not allocate.
    #[must_use]
    #[inline]
    pub fn resolve(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Resolved {
        match peer.map(Address::from) {
            Some(peer) if !self.proxies.contains(peer) => Resolved::direct(peer),
            None if !self.missing_peer_is_proxy => Resolved::odd(None, None, Oddity::NoPeer),
            peer => self.resolve_behind_proxy(peer, headers),
        }
    }

    fn resolve_behind_proxy(&self, peer: Option<Address>, headers: &HeaderMap) -> Resolved {
        match &self.header {
            Header::XForwardedFor => {
                self.walk(peer, headers, &X_FORWARDED_FOR, x_forwarded_for::next_hop)
            }
            Header::Forwarded => self.walk(peer, headers, &FORWARDED, forwarded::next_hop),
            Header::Single(name) => self.read_single(peer, headers, name),
        }
    }

    /// From the peer towards the client, for as long as the hops are proxies of ours.
    ///
    /// Each entry was written by the hop to its right, so it can be believed only while
    /// everything to its right is a trusted proxy. That is why an unreadable or hidden
    /// entry ends the walk: who stands there is not known to be ours, and what is further
    /// left may be anybody's invention. (The seed product skipped such entries. It read
    /// from the left, where nothing can be believed anyway.) The price is small: the
    /// request is attributed to our own proxy, which is neither counted nor banned, and
    /// the oddity is counted, so that the operator sees it.
    fn walk(
        &self,
        peer: Option<Address>,
        headers: &HeaderMap,
        name: &HeaderName,
        next_hop: impl Fn(&mut &[u8]) -> Option<Hop>,
    ) -> Resolved {
        let mut last = None;
        // A later line is further to the right (RFC 9110, 5.3).
        for line in headers.get_all(name).iter().rev() {
            let mut rest = line.as_bytes();
            while let Some(hop) = next_hop(&mut rest) {
                match hop {
                    Hop::Address(address) if self.proxies.contains(address) => last = Some(address),
                    Hop::Address(client) => return Resolved::reported(client, peer),
                    Hop::Hidden => return Resolved::odd(last.or(peer), peer, Oddity::Hidden),
                    Hop::Garbage => return Resolved::odd(last.or(peer), peer, Oddity::Garbage),
                }
            }
        }
        match last {
            Some(proxy) => Resolved::odd(Some(proxy), peer, Oddity::OnlyProxies),
            None => self.without_header(peer, headers),
        }
    }

    /// A header that holds one address: the proxy overwrites it, so there is no chain.
    fn read_single(
        &self,
        peer: Option<Address>,
        headers: &HeaderMap,
        name: &HeaderName,
    ) -> Resolved {
        let mut lines = headers.get_all(name).iter().map(HeaderValue::as_bytes);
        let value = match (lines.next(), lines.next()) {
            (None, _) => b"",
            (Some(value), None) => value.trim_ascii(),
            // One line is the proxy's and the other the client's, and there is no order
            // that says which.
            (Some(_), Some(_)) => return Resolved::odd(peer, peer, Oddity::Garbage),
        };
        if value.is_empty() {
            return self.without_header(peer, headers);
        }
        let hop = if name.as_str() == CLOUDFRONT_VIEWER_ADDRESS {
            hop::parse_before_port(value)
        } else {
            hop::parse(value)
        };
        match hop {
            // Whatever the address: providers have clients of their own in the ranges of their proxies.
            Hop::Address(client) => Resolved::reported(client, peer),
            Hop::Hidden => Resolved::odd(peer, peer, Oddity::Hidden),
            Hop::Garbage => Resolved::odd(peer, peer, Oddity::Garbage),
        }
    }

    /// Our proxy named nobody. Never falls back on another header: the proxy did not write
    /// it, so the client may have.
    #[cold]
    fn without_header(&self, peer: Option<Address>, headers: &HeaderMap) -> Resolved {
        let other = [&X_FORWARDED_FOR, &FORWARDED]
            .into_iter()
            .any(|name| name != self.header.name() && headers.contains_key(name));
        let oddity = if other {
            Oddity::OtherHeader
        } else {
            Oddity::NoHeader
        };
        Resolved::odd(peer, peer, oddity)
    }
}

#[cfg(test)]
mod tests;
