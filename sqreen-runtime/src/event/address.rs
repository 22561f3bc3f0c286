//! What an IP address is here: one value for each address, however it was spelled.
//!
//! Everything that counts, bans or shows a client uses [`Address`]; nothing else
//! decides when two spellings are the same client.

mod network;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::text::deserialize_text;

pub use self::network::Network;

/// An IP address in its one canonical form.
///
/// A server that listens on `[::]` sees an IPv4 client as `::ffff:203.0.113.9`.
/// That is the same client as `203.0.113.9`, and a ban on one spelling must hold
/// for the other, so an `Address` never holds an IPv4-mapped IPv6 address.
///
/// ```
/// use std::net::IpAddr;
/// use sqreen_runtime::event::Address;
///
/// let mapped: Address = "::ffff:203.0.113.9".parse()?;
/// assert_eq!(mapped, "203.0.113.9".parse()?);
/// assert_eq!(mapped.to_string(), "203.0.113.9");
///
/// let long: Address = "2001:0DB8:0:0:0:0:0:1".parse()?;
/// assert_eq!(long.to_string(), "2001:db8::1");
///
/// let peer: IpAddr = std::net::Ipv6Addr::LOCALHOST.into();
/// assert_eq!(Address::from(peer).ip(), peer);
/// # Ok::<(), sqreen_runtime::event::AddressError>(())
/// ```
///
/// Only the IPv4-mapped block is folded. An address that a translator made
/// (`64:ff9b::/96`, 6to4) is left as it is: the machine behind it is not known
/// to be the IPv4 host of that number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Address(IpAddr);

impl Address {
    /// The address as the standard library knows it, never an IPv4-mapped one.
    #[must_use]
    pub const fn ip(self) -> IpAddr {
        self.0
    }

    /// What is counted and banned when this address misbehaves: the address
    /// itself for IPv4, its /64 for IPv6.
    ///
    /// One IPv6 customer is given a /64 at least, and with it 2⁶⁴ addresses to
    /// attack from; counted one by one, no limit would ever be reached.
    ///
    /// ```
    /// use sqreen_runtime::event::Address;
    ///
    /// let four: Address = "203.0.113.9".parse()?;
    /// let six: Address = "2001:db8:1:2:aaaa:bbbb:cccc:dddd".parse()?;
    /// assert_eq!(four.network().to_string(), "203.0.113.9");
    /// assert_eq!(six.network().to_string(), "2001:db8:1:2::/64");
    /// # Ok::<(), sqreen_runtime::event::AddressError>(())
    /// ```
    #[must_use]
    pub fn network(self) -> Network {
        Network::counted(self)
    }

    /// The network of this address with a prefix of so many bits, or of all it has.
    #[inline]
    pub(crate) fn network_of(self, prefix: u8) -> Network {
        Network::around(self, prefix)
    }
}

impl From<IpAddr> for Address {
    #[inline]
    fn from(ip: IpAddr) -> Self {
        Self(ip.to_canonical())
    }
}

impl From<Ipv4Addr> for Address {
    fn from(ip: Ipv4Addr) -> Self {
        Self(IpAddr::V4(ip))
    }
}

impl From<Ipv6Addr> for Address {
    fn from(ip: Ipv6Addr) -> Self {
        Self(ip.to_canonical())
    }
}

impl From<Address> for IpAddr {
    fn from(address: Address) -> Self {
        address.0
    }
}

/// IPv6 as RFC 5952 has it: lower case, the longest run of zeros as `::`.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(input: &str) -> Result<Self, AddressError> {
        let Some(ip) = parse_ip(input) else {
            return Err(refuse(input));
        };
        Ok(ip.into())
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_text(deserializer, "an IP address")
    }
}

/// Why a text is no [`Address`] or [`Network`], and what to write instead.
///
/// The text may come from an attacker, so what an error shows of it is short,
/// ASCII, and free of line breaks and control characters.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AddressError {
    /// No IP address.
    #[error("{input} is not an IP address; write one such as 203.0.113.9 or 2001:db8::1")]
    NotAnAddress {
        /// What was given, quoted, escaped and shortened.
        input: Box<str>,
    },
    /// No IP network.
    #[error(
        "{input} is not an IP address or network; write one such as 203.0.113.9, 10.0.0.0/8 \
         or 2001:db8::/32"
    )]
    NotANetwork {
        /// What was given, quoted, escaped and shortened.
        input: Box<str>,
    },
    /// A network where one address was asked for.
    #[error("{input} is a network, and one address is wanted here; write {address}")]
    IsNetwork {
        /// What was given, quoted, escaped and shortened.
        input: Box<str>,
        /// The address in front of the slash.
        address: Address,
    },
    /// An address with a port, brackets or a zone (`%eth0`) around it.
    #[error("{input} is more than an address: leave out port, brackets and zone, write {address}")]
    MoreThanAnAddress {
        /// What was given, quoted, escaped and shortened.
        input: Box<str>,
        /// The address inside.
        address: Address,
    },
    /// A prefix length that is no number or larger than the address has bits.
    #[error(
        "the prefix length of {input} is not a number from 0 to {longest}; write \
         {address}/{longest} or a shorter prefix"
    )]
    PrefixLength {
        /// What was given, quoted, escaped and shortened.
        input: Box<str>,
        /// The address in front of the slash.
        address: IpAddr,
        /// 32 for IPv4, 128 for IPv6.
        longest: u8,
    },
    /// An IPv4-mapped network so wide that it is not inside IPv4 any more.
    ///
    /// It would never match: every IPv4-mapped address is taken as IPv4 first.
    #[error(
        "{input} covers more than the IPv4-mapped addresses, which are IPv4 here; write an IPv4 \
         network such as {address}/24"
    )]
    WiderThanMapped {
        /// What was given, quoted, escaped and shortened.
        input: Box<str>,
        /// The IPv4 address that is mapped.
        address: Ipv4Addr,
    },
}

/// The address that `text` is, to the last character.
pub(super) fn parse_ip(text: &str) -> Option<IpAddr> {
    text.parse().ok()
}

/// Finds out why `input` is no address: it is known not to be one.
#[cold]
fn refuse(input: &str) -> AddressError {
    if let Some((address, _prefix)) = input.split_once('/')
        && let Some(ip) = parse_ip(address)
    {
        return AddressError::IsNetwork {
            input: excerpt(input),
            address: ip.into(),
        };
    }
    refuse_surroundings(input).unwrap_or_else(|| AddressError::NotAnAddress {
        input: excerpt(input),
    })
}

/// The refusal of an address that has a port, brackets or a zone, if `input` is one.
pub(super) fn refuse_surroundings(input: &str) -> Option<AddressError> {
    let without_port = input.parse().ok().map(|socket: SocketAddr| socket.ip());
    let bare = || {
        let inside = input
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(input);
        let without_zone = inside.split_once('%').map_or(inside, |(ip, _zone)| ip);
        parse_ip(without_zone)
    };
    Some(AddressError::MoreThanAnAddress {
        input: excerpt(input),
        address: without_port.or_else(bare)?.into(),
    })
}

/// How much of a refused text an error shows, in characters. The longest network
/// that is one, an IPv4-mapped address spelled out with its prefix, has 49.
const SHOWN: usize = 64;

/// `input` as an error may show it, whoever wrote it.
#[cold]
pub(super) fn excerpt(input: &str) -> Box<str> {
    let mut characters = input.chars();
    let mut shown = String::from('"');
    shown.extend(
        characters
            .by_ref()
            .take(SHOWN)
            .flat_map(char::escape_default),
    );
    if characters.next().is_some() {
        shown.push_str("...");
    }
    shown.push('"');
    shown.into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn address(text: &str) -> Address {
        text.parse().unwrap()
    }

    fn refusal(text: &str) -> String {
        text.parse::<Address>().unwrap_err().to_string()
    }

    #[test]
    fn an_ipv4_mapped_address_is_the_ipv4_address_however_it_comes_in() {
        let plain = address("203.0.113.9");
        let mapped: Ipv6Addr = "::ffff:203.0.113.9".parse().unwrap();

        assert_eq!(address("::ffff:203.0.113.9"), plain);
        assert_eq!(address("::FFFF:cb00:7109"), plain);
        assert_eq!(Address::from(mapped), plain);
        assert_eq!(Address::from(IpAddr::V6(mapped)), plain);
        assert_eq!(
            serde_json::from_str::<Address>("\"::ffff:203.0.113.9\"").unwrap(),
            plain
        );
        assert!(plain.ip().is_ipv4());
    }

    #[test]
    fn an_address_that_only_looks_like_ipv4_is_left_as_it_is() {
        for text in ["::203.0.113.9", "64:ff9b::203.0.113.9", "2002:cb00:7109::"] {
            assert!(address(text).ip().is_ipv6(), "{text}");
        }
    }

    #[test]
    fn an_ipv6_address_spelled_long_or_compressed_is_the_same_address() {
        let short = address("2001:db8::1");
        assert_eq!(address("2001:0db8:0000:0000:0000:0000:0000:0001"), short);
        assert_eq!(address("2001:DB8:0:0::0:1"), short);
        assert_eq!(address("2001:0DB8:0:0:0:0:0:1").to_string(), "2001:db8::1");
    }

    #[test]
    fn an_ipv4_address_is_counted_alone_and_an_ipv6_address_by_its_64() {
        assert_eq!(address("203.0.113.9").network().prefix(), 32);
        assert_ne!(
            address("203.0.113.9").network(),
            address("203.0.113.8").network()
        );

        let network = address("2001:db8:1:2::1").network();
        assert_eq!(
            network,
            address("2001:db8:1:2:ffff:ffff:ffff:ffff").network()
        );
        assert_ne!(network, address("2001:db8:1:3::1").network());
        assert_eq!(network.to_string(), "2001:db8:1:2::/64");
        assert_eq!(address("::ffff:203.0.113.9").network().prefix(), 32);
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            " ",
            "1.2.3",
            "1.2..3.4",
            "1.2.3.4.5",
            "256.0.0.1",
            "01.2.3.4",
            " 1.2.3.4",
            "1.2.3.4\n",
            "1:2.2:3:4",
            "1:2:3:4:0jul:0",
            "unknown",
            "localhost",
            "１.2.3.4",
        ] {
            assert!(
                matches!(
                    text.parse::<Address>(),
                    Err(AddressError::NotAnAddress { .. })
                ),
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_refusal_says_what_to_write_instead() {
        assert_eq!(
            refusal("1.2..3.4"),
            "\"1.2..3.4\" is not an IP address; write one such as 203.0.113.9 or 2001:db8::1"
        );
        assert_eq!(
            refusal("10.0.0.0/8"),
            "\"10.0.0.0/8\" is a network, and one address is wanted here; write 10.0.0.0"
        );
        for (text, instead) in [
            ("1.2.3.4:80", "1.2.3.4"),
            ("[1:2:3:4::]:80", "1:2:3:4::"),
            ("[::ffff:1.2.3.4]:80", "1.2.3.4"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("fe80::1%eth0", "fe80::1"),
            ("[fe80::1%eth0]", "fe80::1"),
        ] {
            assert_eq!(
                refusal(text),
                format!(
                    "\"{text}\" is more than an address: leave out port, brackets and zone, \
                     write {instead}"
                )
            );
        }
    }

    #[test]
    fn a_refusal_shows_hostile_text_short_and_escaped() {
        let text = refusal("\u{1b}[2J\r\nlevel=info \"ok\" \u{202e}ö\0");
        assert!(
            text.starts_with(
                r#""\u{1b}[2J\r\nlevel=info \"ok\" \u{202e}\u{f6}\u{0}" is not an IP address"#
            ),
            "{text}"
        );
        let long = refusal(&"9".repeat(1 << 20));
        assert!(long.starts_with(&format!("\"{}...\"", "9".repeat(SHOWN))));
        assert!(long.len() < 200);
    }

    #[test]
    fn an_address_is_a_string_in_every_format() {
        assert_eq!(
            serde_json::to_string(&address("2001:DB8::1")).unwrap(),
            "\"2001:db8::1\""
        );
        let error = serde_json::from_str::<Address>("\"1.2.3.4:80\"").unwrap_err();
        assert!(error.to_string().contains("write 1.2.3.4"), "{error}");
        let error = serde_json::from_str::<Address>("16909060").unwrap_err();
        assert!(
            error
                .to_string()
                .contains("expected an IP address as a string"),
            "{error}"
        );
    }

    proptest! {
        #[test]
        fn what_is_displayed_parses_back_to_the_same_address(ip: IpAddr) {
            let address = Address::from(ip);
            prop_assert_eq!(address.to_string().parse(), Ok(address));
            let json = serde_json::to_string(&address).unwrap();
            prop_assert_eq!(serde_json::from_str::<Address>(&json).unwrap(), address);
        }

        #[test]
        fn folding_is_for_ipv4_mapped_addresses_and_for_no_others(ip: IpAddr, four: Ipv4Addr) {
            let mapped = Address::from(IpAddr::V6(four.to_ipv6_mapped()));
            prop_assert_eq!(mapped.ip(), IpAddr::V4(four));

            let address = Address::from(ip);
            let was_mapped = matches!(ip, IpAddr::V6(six) if six.to_ipv4_mapped().is_some());
            prop_assert_eq!(address.ip() == ip, !was_mapped);
            prop_assert_eq!(Address::from(address.ip()), address);
        }

        #[test]
        fn an_address_is_in_the_network_it_is_counted_by(ip: IpAddr) {
            let address = Address::from(ip);
            prop_assert!(address.network().contains(address));
        }

        #[test]
        fn no_text_makes_an_error_long_or_unprintable(text in any::<String>()) {
            if let Err(error) = text.parse::<Address>() {
                let shown = error.to_string();
                prop_assert!(shown.len() < 1_000);
                prop_assert!(shown.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()));
            }
        }
    }
}
