//! Addresses that nobody on the internet can have. They are known without any file.
//!
//! From the special-purpose registries of IANA (RFC 6890, RFC 8190): those blocks that are not globally
//! reachable, and multicast. What is reachable although it is in a registry, such as the NAT64 prefix
//! 64:ff9b::/96 or 6to4, is left out: real clients come from there.
//!
//! * <https://www.iana.org/assignments/iana-ipv4-special-registry>
//! * <https://www.iana.org/assignments/iana-ipv6-special-registry>

use std::net::{Ipv4Addr, Ipv6Addr};

use super::ranges::{Range, Ranges};
use crate::event::AddressKind::{self, CarrierNat, Documentation, Loopback, Private, Reserved};

/// Networks of IPv4, with the bits of their prefix.
const V4: [(Ipv4Addr, u32, AddressKind); 16] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8, Reserved), // "this network": RFC 791, 3.2
    (Ipv4Addr::new(10, 0, 0, 0), 8, Private), // RFC 1918
    (Ipv4Addr::new(100, 64, 0, 0), 10, CarrierNat), // RFC 6598
    (Ipv4Addr::new(127, 0, 0, 0), 8, Loopback), // RFC 1122, 3.2.1.3
    (Ipv4Addr::new(169, 254, 0, 0), 16, Reserved), // link-local: RFC 3927
    (Ipv4Addr::new(172, 16, 0, 0), 12, Private), // RFC 1918
    (Ipv4Addr::new(192, 0, 0, 0), 24, Reserved), // IETF protocol assignments: RFC 6890, 2.1
    (Ipv4Addr::new(192, 0, 2, 0), 24, Documentation), // TEST-NET-1: RFC 5737
    (Ipv4Addr::new(192, 88, 99, 0), 24, Reserved), // 6to4 relays, given up: RFC 7526
    (Ipv4Addr::new(192, 168, 0, 0), 16, Private), // RFC 1918
    (Ipv4Addr::new(198, 18, 0, 0), 15, Reserved), // benchmarking: RFC 2544
    (Ipv4Addr::new(198, 51, 100, 0), 24, Documentation), // TEST-NET-2: RFC 5737
    (Ipv4Addr::new(203, 0, 113, 0), 24, Documentation), // TEST-NET-3: RFC 5737
    (Ipv4Addr::new(224, 0, 0, 0), 4, Reserved), // multicast: RFC 5771
    (Ipv4Addr::new(240, 0, 0, 0), 4, Reserved), // for the future: RFC 1112, 4
    (Ipv4Addr::new(255, 255, 255, 255), 32, Reserved), // limited broadcast: RFC 8190, RFC 919
];

/// Networks of IPv6, with the bits of their prefix.
const V6: [(Ipv6Addr, u32, AddressKind); 14] = [
    (Ipv6Addr::UNSPECIFIED, 128, Reserved),  // RFC 4291, 2.5.2
    (Ipv6Addr::LOCALHOST, 128, Loopback),    // RFC 4291, 2.5.3
    (six(0x64, 0xff9b, 1, 0), 48, Reserved), // NAT64 of one's own: RFC 8215
    (six(0x100, 0, 0, 0), 64, Reserved),     // discard only: RFC 6666
    (six(0x100, 0, 0, 1), 64, Reserved),     // dummy: RFC 9780
    (six(0x2001, 2, 0, 0), 48, Reserved),    // benchmarking: RFC 5180
    (six(0x2001, 0x10, 0, 0), 28, Reserved), // ORCHID, given up: RFC 4843
    (six(0x2001, 0xdb8, 0, 0), 32, Documentation), // RFC 3849
    (six(0x3fff, 0, 0, 0), 20, Documentation), // RFC 9637
    (six(0x5f00, 0, 0, 0), 16, Reserved),    // SRv6 segments: RFC 9602
    (six(0xfc00, 0, 0, 0), 7, Private),      // unique local: RFC 4193
    (six(0xfe80, 0, 0, 0), 10, Reserved),    // link-local: RFC 4291, 2.5.6
    (six(0xfec0, 0, 0, 0), 10, Reserved),    // site-local, given up: RFC 3879
    (six(0xff00, 0, 0, 0), 8, Reserved),     // multicast: RFC 4291, 2.7
];

/// The first address with these leading 64 bits.
const fn six(a: u16, b: u16, c: u16, d: u16) -> Ipv6Addr {
    Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0)
}

/// The kinds that are known without a file, each with its ranges.
pub(super) fn ranges() -> impl Iterator<Item = (AddressKind, Ranges)> {
    [Private, CarrierNat, Loopback, Documentation, Reserved]
        .into_iter()
        .map(|wanted| (wanted, of(wanted).collect()))
}

fn of(wanted: AddressKind) -> impl Iterator<Item = Range> {
    let four = V4.into_iter().map(|(base, prefix, kind)| {
        let rest = u32::MAX.checked_shr(prefix).unwrap_or(0);
        (kind, Range::V4(base.to_bits(), base.to_bits() | rest))
    });
    let six = V6.into_iter().map(|(base, prefix, kind)| {
        let rest = u128::MAX.checked_shr(prefix).unwrap_or(0);
        (kind, Range::V6(base.to_bits(), base.to_bits() | rest))
    });
    let all = four.chain(six);
    all.filter(move |(kind, _)| *kind == wanted)
        .map(|(_, range)| range)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::event::{Address, AddressKinds};
    use crate::intel::ranges::Table;

    fn kinds(address: Address) -> AddressKinds {
        let ranges: Vec<_> = ranges().collect();
        let sources: Vec<_> = ranges
            .iter()
            .map(|(kind, ranges)| (*kind, ranges))
            .collect();
        Table::new(&sources).kinds(address)
    }

    #[test]
    fn each_special_address_is_known_for_what_it_is_and_its_neighbours_are_not() {
        for (text, expected) in [
            ("0.0.0.0", Some(Reserved)),
            ("1.0.0.0", None),
            ("9.255.255.255", None),
            ("10.0.0.0", Some(Private)),
            ("10.255.255.255", Some(Private)),
            ("11.0.0.0", None),
            ("100.63.255.255", None),
            ("100.64.0.0", Some(CarrierNat)),
            ("100.127.255.255", Some(CarrierNat)),
            ("100.128.0.0", None),
            ("127.0.0.1", Some(Loopback)),
            ("169.254.169.254", Some(Reserved)),
            ("172.15.255.255", None),
            ("172.31.255.255", Some(Private)),
            ("172.32.0.0", None),
            ("192.0.2.1", Some(Documentation)),
            ("192.0.3.0", None),
            ("192.168.1.1", Some(Private)),
            ("198.19.255.255", Some(Reserved)),
            ("198.51.100.7", Some(Documentation)),
            ("203.0.113.255", Some(Documentation)),
            ("203.0.114.0", None),
            ("223.255.255.255", None),
            ("224.0.0.1", Some(Reserved)),
            ("255.255.255.255", Some(Reserved)),
            ("::ffff:192.168.0.1", Some(Private)),
            ("::", Some(Reserved)),
            ("::1", Some(Loopback)),
            ("::2", None),
            ("64:ff9b::808:808", None),
            ("2001:db8::1", Some(Documentation)),
            ("2001:db9::", None),
            ("2002:cb00:7109::", None),
            ("2a00:1450:4001::1", None),
            ("3fff:fff::1", Some(Documentation)),
            ("fbff::", None),
            ("fd00::1", Some(Private)),
            ("fe80::1", Some(Reserved)),
            ("ff02::1", Some(Reserved)),
            ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Some(Reserved)),
        ] {
            let found = kinds(text.parse().unwrap());
            let expected: AddressKinds = expected.into_iter().collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn special_addresses_are_those_of_the_standard_library(four: Ipv4Addr, six: Ipv6Addr) {
            let found = kinds(four.into());
            prop_assert_eq!(found.contains(Private), four.is_private());
            prop_assert_eq!(found.contains(Loopback), four.is_loopback());
            prop_assert_eq!(found.contains(Documentation), four.is_documentation());
            let reserved = four.is_multicast() || four.is_link_local() || four.octets()[0] >= 240;
            prop_assert!(found.contains(Reserved) || !reserved);

            // An IPv4-mapped address is an IPv4 address.
            prop_assume!(six.to_ipv4_mapped().is_none());
            let found = kinds(six.into());
            prop_assert_eq!(found.contains(Private), six.is_unique_local());
            prop_assert!(found.contains(Reserved) || !six.is_multicast());
            prop_assert!(found.contains(Reserved) || !six.is_unicast_link_local());
        }
    }
}
