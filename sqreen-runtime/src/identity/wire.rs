//! Identifiers and traits as they are stored and sent: objects of strings, in order of their keys.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Error, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Capture, Traits, UserIdentifiers};

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
        while let Some(Name(key)) = pairs.next_key()? {
            pairs.next_value_seed(Value {
                key: &key,
                of: &mut capture,
            })?;
        }
        capture.finish().map_err(A::Error::custom)
    }
}

/// The value of `key`, which goes to where it is kept without a copy on the way.
struct Value<'a> {
    key: &'a str,
    of: &'a mut Capture,
}

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Value<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a string for `{}`", self.key.escape_debug())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.of.add(self.key, text);
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Traits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Named;

        impl<'de> Visitor<'de> for Named {
            type Value = Traits;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of strings")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<Traits, A::Error> {
                let mut traits = Traits::new();
                while let Some((Name(name), Name(value))) = pairs.next_entry()? {
                    if traits.get(&name).is_some() {
                        return Err(twice(&name));
                    }
                    traits = traits.with(&name, &*value);
                }
                Ok(traits)
            }
        }

        deserializer.deserialize_map(Named)
    }
}

/// The error for a name that an object has twice.
#[cold]
pub(crate) fn twice<E: Error>(name: &str) -> E {
    E::custom(format_args!("`{}` is given twice", name.escape_debug()))
}

/// Text that is borrowed where the format lends it, such as JSON without escapes.
pub(crate) struct Name<'de>(pub(crate) Cow<'de, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl<'de> Visitor<'de> for Text {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(text.into()))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Name<'de>, E> {
                self.visit_string(text.into())
            }

            fn visit_string<E: Error>(self, text: String) -> Result<Name<'de>, E> {
                Ok(Name(text.into()))
            }
        }

        deserializer.deserialize_str(Text)
    }
}
