//! What an IP network is here: its canonical form, and which addresses lie in it.
//!
//! Serves bans, allow lists, trusted proxies and address facts, all of which are
//! said as networks; a single address is a network of one.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Address, AddressError, excerpt, parse_ip, refuse_surroundings};
use crate::event::text::deserialize_text;

/// Bits of an IPv4 address.
const IPV4_BITS: u8 = 32;
/// Bits of an IPv6 address.
const IPV6_BITS: u8 = 128;
/// Bits that all IPv4-mapped IPv6 addresses begin with: `::ffff:0:0/96`.
const MAPPED_BITS: u8 = IPV6_BITS - IPV4_BITS;
/// What an IPv6 client is counted by. RFC 6177 has a site given a /64 at least.
const COUNTED_IPV6_BITS: u8 = 64;

/// An IP network: an address and how many of its leading bits count.
///
/// ```
/// use sqreen_runtime::event::{Address, Network};
///
/// let office: Network = "10.1.0.0/16".parse()?;
/// assert!(office.contains("10.1.200.3".parse::<Address>()?));
/// assert!(office.contains("::ffff:10.1.200.3".parse::<Address>()?));
/// assert!(!office.contains("10.2.0.1".parse::<Address>()?));
///
/// // One address is a network too, and host bits do not matter.
/// assert_eq!("1.2.3.4".parse::<Network>()?.prefix(), 32);
/// assert_eq!("10.1.2.3/16".parse::<Network>()?, office);
/// # Ok::<(), sqreen_runtime::event::AddressError>(())
/// ```
///
/// A network holds addresses of its own family only: `0.0.0.0/0` is all of IPv4,
/// `::/0` all of IPv6. A network of IPv4-mapped addresses is the IPv4 network.
///
/// Networks sort by family, then by first address, then the wider one first, so
/// that of all networks that hold an address the most specific one comes last.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Network {
    /// Never IPv4-mapped with `prefix >= MAPPED_BITS`; bits after `prefix` are zero.
    base: IpAddr,
    /// At most the bits of `base`.
    prefix: u8,
}

impl Network {
    /// The network of all addresses that share their first `prefix` bits with `ip`.
    ///
    /// # Errors
    ///
    /// When `ip` has fewer than `prefix` bits, or when it is IPv4-mapped and
    /// `prefix` is shorter than the 96 bits that make it so.
    pub fn new(ip: IpAddr, prefix: u8) -> Result<Self, AddressError> {
        let longest = match ip {
            IpAddr::V4(_) => IPV4_BITS,
            IpAddr::V6(_) => IPV6_BITS,
        };
        if prefix > longest {
            return Err(AddressError::PrefixLength {
                input: excerpt(&format!("{ip}/{prefix}")),
                address: ip,
                longest,
            });
        }
        let IpAddr::V6(six) = ip else {
            return Ok(Self::masked(ip, prefix));
        };
        let Some(four) = six.to_ipv4_mapped() else {
            return Ok(Self::masked(ip, prefix));
        };
        match prefix.checked_sub(MAPPED_BITS) {
            Some(prefix) => Ok(Self::masked(four.into(), prefix)),
            None => Err(AddressError::WiderThanMapped {
                input: excerpt(&format!("{ip}/{prefix}")),
                address: four,
            }),
        }
    }

    /// What `address` is counted by; see [`Address::network`].
    pub(super) fn counted(address: Address) -> Self {
        match address.ip() {
            ip @ IpAddr::V4(_) => Self::masked(ip, IPV4_BITS),
            ip @ IpAddr::V6(_) => Self::masked(ip, COUNTED_IPV6_BITS),
        }
    }

    /// See [`Address::network_of`].
    #[inline]
    pub(super) fn around(address: Address, prefix: u8) -> Self {
        let longest = if address.ip().is_ipv4() {
            IPV4_BITS
        } else {
            IPV6_BITS
        };
        Self::masked(address.ip(), prefix.min(longest))
    }

    /// `prefix` is at most the bits of `ip`.
    #[inline]
    fn masked(ip: IpAddr, prefix: u8) -> Self {
        // A shift by all bits of the number is the prefix 0: nothing is kept.
        let base = match ip {
            IpAddr::V4(four) => {
                let mask = u32::MAX.checked_shl(u32::from(IPV4_BITS - prefix));
                Ipv4Addr::from_bits(four.to_bits() & mask.unwrap_or(0)).into()
            }
            IpAddr::V6(six) => {
                let mask = u128::MAX.checked_shl(u32::from(IPV6_BITS - prefix));
                Ipv6Addr::from_bits(six.to_bits() & mask.unwrap_or(0)).into()
            }
        };
        Self { base, prefix }
    }

    /// The first address of the network.
    #[must_use]
    pub const fn base(self) -> IpAddr {
        self.base
    }

    /// How many leading bits its addresses share: 0 to 32, or 0 to 128.
    #[must_use]
    pub const fn prefix(self) -> u8 {
        self.prefix
    }

    /// Whether `address` lies in this network.
    #[must_use]
    #[inline]
    pub fn contains(self, address: Address) -> bool {
        match (self.base, address.ip()) {
            (IpAddr::V4(base), IpAddr::V4(ip)) => {
                let differing = base.to_bits() ^ ip.to_bits();
                let host_bits = u32::from(IPV4_BITS - self.prefix);
                differing.checked_shr(host_bits).unwrap_or(0) == 0
            }
            (IpAddr::V6(base), IpAddr::V6(ip)) => {
                let differing = base.to_bits() ^ ip.to_bits();
                let host_bits = u32::from(IPV6_BITS - self.prefix);
                differing.checked_shr(host_bits).unwrap_or(0) == 0
            }
            _ => false,
        }
    }

    /// Whether every address of `other` lies in this network.
    ///
    /// ```
    /// use sqreen_runtime::event::Network;
    ///
    /// let wide: Network = "10.0.0.0/8".parse()?;
    /// assert!(wide.covers("10.1.0.0/16".parse()?));
    /// assert!(wide.covers(wide));
    /// assert!(!wide.covers("0.0.0.0/0".parse()?));
    /// # Ok::<(), sqreen_runtime::event::AddressError>(())
    /// ```
    #[must_use]
    pub fn covers(self, other: Network) -> bool {
        self.prefix <= other.prefix && self.contains(Address::from(other.base))
    }

    /// Whether the network is one address.
    const fn is_host(self) -> bool {
        match self.base {
            IpAddr::V4(_) => self.prefix == IPV4_BITS,
            IpAddr::V6(_) => self.prefix == IPV6_BITS,
        }
    }
}

/// `203.0.113.9` for one address, `2001:db8::/32` for more.
impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_host() {
            fmt::Display::fmt(&self.base, f)
        } else if f.width().is_some() {
            f.pad(&format!("{}/{}", self.base, self.prefix))
        } else {
            write!(f, "{}/{}", self.base, self.prefix)
        }
    }
}

/// Reads `10.0.0.0/8`, `2001:db8::/32`, or an address alone, which is the network of
/// just that address: `2001:db8::1` is a /128, as written, and not the /64 that it
/// would be counted by.
impl FromStr for Network {
    type Err = AddressError;

    fn from_str(input: &str) -> Result<Self, AddressError> {
        let (address, prefix) = match input.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (input, None),
        };
        let Some(ip) = parse_ip(address) else {
            return Err(
                refuse_surroundings(input).unwrap_or_else(|| AddressError::NotANetwork {
                    input: excerpt(input),
                }),
            );
        };
        let longest = match ip {
            IpAddr::V4(_) => IPV4_BITS,
            IpAddr::V6(_) => IPV6_BITS,
        };
        let prefix = match prefix {
            None => Some(longest),
            Some(digits) => parse_prefix(digits).filter(|prefix| *prefix <= longest),
        };
        match prefix {
            Some(prefix) => Self::new(ip, prefix),
            None => Err(AddressError::PrefixLength {
                input: excerpt(input),
                address: ip,
                longest,
            }),
        }
    }
}

/// Decimal digits and nothing else: `u8::from_str` would take `+8`, and `08` is eight
/// to some programs and octal to others.
fn parse_prefix(digits: &str) -> Option<u8> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    let leading_zero = digits.len() > 1 && digits.starts_with('0');
    (plain && !leading_zero).then(|| digits.parse().ok())?
}

impl Serialize for Network {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_text(deserializer, "an IP address or network")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn address(text: &str) -> Address {
        text.parse().unwrap()
    }

    fn network(text: &str) -> Network {
        text.parse().unwrap()
    }

    fn refusal(text: &str) -> String {
        text.parse::<Network>().unwrap_err().to_string()
    }

    /// The most specific of `networks` that holds `text`, as written.
    fn most_specific(networks: &[&str], text: &str) -> Option<String> {
        let holding = networks
            .iter()
            .map(|written| network(written))
            .filter(|network| network.contains(address(text)));
        holding.max().map(|network| network.to_string())
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in [
            "",
            "/",
            "/8",
            "1.2.3.4/",
            "1.2.3.4/35",
            "1.2.3.4/33",
            "1.2.3.4/256",
            "1.2.3.4/288",
            "1.2.3.4/-1",
            "1.2.3.4/+8",
            "1.2.3.4/08",
            "1.2.3.4/8/8",
            "1.2.3.4/8 ",
            "1.2.3.4/255.0.0.0",
            "1.2.3.4/٨",
            "1.2.3.4:80",
            "1.2.3/8",
            "1.2..3.4/0",
            "1:2:3:4::33/450",
            "1:2:3:4::33/129",
            "[1:2:3:4::]:80",
            "1:2.2:3:4/42",
            "1:2:3:4:0jul:0",
            "fe80::1%eth0/64",
        ] {
            assert!(text.parse::<Network>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_refusal_says_what_to_write_instead() {
        assert_eq!(
            refusal("1.2..3.4/0"),
            "\"1.2..3.4/0\" is not an IP address or network; write one such as 203.0.113.9, \
             10.0.0.0/8 or 2001:db8::/32"
        );
        assert_eq!(
            refusal("1.2.3.4/35"),
            "the prefix length of \"1.2.3.4/35\" is not a number from 0 to 32; write 1.2.3.4/32 \
             or a shorter prefix"
        );
        assert_eq!(
            refusal("1:2:3:4::33/450"),
            "the prefix length of \"1:2:3:4::33/450\" is not a number from 0 to 128; write \
             1:2:3:4::33/128 or a shorter prefix"
        );
        assert_eq!(
            refusal("::ffff:1.2.3.4/24"),
            "\"::ffff:1.2.3.4/24\" covers more than the IPv4-mapped addresses, which are IPv4 \
             here; write an IPv4 network such as 1.2.3.4/24"
        );
        assert!(refusal("1.2.3.4:80").ends_with("write 1.2.3.4"));
        let too_long = Network::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 33).unwrap_err();
        assert!(too_long.to_string().contains("\"127.0.0.1/33\""));
    }

    #[test]
    fn an_address_alone_is_the_network_of_that_address() {
        for written in [
            "1.2.3.4",
            "1.2.3.4/32",
            "::ffff:1.2.3.4",
            "::ffff:1.2.3.4/128",
        ] {
            assert_eq!(network(written), network("1.2.3.4"), "{written}");
            assert!(network(written).contains(address("1.2.3.4")));
            assert!(network(written).contains(address("::ffff:1.2.3.4")));
            assert!(!network(written).contains(address("1.2.3.3")));
            assert!(!network(written).contains(address("1.2.3.5")));
        }
        for written in ["1:2:3::4", "1:2:3::4/128", "1:2:3:0:0:0:0:4"] {
            assert!(network(written).contains(address("1:2:3::4")));
            assert!(!network(written).contains(address("1:2:3::3")));
            assert!(!network(written).contains(address("1:2:3::5")));
            assert!(!network(written).contains(address("1.2.3.4")));
        }
    }

    #[test]
    fn host_bits_and_spelling_make_no_difference() {
        assert_eq!(network("1.2.3.4/16"), network("1.2.0.0/16"));
        assert_eq!(network("1.2.3.4/16").to_string(), "1.2.0.0/16");
        assert_eq!(network("::ffff:1.2.3.0/120"), network("1.2.3.0/24"));
        assert_eq!(network("::ffff:0:0/96"), network("0.0.0.0/0"));
        assert_eq!(network("2001:DB8::1/32"), network("2001:0db8:0::/32"));
    }

    #[test]
    fn a_16_ends_where_its_neighbours_begin() {
        for written in ["1.2.3.4/16", "1.2.0.0/16"] {
            assert!(network(written).contains(address("1.2.0.0")));
            assert!(network(written).contains(address("1.2.255.255")));
            assert!(!network(written).contains(address("1.1.255.255")));
            assert!(!network(written).contains(address("1.3.0.0")));
        }
        for inside in ["1::", "1:ff::", "1:ff00::1", "1:ffff:ffff::"] {
            assert!(network("1::/16").contains(address(inside)));
        }
        for outside in ["2::", "::", "0:ffff::", "0.1.0.0", "1.2.3.4"] {
            assert!(!network("1::/16").contains(address(outside)));
        }
    }

    #[test]
    fn all_of_one_family_holds_nothing_of_the_other() {
        assert!(network("0.0.0.0/0").contains(address("255.255.255.255")));
        assert!(network("0.0.0.0/0").contains(address("::ffff:1.2.3.4")));
        assert!(!network("0.0.0.0/0").contains(address("::1")));
        assert!(network("::/0").contains(address("ffff::")));
        assert!(!network("::/0").contains(address("::ffff:1.2.3.4")));
    }

    #[test]
    fn the_most_specific_network_sorts_last_in_whatever_order_they_were_given() {
        for networks in [
            ["1.2.3.4/32", "1.2.3.0/24", "1.2.0.0/16"],
            ["1.2.0.0/16", "1.2.3.4/32", "1.2.3.0/24"],
        ] {
            for (text, expected) in [
                ("1.2.3.4", Some("1.2.3.4")),
                ("1.2.3.5", Some("1.2.3.0/24")),
                ("1.2.4.4", Some("1.2.0.0/16")),
                ("1.3.0.0", None),
                ("::1", None),
            ] {
                assert_eq!(
                    most_specific(&networks, text).as_deref(),
                    expected,
                    "{text}"
                );
            }
        }
        let networks = ["1::/16", "1:ff::/32", "1:ff00::/24"];
        for (text, expected) in [
            ("1:ff::1", Some("1:ff::/32")),
            ("1:ff05::1", Some("1:ff00::/24")),
            ("1:1::1", Some("1::/16")),
            ("2::", None),
            ("ffff::", None),
            ("::", None),
            ("1.2.3.4", None),
        ] {
            assert_eq!(
                most_specific(&networks, text).as_deref(),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn neighbouring_hosts_are_told_apart() {
        for (networks, [before, after]) in [
            (["1.2.3.3", "1.2.3.4", "1.2.3.5"], ["1.2.3.2", "1.2.3.6"]),
            (["1:2::3", "1:2::4", "1:2::5"], ["1:2::2", "1:2::6"]),
        ] {
            for host in networks {
                assert_eq!(most_specific(&networks, host).as_deref(), Some(host));
            }
            assert_eq!(most_specific(&networks, before), None);
            assert_eq!(most_specific(&networks, after), None);
        }
    }

    #[test]
    fn a_network_covers_what_is_no_wider_and_lies_inside() {
        assert!(network("::/0").covers(network("::/80")));
        assert!(!network("::/0").covers(network("1.2.3.4")));
        assert!(!network("1.2.0.0/16").covers(network("1.0.0.0/8")));
        assert!(!network("1.2.0.0/16").covers(network("1.3.0.0/24")));
        assert!(network("1.2.0.0/16").covers(network("1.2.3.4")));
    }

    #[test]
    fn a_network_is_a_string_in_every_format() {
        assert_eq!(
            serde_json::to_string(&network("2001:DB8::1/32")).unwrap(),
            "\"2001:db8::/32\""
        );
        assert_eq!(
            serde_json::from_str::<Network>("\"::ffff:10.0.0.0/104\"").unwrap(),
            network("10.0.0.0/8")
        );
        let error = serde_json::from_str::<Network>("\"1.2.3.4/35\"").unwrap_err();
        assert!(error.to_string().contains("write 1.2.3.4/32"), "{error}");
    }

    #[test]
    fn a_network_aligns_in_a_table() {
        assert_eq!(format!("{:<12}|", network("10.0.0.0/8")), "10.0.0.0/8  |");
        assert_eq!(format!("{:<12}|", network("10.0.0.1")), "10.0.0.1    |");
    }

    /// Any network but the wide IPv4-mapped ones, which are refused.
    fn networks() -> impl Strategy<Value = Network> {
        (any::<IpAddr>(), 0..=128_u8).prop_filter_map("no such network", |(ip, prefix)| {
            let longest = if ip.is_ipv4() { 32 } else { 128 };
            Network::new(ip, prefix % (longest + 1)).ok()
        })
    }

    /// The naive model: bit for bit, from the left.
    fn bits(ip: IpAddr) -> Vec<bool> {
        let bytes = match ip {
            IpAddr::V4(four) => four.octets().to_vec(),
            IpAddr::V6(six) => six.octets().to_vec(),
        };
        let bit = |byte: u8, place: u8| byte & (0b1000_0000 >> place) != 0;
        bytes
            .into_iter()
            .flat_map(|byte| (0..8).map(move |place| bit(byte, place)))
            .collect()
    }

    #[test]
    fn a_network_that_ends_in_mapped_addresses_is_covered_like_any_other() {
        let every: Network = "::/0".parse().unwrap();
        assert!(every.covers("::/80".parse().unwrap()));
        assert!(!every.covers("0.0.0.0/0".parse().unwrap()));
    }

    proptest! {
        #[test]
        fn what_is_displayed_parses_back_to_the_same_network(network in networks()) {
            prop_assert_eq!(network.to_string().parse(), Ok(network));
            prop_assert_eq!(Network::new(network.base(), network.prefix()), Ok(network));
            let json = serde_json::to_string(&network).unwrap();
            prop_assert_eq!(serde_json::from_str::<Network>(&json).unwrap(), network);
        }

        #[test]
        fn a_network_contains_what_shares_its_leading_bits(
            network in networks(),
            other: IpAddr,
            flipped in 0..128_usize,
        ) {
            // Random addresses are hardly ever inside, so one differs in one bit only.
            let near = match network.base() {
                IpAddr::V4(four) => {
                    IpAddr::from(Ipv4Addr::from_bits(four.to_bits() ^ (1 << (flipped % 32))))
                }
                IpAddr::V6(six) => {
                    IpAddr::from(Ipv6Addr::from_bits(six.to_bits() ^ (1 << flipped)))
                }
            };
            for ip in [near, other] {
                let address = Address::from(ip);
                let (of_base, of_ip) = (bits(network.base()), bits(address.ip()));
                let length = usize::from(network.prefix());
                let expected =
                    of_base.len() == of_ip.len() && of_base[..length] == of_ip[..length];
                prop_assert_eq!(network.contains(address), expected);
            }
        }

        #[test]
        fn a_network_covers_another_when_it_contains_its_ends(
            outer in networks(),
            inner in networks(),
            longer in 0..128_u8,
        ) {
            let nested = Network::new(outer.base(), outer.prefix().saturating_add(longer));
            for inner in [Ok(inner), nested].into_iter().flatten() {
                let last = match inner.base() {
                    IpAddr::V4(four) => {
                        let host_bits = u32::MAX.checked_shr(u32::from(inner.prefix()));
                        IpAddr::from(Ipv4Addr::from_bits(four.to_bits() | host_bits.unwrap_or(0)))
                    }
                    IpAddr::V6(six) => {
                        let host_bits = u128::MAX.checked_shr(u32::from(inner.prefix()));
                        IpAddr::from(Ipv6Addr::from_bits(six.to_bits() | host_bits.unwrap_or(0)))
                    }
                };
                // The last address of ::/80 is spelled ::ffff:255.255.255.255, which is an IPv4 address
                // and none of the network's.
                let ends = [inner.base(), last]
                    .into_iter()
                    .filter(|end| end.is_ipv4() || end.to_canonical() == *end);
                let all_inside = ends.map(Address::from).all(|end| outer.contains(end));
                prop_assert_eq!(outer.covers(inner), all_inside);
            }
        }

        #[test]
        fn an_ipv4_network_and_its_mapped_spelling_are_one(four: Ipv4Addr, prefix in 0..=32_u8) {
            let mapped = IpAddr::V6(four.to_ipv6_mapped());
            prop_assert_eq!(Network::new(mapped, prefix + 96), Network::new(four.into(), prefix));
            let written = format!("{mapped}/{}", prefix + 96).parse::<Network>();
            prop_assert_eq!(written, Network::new(four.into(), prefix));
            prop_assert!(Network::new(mapped, prefix).is_err());
        }

        #[test]
        fn no_text_makes_an_error_long_or_unprintable(text in any::<String>()) {
            if let Err(error) = text.parse::<Network>() {
                let shown = error.to_string();
                prop_assert!(shown.len() < 1_000);
                prop_assert!(shown.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()));
            }
        }
    }
}
