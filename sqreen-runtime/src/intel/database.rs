//! Databases in the MaxMind format: the only place that knows their fields.
//!
//! One record type for all of them, since a database holds what its name says and the rest is missing: those of
//! MaxMind (GeoIP2 and GeoLite2: Country, City, ASN, Anonymous-IP, and the `traits` of Enterprise), DB-IP, which
//! has the same fields, IPinfo Lite (`country_code`, `asn`) and ip-location-db (`country_code`, `latitude`).

use std::fmt;
use std::net::IpAddr;
use std::sync::OnceLock;

use maxminddb::{Reader, WithinOptions};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::event::{Address, AddressKind, AddressKinds, Country, Facts, Location, Timestamp};

/// What is taken where a database does not say how well it knows a place, in kilometres: the second largest of
/// the radii that MaxMind gives. Who does not say is not believed to know well.
const UNKNOWN_ACCURACY: u16 = 500;

/// How many networks are looked at to see whether a database holds anything of use.
const SAMPLE: usize = 1_000;

/// A database that was read whole.
#[derive(Debug)]
pub(super) struct Database {
    reader: Reader<Vec<u8>>,
    networks: usize,
    /// What went wrong with a record, the first time.
    trouble: OnceLock<String>,
}

impl Database {
    /// Errors say what is wrong with it.
    pub(super) fn read(bytes: Vec<u8>) -> Result<Self, String> {
        let wrong = |error: maxminddb::MaxMindDbError| printable(&error.to_string());
        let reader = Reader::from_source(bytes).map_err(wrong)?;
        let nodes = reader.metadata().node_count as usize;
        // With those, each step comes to another leaf of the tree, so that one with a circle in it is noticed.
        let every = WithinOptions::default().include_networks_without_data();
        let mut of_use = false;
        let mut networks = 0;
        for (step, network) in reader.networks(every).map_err(wrong)?.enumerate() {
            let network = network.map_err(wrong)?;
            // A binary tree has one leaf more than it has nodes.
            if step > nodes {
                return Err("its search tree runs in a circle".into());
            }
            if !network.has_data() {
                continue;
            }
            if networks < SAMPLE {
                let record: Option<Record> = network.decode().map_err(wrong)?;
                of_use |= record.is_some_and(|record| !record.facts().is_empty());
            }
            networks += 1;
        }
        if !of_use {
            return Err(format!(
                "this database, which calls itself {}, tells neither country nor place, provider or kind of \\
                 an address",
                printable(&reader.metadata().database_type),
            ));
        }
        Ok(Self {
            reader,
            networks,
            trouble: OnceLock::new(),
        })
    }

    /// Adds what this database knows of an address, and is not known yet.
    pub(super) fn add_to(&self, facts: &mut Facts, address: Address) {
        match self.record(address) {
            Ok(None) => {}
            Ok(Some(record)) => {
                let more = record.facts();
                facts.country = facts.country.or(more.country);
                facts.system = facts.system.or(more.system);
                facts.location = facts.location.or(more.location);
                facts.kinds = facts.kinds.union(more.kinds);
            }
            Err(error) => {
                let cause = || format!("looking up {address}: {}", printable(&error.to_string()));
                self.trouble.get_or_init(cause);
            }
        }
    }

    fn record(&self, address: Address) -> Result<Option<Record>, maxminddb::MaxMindDbError> {
        let ip = address.ip();
        if matches!(ip, IpAddr::V6(_)) && self.reader.metadata().ip_version == 4 {
            return Ok(None);
        }
        self.reader.lookup(ip)?.decode()
    }

    /// What it calls itself.
    pub(super) fn name(&self) -> String {
        printable(&self.reader.metadata().database_type)
    }

    pub(super) fn built(&self) -> Timestamp {
        let seconds = self.reader.metadata().build_epoch;
        Timestamp::from_millis(seconds.saturating_mul(1000))
    }

    pub(super) fn networks(&self) -> usize {
        self.networks
    }

    /// What went wrong with a record, the first time.
    pub(super) fn trouble(&self) -> Option<&str> {
        self.trouble.get().map(String::as_str)
    }
}

/// What a file says, as it may be shown and logged.
fn printable(text: &str) -> String {
    const SHOWN: usize = 500;
    let shown = text.chars().take(SHOWN);
    shown
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// What is of use in a record of any of those databases.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Record {
    country: Code,
    registered_country: Code,
    country_code: Code,
    location: Place,
    latitude: Number,
    longitude: Number,
    autonomous_system_number: Number,
    asn: Number,
    is_tor_exit_node: bool,
    is_hosting_provider: bool,
    is_anonymous_vpn: bool,
    is_public_proxy: bool,
    is_residential_proxy: bool,
    /// Where the databases that hold everything have the fields of the smaller ones.
    traits: Option<Box<Record>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Place {
    latitude: Number,
    longitude: Number,
    accuracy_radius: Number,
}

impl Record {
    fn facts(&self) -> Facts {
        let kinds = [
            (self.is_tor_exit_node, AddressKind::Tor),
            (self.is_hosting_provider, AddressKind::Hosting),
            (self.is_anonymous_vpn, AddressKind::Vpn),
            (self.is_public_proxy, AddressKind::Proxy),
            (self.is_residential_proxy, AddressKind::ResidentialProxy),
        ];
        let kinds = kinds
            .into_iter()
            .filter_map(|(is, kind)| is.then_some(kind));
        let place = &self.location;
        let latitude = place.latitude.0.or(self.latitude.0);
        let longitude = place.longitude.0.or(self.longitude.0);
        let accuracy = place.accuracy_radius.whole().unwrap_or(UNKNOWN_ACCURACY);
        let facts = Facts {
            // Where the address is used is better than where it is registered, which is better than nothing.
            country: self
                .country
                .0
                .or(self.country_code.0)
                .or(self.registered_country.0),
            system: self.autonomous_system_number.whole().or(self.asn.whole()),
            location: latitude
                .zip(longitude)
                .map(|(latitude, longitude)| Location::from_degrees(latitude, longitude, accuracy)),
            kinds: kinds.collect(),
        };
        let traits = self
            .traits
            .as_ref()
            .map(|traits| traits.facts())
            .unwrap_or_default();
        Facts {
            system: facts.system.or(traits.system),
            kinds: AddressKinds::union(facts.kinds, traits.kinds),
            ..facts
        }
    }
}

/// A country, as a map with `iso_code` or as the code itself. A name in its place is no code.
#[derive(Debug, Default)]
struct Code(Option<Country>);

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;

        impl<'de> Visitor<'de> for Read {
            type Value = Code;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a country")
            }

            fn visit_str<E>(self, text: &str) -> Result<Code, E> {
                Ok(Code(text.parse().ok()))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Code, A::Error> {
                let mut code = Code::default();
                while let Some(key) = map.next_key::<&str>()? {
                    if key == "iso_code" {
                        code = map.next_value()?;
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(code)
            }
        }

        deserializer.deserialize_any(Read)
    }
}

/// A number of any type and, for autonomous systems, as `AS64512`.
#[derive(Debug, Default)]
struct Number(Option<f64>);

impl Number {
    fn whole<T: TryFrom<u64>>(&self) -> Option<T> {
        // A cast keeps to what fits, and every number of 32 bits is exact.
        T::try_from(self.0? as u64).ok()
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;

        impl Visitor<'_> for Read {
            type Value = Number;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }

            fn visit_f64<E>(self, number: f64) -> Result<Number, E> {
                Ok(Number(Some(number).filter(|number| number.is_finite())))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Number, E> {
                Ok(Number(Some(number as f64)))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Number, E> {
                Ok(Number(Some(number as f64)))
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Number, E> {
                let number = text.strip_prefix("AS").unwrap_or(text).parse();
                number.map_or(Ok(Number(None)), |number| self.visit_f64(number))
            }
        }

        deserializer.deserialize_any(Read)
    }
}

#[cfg(test)]
mod tests {
    use mmdb_writer::{IpVersion, Value, Writer};

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
        Value::map(entries)
    }

    fn facts(database: &Database, address: &str) -> Facts {
        let mut facts = Facts::default();
        database.add_to(&mut facts, address.parse().unwrap());
        assert_eq!(database.trouble(), None);
        facts
    }

    fn written(name: &str, records: &[(&str, &str, Value)]) -> Vec<u8> {
        let mut writer = Writer::new(name);
        for (first, last, record) in records {
            writer.insert_range(ip(first), ip(last), record).unwrap();
        }
        writer.to_bytes().unwrap()
    }

    fn read(name: &str, records: &[(&str, &str, Value)]) -> Database {
        Database::read(written(name, records)).unwrap()
    }

    fn country(code: &str) -> Value {
        let names = map([
            ("en", Value::from("Somewhere")),
            ("iso_code", Value::from("XX")),
        ]);
        map([
            ("geoname_id", Value::from(7_u32)),
            ("names", names),
            ("iso_code", Value::from(code)),
        ])
    }

    #[test]
    fn a_database_of_cities_tells_country_and_place() {
        let place = map([
            ("latitude", Value::from(48.8582_f64)),
            ("longitude", Value::from(2.3387_f64)),
            ("accuracy_radius", Value::from(20_u16)),
            ("time_zone", Value::from("Europe/Paris")),
        ]);
        let record = map([
            ("country", country("FR")),
            ("registered_country", country("DE")),
            ("location", place),
            ("subdivisions", Value::array([country("IDF")])),
        ]);
        let registered = map([("registered_country", country("DE"))]);
        let database = read(
            "GeoLite2-City",
            &[
                ("1.2.3.0", "1.2.3.255", record.clone()),
                ("2a00::", "2a00::ffff", record),
                ("5.6.7.8", "5.6.7.8", registered),
            ],
        );
        for address in ["1.2.3.4", "::ffff:1.2.3.4", "2a00::1"] {
            let facts = facts(&database, address);
            assert_eq!(facts.country, Some("FR".parse().unwrap()), "{address}");
            assert_eq!(
                facts.location,
                Some(Location::from_degrees(48.86, 2.34, 20))
            );
            assert_eq!((facts.system, facts.kinds), (None, AddressKinds::NONE));
        }
        assert_eq!(
            facts(&database, "5.6.7.8").country,
            Some("DE".parse().unwrap())
        );
        assert!(facts(&database, "5.6.7.9").is_empty());
        assert_eq!(database.name(), "GeoLite2-City");
        assert!(database.networks() >= 3 && database.built() > Timestamp::default());
    }

    #[test]
    fn a_database_of_systems_tells_the_number_in_either_spelling() {
        let database = read(
            "GeoLite2-ASN",
            &[
                (
                    "1.2.3.0",
                    "1.2.3.255",
                    map([("autonomous_system_number", Value::from(64_512_u32))]),
                ),
                (
                    "5.6.7.0",
                    "5.6.7.255",
                    map([
                        ("asn", Value::from("AS64513")),
                        ("country", Value::from("France")),
                        ("country_code", Value::from("FR")),
                    ]),
                ),
            ],
        );
        assert_eq!(facts(&database, "1.2.3.4").system, Some(64_512));
        let other = facts(&database, "5.6.7.8");
        assert_eq!(
            (other.system, other.country),
            (Some(64_513), Some("FR".parse().unwrap()))
        );
    }

    #[test]
    fn a_database_of_anonymous_networks_tells_each_kind() {
        let fields = [
            ("is_tor_exit_node", AddressKind::Tor),
            ("is_hosting_provider", AddressKind::Hosting),
            ("is_anonymous_vpn", AddressKind::Vpn),
            ("is_public_proxy", AddressKind::Proxy),
            ("is_residential_proxy", AddressKind::ResidentialProxy),
        ];
        let mut writer = Writer::builder("GeoIP2-Anonymous-IP")
            .ip_version(IpVersion::V4)
            .build();
        for (n, (field, _)) in (0_u8..).zip(fields) {
            let flag = map([
                ("is_anonymous", Value::from(true)),
                (field, Value::from(true)),
            ]);
            let (one, other) = (IpAddr::from([1, 0, 0, n]), IpAddr::from([2, 0, 0, n]));
            writer.insert_range(one, one, &flag).unwrap();
            writer
                .insert_range(other, other, &map([("traits", flag)]))
                .unwrap();
        }
        let database = Database::read(writer.to_bytes().unwrap()).unwrap();
        for (n, (_, kind)) in (0_u8..).zip(fields) {
            for first in [1, 2] {
                let facts = facts(&database, &format!("{first}.0.0.{n}"));
                assert_eq!(facts.kinds, kind.into());
            }
        }
        assert!(
            facts(&database, "2a00::1").is_empty(),
            "it knows nothing of IPv6"
        );
    }

    #[test]
    fn a_place_that_comes_without_a_radius_is_not_believed_to_be_exact() {
        let flat = map([
            ("latitude", Value::from(1.5_f32)),
            ("longitude", Value::from(-2.5_f32)),
        ]);
        let half = map([
            ("latitude", Value::from(1.5_f64)),
            ("country_code", Value::from("FR")),
        ]);
        let database = read(
            "DBIP-City-Lite",
            &[("1.0.0.0", "1.0.0.9", flat), ("2.0.0.0", "2.0.0.9", half)],
        );
        let expected = Location::from_degrees(1.5, -2.5, UNKNOWN_ACCURACY);
        assert_eq!(facts(&database, "1.0.0.1").location, Some(expected));
        assert_eq!(facts(&database, "2.0.0.1").location, None);
    }

    #[test]
    fn what_is_known_already_stays() {
        let one = read(
            "one",
            &[(
                "1.0.0.0",
                "1.0.0.9",
                map([("country_code", Value::from("FR"))]),
            )],
        );
        let other = read(
            "other",
            &[(
                "1.0.0.0",
                "1.0.0.9",
                map([("country_code", Value::from("DE"))]),
            )],
        );
        let mut both = facts(&one, "1.0.0.1");
        other.add_to(&mut both, "1.0.0.1".parse().unwrap());
        assert_eq!(both.country, Some("FR".parse().unwrap()));
    }

    #[test]
    fn a_database_that_tells_nothing_of_use_says_what_it_is() {
        let domain = map([("domain", Value::from("example.com"))]);
        let bytes = written("GeoIP2-Domain", &[("1.0.0.0", "1.0.0.9", domain)]);
        let problem = Database::read(bytes).unwrap_err();
        assert!(
            problem.contains("calls itself GeoIP2-Domain, tells neither"),
            "{problem}"
        );
    }

    #[test]
    fn half_a_database_is_none_wherever_it_ends() {
        let record = map([("country_code", Value::from("FR"))]);
        let bytes = written("Country", &[("1.0.0.0", "1.0.0.9", record)]);
        for length in 0..bytes.len() {
            assert!(
                Database::read(bytes[..length].to_vec()).is_err(),
                "{length} of {}",
                bytes.len()
            );
        }
        assert!(Database::read(b"1.2.3.4\n".to_vec()).is_err());
    }

    #[test]
    fn no_damage_makes_reading_or_asking_panic_or_run_forever() {
        let record = map([
            ("country", country("FR")),
            ("traits", map([("asn", Value::from("AS7"))])),
        ]);
        let bytes = written("Country", &[("1.0.0.0", "1.0.0.9", record)]);
        for at in 0..bytes.len() {
            for damage in [0x00, 0xFF, bytes[at] ^ 1, bytes[at] ^ 0x20] {
                let mut bytes = bytes.clone();
                bytes[at] = damage;
                if let Ok(database) = Database::read(bytes) {
                    for address in ["1.0.0.1", "2.0.0.1", "::", "2a00::1"] {
                        database.add_to(&mut Facts::default(), address.parse().unwrap());
                    }
                }
            }
        }
    }
}
