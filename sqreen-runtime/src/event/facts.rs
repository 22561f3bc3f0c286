//! What is known of an address beside its number: where it is, whose it is, and what stands behind it.
//!
//! Facts come in with the event, so that the engine needs nothing but events. Who looks them up is `intel`.

use std::fmt;
use std::str::FromStr;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use super::text::deserialize_text;

/// What is known of the address of an event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// The country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
    /// The number of the autonomous system (RFC 6793) that announces it: the provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<u32>,
    /// Where on the earth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// What kinds of address it is.
    #[serde(skip_serializing_if = "AddressKinds::is_empty")]
    pub kinds: AddressKinds,
}

impl Facts {
    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A country by the two letters of ISO 3166-1, in capitals.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Country([u8; 2]);

impl Country {
    /// The two letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Two ASCII capitals: checked where it is made.
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// Not the code of a country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a country is two letters of ISO 3166-1, such as `FR`")]
pub struct CountryError;

impl FromStr for Country {
    type Err = CountryError;

    fn from_str(text: &str) -> Result<Self, CountryError> {
        match *text.as_bytes() {
            [first, second] if first.is_ascii_alphabetic() && second.is_ascii_alphabetic() => {
                Ok(Self([
                    first.to_ascii_uppercase(),
                    second.to_ascii_uppercase(),
                ]))
            }
            _ => Err(CountryError),
        }
    }
}

impl Serialize for Country {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_text(deserializer, "a country")
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A place on the earth, and how well it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// Hundredths of a degree north, -9000 to 9000.
    pub latitude: i16,
    /// Hundredths of a degree east, -18000 to 18000.
    pub longitude: i16,
    /// The radius in kilometres within which the address is thought to be.
    pub accuracy: u16,
}

impl Location {
    /// From degrees; what is out of range is cut to it.
    #[must_use]
    #[allow(
        clippy::cast_possible_truncation,
        reason = "cut to what an i16 holds just before"
    )]
    pub fn from_degrees(latitude: f64, longitude: f64, accuracy: u16) -> Self {
        let hundredths = |degrees: f64, most: f64| (degrees.clamp(-most, most) * 100.0).round();
        Self {
            latitude: hundredths(latitude, 90.0) as i16,
            longitude: hundredths(longitude, 180.0) as i16,
            accuracy,
        }
    }

    /// The way from here to `other` along the surface, in kilometres: the haversine formula on a sphere of
    /// 6,371 km, the mean radius of the earth (IUGG).
    #[must_use]
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "half the way round the earth is some 20,000 km"
    )]
    pub fn kilometres_to(self, other: Self) -> u32 {
        const EARTH: f64 = 6_371.0;
        let radians = |hundredths: i16| (f64::from(hundredths) / 100.0).to_radians();
        let (from, to) = (radians(self.latitude), radians(other.latitude));
        let north = ((to - from) / 2.0).sin();
        let east = ((radians(other.longitude) - radians(self.longitude)) / 2.0).sin();
        let chord = north * north + from.cos() * to.cos() * east * east;
        (2.0 * EARTH * chord.sqrt().min(1.0).asin()).round() as u32
    }
}

/// What stands behind an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AddressKind {
    /// An exit of the Tor network.
    Tor,
    /// A data centre: where servers are, and few people.
    Hosting,
    /// A virtual private network that anybody can rent.
    Vpn,
    /// A proxy that anybody can use.
    Proxy,
    /// A household's connection that is rented out as a proxy.
    ResidentialProxy,
    /// A private network (RFC 1918, RFC 4193).
    Private,
    /// Many customers of one provider behind one address (RFC 6598).
    CarrierNat,
    /// The machine itself.
    Loopback,
    /// For use in texts only (RFC 5737, RFC 3849).
    Documentation,
    /// Any other that nobody on the internet can have, such as link-local and multicast ones.
    Reserved,
}

impl AddressKind {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Tor,
        Self::Hosting,
        Self::Vpn,
        Self::Proxy,
        Self::ResidentialProxy,
        Self::Private,
        Self::CarrierNat,
        Self::Loopback,
        Self::Documentation,
        Self::Reserved,
    ];
}

/// A set of kinds.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct AddressKinds(u16);

impl AddressKinds {
    /// No kind.
    pub const NONE: Self = Self(0);
    /// Behind which somebody hides who is not at home there: Tor, hosting, VPN and proxies.
    pub const ANONYMOUS: Self = Self(
        1 << AddressKind::Tor as u16
            | 1 << AddressKind::Hosting as u16
            | 1 << AddressKind::Vpn as u16
            | 1 << AddressKind::Proxy as u16
            | 1 << AddressKind::ResidentialProxy as u16,
    );

    /// At which many come and go who have nothing to do with each other: Tor, VPN and proxies. Not hosting: a machine
    /// in a data centre is somebody's.
    pub const SHARED: Self = Self(
        1 << AddressKind::Tor as u16
            | 1 << AddressKind::Vpn as u16
            | 1 << AddressKind::Proxy as u16
            | 1 << AddressKind::ResidentialProxy as u16,
    );

    /// Whether this is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0 == 0
    }

    /// Whether `kind` is one of them.
    #[must_use]
    pub const fn contains(self, kind: AddressKind) -> bool {
        self.0 & (1 << kind as u16) != 0
    }

    /// These and those of `other`.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that are of `other` too.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those that are not of `other`.
    #[must_use]
    pub const fn difference(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = AddressKind> {
        AddressKind::ALL
            .into_iter()
            .filter(move |kind| self.contains(*kind))
    }
}

impl From<AddressKind> for AddressKinds {
    fn from(kind: AddressKind) -> Self {
        Self(1 << kind as u16)
    }
}

impl FromIterator<AddressKind> for AddressKinds {
    fn from_iter<I: IntoIterator<Item = AddressKind>>(kinds: I) -> Self {
        kinds
            .into_iter()
            .fold(Self::NONE, |all, kind| all.union(kind.into()))
    }
}

/// A list of names.
impl Serialize for AddressKinds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for AddressKinds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Kinds;

        impl<'de> Visitor<'de> for Kinds {
            type Value = AddressKinds;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of kinds of address")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut names: A) -> Result<AddressKinds, A::Error> {
                let mut kinds = AddressKinds::NONE;
                while let Some(kind) = names.next_element::<AddressKind>()? {
                    kinds = kinds.union(kind.into());
                }
                Ok(kinds)
            }
        }

        deserializer.deserialize_seq(Kinds)
    }
}

impl fmt::Debug for AddressKinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_two_letters_in_capitals() {
        assert_eq!("fr".parse::<Country>().unwrap().as_str(), "FR");
        for text in ["", "F", "FRA", "F1", "é"] {
            assert_eq!(text.parse::<Country>(), Err(CountryError), "{text}");
        }
    }

    /// Distances as great-circle calculators give them, to one per cent.
    #[test]
    fn distances_are_those_of_the_map() {
        let place = |latitude, longitude| Location::from_degrees(latitude, longitude, 0);
        let (paris, london) = (place(48.86, 2.35), place(51.51, -0.13));
        let (sydney, new_york) = (place(-33.87, 151.21), place(40.71, -74.01));
        for (from, to, kilometres) in [
            (paris, london, 344),
            (paris, new_york, 5_837),
            (sydney, new_york, 15_988),
            (place(0.0, 179.99), place(0.0, -179.99), 2),
            (place(90.0, 0.0), place(-90.0, 0.0), 20_015),
        ] {
            let (there, back) = (from.kilometres_to(to), to.kilometres_to(from));
            assert_eq!(there, back);
            assert!(
                there.abs_diff(kilometres) <= 1 + kilometres / 100,
                "{there} for {kilometres}"
            );
        }
    }

    #[test]
    fn a_set_of_kinds_holds_what_was_put_in() {
        for kind in AddressKind::ALL {
            let set = AddressKinds::from(kind);
            assert_eq!(set.iter().collect::<Vec<_>>(), [kind]);
        }
        let all: AddressKinds = AddressKind::ALL.into_iter().collect();
        assert_eq!(all.iter().count(), AddressKind::ALL.len());
        let text = serde_json::to_string(&AddressKinds::ANONYMOUS).unwrap();
        assert_eq!(
            text,
            r#"["tor","hosting","vpn","proxy","residential-proxy"]"#
        );
        let back: AddressKinds = serde_json::from_str(&text).unwrap();
        assert_eq!(back, AddressKinds::ANONYMOUS);
    }
}
