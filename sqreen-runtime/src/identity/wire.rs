//! Identifiers as they are stored and sent: an object of strings, in canonical order.

use std::fmt;

use serde::de::{Error, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Capture, UserIdentifiers};

impl Serialize for UserIdentifiers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.iter().count()))?;
        for (key, value) in self.iter() {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for UserIdentifiers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Strings)
    }
}

struct Strings;

impl<'de> Visitor<'de> for Strings {
    type Value = UserIdentifiers;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of strings that identifies a user")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<UserIdentifiers, A::Error> {
        let mut capture = Capture::new();
        while let Some((key, value)) = pairs.next_entry::<String, String>()? {
            capture.add(&key, &value);
        }
        capture.finish().map_err(A::Error::custom)
    }
}
