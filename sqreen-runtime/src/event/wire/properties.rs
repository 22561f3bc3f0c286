//! The names and properties of custom events.

use std::fmt;

use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use crate::event::{EventName, Properties, Property};
use crate::identity::{Name, twice};

impl Serialize for EventName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for EventName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Name(name) = Name::deserialize(deserializer)?;
        Self::new(name.into_owned()).map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Properties {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Named;

        impl<'de> Visitor<'de> for Named {
            type Value = Properties;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of properties")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<Properties, A::Error> {
                let mut properties = Properties::default();
                while let Some((Name(name), value)) = pairs.next_entry()? {
                    if properties.get(&name).is_some() {
                        return Err(twice(&name));
                    }
                    properties.insert(&name, value);
                }
                Ok(properties)
            }
        }

        deserializer.deserialize_map(Named)
    }
}

impl Serialize for Property {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => serializer.serialize_i64(*value),
            Self::Number(value) if value.is_finite() => serializer.serialize_f64(*value),
            // JSON has no such numbers; as `null` the line could not be read back.
            Self::Number(value) => serializer.collect_str(value),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

impl<'de> Deserialize<'de> for Property {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Plain)
    }
}

struct Plain;

impl Visitor<'_> for Plain {
    type Value = Property;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("true, false, a number or a string")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Property, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Property, E> {
        Ok(value.into())
    }

    #[allow(clippy::cast_precision_loss, reason = "no property holds it better")]
    fn visit_u64<E: Error>(self, value: u64) -> Result<Property, E> {
        Ok(i64::try_from(value).map_or(Property::Number(value as f64), Property::Integer))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Property, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Property, E> {
        Ok(text.into())
    }
}
