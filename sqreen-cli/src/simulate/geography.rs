//! A made-up internet on the real earth: cities, who provides a connection in them, which addresses they
//! have.
//!
//! The only place that knows addresses and their facts. Cities and time zones are real; systems and the
//! blocks of addresses are not: systems have numbers from 500,000 on, which nobody has been given, as in the
//! RBA data set of Wiefling et al., and blocks are dealt out over the addresses that anybody on the internet
//! can have.
//!
//! Facts are made as `intel` makes them from databases: a place with a radius, of a mobile address a vague
//! one; `hosting` for data centres, `hosting` and `vpn` for VPNs, which are in data centres, `tor` for exits.
//! That an address is a carrier's NAT, or a household's that is rented out, no list tells.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use sqreen::event::{Address, AddressKind, AddressKinds, Facts, Location};

use super::dice::{Dice, Purpose, mix};
use super::rates;

/// A city, where people live and providers are.
#[derive(Debug)]
pub(super) struct City {
    pub(super) country: &'static str,
    /// For readers of this file.
    #[cfg_attr(not(test), expect(dead_code))]
    name: &'static str,
    /// In hundredths of a degree.
    latitude: i16,
    longitude: i16,
    /// Half hours that its clocks are ahead of UTC, in the winter of the north.
    ahead: i8,
    /// How many of a stream's people live there, in relation to the other cities.
    people: u32,
}

const fn city(
    country: &'static str,
    name: &'static str,
    latitude: i16,
    longitude: i16,
    ahead: i8,
    people: u32,
) -> City {
    City {
        country,
        name,
        latitude,
        longitude,
        ahead,
        people,
    }
}

/// The first is the largest. The weights are assumed: a site that began in the United States.
#[rustfmt::skip]
pub(super) const CITIES: [City; 70] = [
    city("US", "New York", 4_071, -7_401, -10, 100),
    city("US", "Los Angeles", 3_405, -11_824, -16, 60),
    city("US", "Chicago", 4_188, -8_763, -12, 45),
    city("US", "Houston", 2_976, -9_537, -12, 35),
    city("US", "Seattle", 4_761, -12_233, -16, 25),
    city("US", "Miami", 2_576, -8_019, -10, 25),
    city("US", "Denver", 3_974, -10_499, -14, 20),
    city("CA", "Toronto", 4_365, -7_938, -10, 22),
    city("CA", "Vancouver", 4_928, -12_312, -16, 12),
    city("MX", "Mexico City", 1_943, -9_913, -12, 14),
    city("BR", "Sao Paulo", -2_355, -4_663, -6, 22),
    city("BR", "Rio de Janeiro", -2_291, -4_317, -6, 10),
    city("AR", "Buenos Aires", -3_460, -5_838, -6, 8),
    city("CO", "Bogota", 471, -7_407, -10, 6),
    city("CL", "Santiago", -3_345, -7_067, -6, 5),
    city("GB", "London", 5_151, -13, 0, 40),
    city("GB", "Manchester", 5_348, -224, 0, 18),
    city("GB", "Edinburgh", 5_595, -319, 0, 8),
    city("IE", "Dublin", 5_335, -626, 0, 6),
    city("FR", "Paris", 4_886, 235, 2, 30),
    city("FR", "Lyon", 4_576, 484, 2, 10),
    city("FR", "Marseille", 4_330, 537, 2, 9),
    city("DE", "Berlin", 5_252, 1_341, 2, 20),
    city("DE", "Munich", 4_814, 1_158, 2, 15),
    city("DE", "Hamburg", 5_355, 999, 2, 12),
    city("NL", "Amsterdam", 5_237, 490, 2, 12),
    city("NL", "Rotterdam", 5_192, 448, 2, 6),
    city("BE", "Brussels", 5_085, 435, 2, 6),
    city("CH", "Zurich", 4_738, 854, 2, 6),
    city("AT", "Vienna", 4_821, 1_637, 2, 6),
    city("ES", "Madrid", 4_042, -370, 2, 15),
    city("ES", "Barcelona", 4_139, 217, 2, 12),
    city("PT", "Lisbon", 3_872, -914, 0, 6),
    city("IT", "Milan", 4_546, 919, 2, 12),
    city("IT", "Rome", 4_190, 1_250, 2, 11),
    city("SE", "Stockholm", 5_933, 1_807, 2, 8),
    city("NO", "Oslo", 5_991, 1_075, 2, 8),
    city("NO", "Bergen", 6_039, 532, 2, 3),
    city("DK", "Copenhagen", 5_568, 1_257, 2, 5),
    city("FI", "Helsinki", 6_017, 2_494, 4, 5),
    city("PL", "Warsaw", 5_223, 2_101, 2, 10),
    city("PL", "Krakow", 5_006, 1_994, 2, 5),
    city("CZ", "Prague", 5_008, 1_444, 2, 5),
    city("RO", "Bucharest", 4_443, 2_610, 4, 5),
    city("UA", "Kyiv", 5_045, 3_052, 4, 5),
    city("RU", "Moscow", 5_576, 3_762, 6, 5),
    city("TR", "Istanbul", 4_101, 2_898, 6, 8),
    city("GR", "Athens", 3_798, 2_373, 4, 4),
    city("IL", "Tel Aviv", 3_209, 3_478, 4, 4),
    city("AE", "Dubai", 2_520, 5_527, 8, 5),
    city("EG", "Cairo", 3_004, 3_124, 4, 4),
    city("NG", "Lagos", 652, 338, 2, 5),
    city("KE", "Nairobi", -129, 3_682, 6, 3),
    city("ZA", "Johannesburg", -2_620, 2_805, 4, 5),
    city("IN", "Mumbai", 1_908, 7_288, 11, 22),
    city("IN", "Delhi", 2_861, 7_721, 11, 20),
    city("IN", "Bangalore", 1_297, 7_759, 11, 18),
    city("PK", "Karachi", 2_486, 6_701, 10, 4),
    city("ID", "Jakarta", -621, 10_685, 14, 10),
    city("VN", "Ho Chi Minh City", 1_082, 10_663, 14, 8),
    city("TH", "Bangkok", 1_376, 10_050, 14, 5),
    city("SG", "Singapore", 135, 10_382, 16, 6),
    city("PH", "Manila", 1_460, 12_098, 16, 7),
    city("CN", "Shanghai", 3_123, 12_147, 16, 3),
    city("KR", "Seoul", 3_757, 12_698, 18, 9),
    city("JP", "Tokyo", 3_568, 13_969, 18, 16),
    city("JP", "Osaka", 3_469, 13_550, 18, 8),
    city("AU", "Sydney", -3_387, 15_121, 22, 12),
    city("AU", "Melbourne", -3_781, 14_496, 22, 10),
    city("NZ", "Auckland", -3_685, 17_476, 26, 4),
];

/// Who provides a connection. Each has a block of addresses in each city.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Line {
    /// Fixed lines of homes.
    Broadband(u8),
    /// Mobile networks.
    Mobile(u8),
    /// Offices, hotels, universities.
    Business,
    /// A data centre.
    Hosting,
    /// A VPN that anybody can rent, with servers in many cities.
    Vpn(u8),
    /// Exits of the Tor network.
    Tor,
}

/// How many there are of those that have several.
pub(super) const BROADBANDS: u8 = 2;
pub(super) const MOBILES: u8 = 2;
pub(super) const VPNS: u8 = 3;
const LINES: u32 = 10;

impl Line {
    fn number(self) -> u32 {
        match self {
            Self::Broadband(which) => u32::from(which),
            Self::Mobile(which) => 2 + u32::from(which),
            Self::Business => 4,
            Self::Hosting => 5,
            Self::Vpn(which) => 6 + u32::from(which),
            Self::Tor => 9,
        }
    }

    /// The number of the autonomous system. Those of VPNs and data centres are the same in all countries.
    fn system(self, city: &City) -> u32 {
        const FIRST: u32 = 500_000;
        let country = match self {
            Self::Hosting | Self::Vpn(_) | Self::Tor => 0,
            _ => {
                let letters = city.country.bytes();
                letters.fold(0, |number, letter| {
                    number * 26 + u32::from(letter - b'A') + 1
                })
            }
        };
        FIRST + country * LINES + self.number()
    }

    fn kinds(self) -> AddressKinds {
        match self {
            Self::Hosting => AddressKind::Hosting.into(),
            Self::Vpn(_) => [AddressKind::Hosting, AddressKind::Vpn]
                .into_iter()
                .collect(),
            Self::Tor => AddressKind::Tor.into(),
            _ => AddressKinds::NONE,
        }
    }

    /// The radius in kilometres within which databases think an address to be.
    fn accuracy(self) -> u16 {
        match self {
            Self::Broadband(_) => 20,
            Self::Business => 10,
            Self::Mobile(_) => 200,
            Self::Hosting | Self::Vpn(_) | Self::Tor => 50,
        }
    }

    /// For how many days a home keeps its address; some providers deal them out anew every night.
    fn lease_days(self, seed: u64, city: usize) -> u64 {
        let mut dice = Dice::new(
            seed,
            Purpose::Lease,
            &[city as u64, u64::from(self.number())],
        );
        *dice.one_of(&[1, 30, 90, 365])
    }
}

/// Where a request comes from: one line, in one city, and which of its customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) city: u16,
    pub(super) line: Line,
    /// Which customer, by whatever the line counts as customers: an IPv4 address, or a /64 of IPv6.
    pub(super) slot: u32,
    /// The last 64 bits of an IPv6 address; `None`: IPv4.
    pub(super) interface: Option<u64>,
}

/// First octets that no special purpose has a part of (IANA's registries of special-purpose addresses).
const OCTETS: u32 = 215;

fn first_octet(number: u32) -> u32 {
    const SKIPPED: [u32; 8] = [10, 100, 127, 169, 172, 192, 198, 203];
    SKIPPED.iter().fold(1 + number, |octet, skipped| {
        octet + u32::from(octet >= *skipped)
    })
}

impl Spot {
    /// The home with this number among the customers of a provider, on a day: addresses are dealt out anew
    /// from time to time, and no two homes have the same.
    pub(super) fn of_home(seed: u64, city: u16, line: Line, customer: u32, day: u64) -> Self {
        let lease = line.lease_days(seed, usize::from(city));
        let phase = mix(seed ^ u64::from(city)) % lease;
        let turn = u32::try_from((day + phase) / lease).unwrap_or_default();
        Self {
            city,
            line,
            // An odd factor: those who have accounts are spread over all of a provider's customers.
            slot: customer
                .wrapping_mul(0x9e35)
                .wrapping_add(turn.wrapping_mul(9_973)),
            interface: None,
        }
    }

    /// The same with IPv6, as one device there is called.
    pub(super) fn with_interface(self, interface: u64) -> Self {
        Self {
            interface: Some(interface),
            ..self
        }
    }

    /// The same network, another address of it by number: of a /24 or, of IPv6, of a /48.
    pub(super) fn neighbour(self, number: u32) -> Self {
        Self {
            slot: (self.slot & !0xff) | (number & 0xff),
            ..self
        }
    }

    pub(super) fn city(self) -> &'static City {
        &CITIES[usize::from(self.city) % CITIES.len()]
    }

    fn block(self) -> u32 {
        u32::from(self.city) * LINES + self.line.number()
    }

    /// The address.
    #[allow(
        clippy::cast_possible_truncation,
        reason = "masked to the bits that are kept"
    )]
    pub(super) fn address(self) -> Address {
        let block = self.block();
        let Some(interface) = self.interface else {
            // Neighbouring blocks lie far apart, as those of real providers do. Odd numbers, and the number
            // of octets, have no divisor in common with what they are taken modulo.
            let place = block * 7_919 % (OCTETS * 256);
            let (first, second) = (first_octet(place % OCTETS), place / OCTETS);
            // Within a block, whole /24s are moved about, and the addresses of each.
            let rest = (self.slot >> 8).wrapping_mul(0x9d).wrapping_add(block) & 0xff;
            let last = self.slot.wrapping_mul(0x5b).wrapping_add(rest) & 0xff;
            let bits = first << 24 | second << 16 | rest << 8 | last;
            return IpAddr::V4(Ipv4Addr::from_bits(bits)).into();
        };
        // 2a10:BLOCK:CUST:OMER::/64, of which customers of one /48 are those that differ in the last byte.
        let customer = (self.slot >> 8).wrapping_mul(0x9e37) & 0xffff;
        let network = 0x2a10_u64 << 48
            | u64::from(block) << 32
            | u64::from(customer) << 16
            | u64::from(self.slot & 0xff) << 8;
        let bits = u128::from(network) << 64 | u128::from(interface);
        IpAddr::V6(Ipv6Addr::from_bits(bits)).into()
    }

    /// What `intel` would have told of it.
    pub(super) fn facts(self) -> Facts {
        let city = self.city();
        let accuracy = self.line.accuracy();
        // Addresses of one neighbourhood are thought to be at one place, at some distance from the centre,
        // but nearer than the radius: a hundredth of a degree is 1.1 km at the most.
        let whom = [u64::from(self.block()), u64::from(self.slot >> 4)];
        let mut dice = Dice::new(0, Purpose::Location, &whom);
        let reach = u64::from(accuracy.min(30)) / 3;
        let mut off = || {
            let steps = i16::try_from(dice.below(2 * reach + 1)).unwrap_or_default();
            steps - i16::try_from(reach).unwrap_or_default()
        };
        Facts {
            country: city.country.parse().ok(),
            system: Some(self.line.system(city)),
            location: Some(Location {
                latitude: city.latitude + off(),
                longitude: city.longitude + off(),
                accuracy,
            }),
            kinds: self.line.kinds(),
        }
    }
}

impl City {
    /// How many addresses a mobile provider's NAT has there: more people of a site are behind each, the more
    /// of them there are.
    pub(super) fn mobile_addresses(&self) -> u32 {
        self.people / rates::CITY_AT_MOBILE_ADDRESS + 1
    }

    /// What its clocks are ahead of UTC, in milliseconds.
    pub(super) fn ahead(&self) -> i64 {
        i64::from(self.ahead) * 30 * 60 * 1_000
    }

    /// At least as many kilometres as it is far from here to there, and not many more. Whole numbers only:
    /// the way along the meridian, and along the parallel of the city nearer to its pole, is never shorter
    /// than the straight one.
    pub(super) fn kilometres_to(&self, other: &City) -> u64 {
        /// The cosine of 0°, 10°, … in thousandths.
        const COSINES: [u64; 10] = [1_000, 985, 940, 866, 766, 643, 500, 342, 174, 1];
        /// A degree of a great circle of the earth, in metres.
        const DEGREE: u64 = 111_195;
        let north = u64::from(self.latitude.abs_diff(other.latitude));
        let apart = u64::from(self.longitude.abs_diff(other.longitude));
        let east = apart.min(36_000 - apart);
        let nearest = self
            .latitude
            .unsigned_abs()
            .max(other.latitude.unsigned_abs());
        let cosine = COSINES[usize::from(nearest / 1_000).min(9)];
        (north + east * cosine / 1_000) * DEGREE / 100 / 1_000 + 1
    }
}

/// Some city, by how many people live there.
#[allow(clippy::cast_possible_truncation, reason = "there are 70")]
pub(super) fn any_city(dice: &mut Dice) -> u16 {
    dice.weighted(CITIES.iter().map(|city| city.people)) as u16
}

/// Some city of the same country, or of another.
#[allow(clippy::cast_possible_truncation, reason = "there are 70")]
pub(super) fn city_where(dice: &mut Dice, here: &City, same_country: bool) -> u16 {
    let weight = |city: &City| {
        let fits = (city.country == here.country) == same_country;
        if fits { city.people } else { 0 }
    };
    dice.weighted(CITIES.iter().map(weight)) as u16
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn spot(city: u16, line: Line, slot: u32) -> Spot {
        Spot {
            city,
            line,
            slot,
            interface: None,
        }
    }

    fn lines() -> impl Iterator<Item = Line> {
        let broadband = (0..BROADBANDS).map(Line::Broadband);
        let mobile = (0..MOBILES).map(Line::Mobile);
        let others = [Line::Business, Line::Hosting, Line::Tor];
        broadband
            .chain(mobile)
            .chain((0..VPNS).map(Line::Vpn))
            .chain(others)
    }

    #[test]
    fn every_customer_has_an_address_of_their_own() {
        let mut seen = BTreeSet::new();
        for city in 0..70 {
            for line in lines() {
                for slot in (0..65_536).step_by(257) {
                    let four = spot(city, line, slot);
                    assert!(seen.insert(four.address()), "{four:?}");
                    assert!(seen.insert(four.with_interface(1).address()), "{four:?}");
                }
            }
        }
        let block: BTreeSet<Address> = (0..65_536)
            .map(|slot| spot(3, Line::Business, slot).address())
            .collect();
        assert_eq!(block.len(), 65_536);
    }

    /// Facts are given with each event, and must be those that an agent would have added.
    #[test]
    fn no_address_is_of_a_special_kind_to_an_agent() {
        let agent = sqreen::Agent::builder().build().unwrap();
        for city in 0..70 {
            for line in lines() {
                let spot = spot(city, line, 77);
                for address in [spot.address(), spot.with_interface(1).address()] {
                    assert!(agent.facts(address).kinds.is_empty(), "{address}");
                }
            }
        }
    }

    #[test]
    fn neighbours_are_in_one_small_network() {
        let at = spot(0, Line::Hosting, 4_711);
        let IpAddr::V4(first) = at.address().ip() else {
            panic!()
        };
        let mut others = BTreeSet::new();
        for number in 0..256 {
            let IpAddr::V4(ip) = at.neighbour(number).address().ip() else {
                panic!()
            };
            assert_eq!(ip.octets()[..3], first.octets()[..3]);
            others.insert(ip);
            let IpAddr::V6(ip) = at.with_interface(1).neighbour(number).address().ip() else {
                panic!()
            };
            let IpAddr::V6(first) = at.with_interface(1).address().ip() else {
                panic!()
            };
            assert_eq!(ip.segments()[..3], first.segments()[..3]);
        }
        assert_eq!(others.len(), 256);
    }

    #[test]
    fn journeys_are_never_taken_for_shorter_than_they_are() {
        let place = |city: &City| Location {
            latitude: city.latitude,
            longitude: city.longitude,
            accuracy: 0,
        };
        for from in &CITIES {
            for to in &CITIES {
                let (exact, ours) = (place(from).kilometres_to(place(to)), from.kilometres_to(to));
                assert!(
                    u64::from(exact) <= ours,
                    "{} {}: {exact} {ours}",
                    from.name,
                    to.name
                );
            }
        }
    }
}
