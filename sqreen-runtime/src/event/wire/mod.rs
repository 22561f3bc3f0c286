//! Events as they are stored and sent: one flat object, whose `type` says which fields it has.
//!
//! Written by derive, and read here in a single pass, because the stream is read by the million: nothing is
//! kept aside on the way as long as `type` stands before the fields of its kind, which is how we write it.
//! Fields may come in any order all the same. Unknown ones are ignored, since a newer version may have
//! written them; one that is missing, wrong, or there twice is an error that names it.

mod ahead;
mod properties;

use std::borrow::Cow;
use std::fmt;
use std::vec;

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};

use self::ahead::{Ahead, Replayed};
use super::{Event, Origin, Subject, Timestamp, What};
use crate::identity::{Name, UserIdentifiers};

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Whole)
    }
}

struct Whole;

impl<'de> Visitor<'de> for Whole {
    type Value = Event;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Event, A::Error> {
        let mut fields = Fields::of(map);
        let kind = fields.kind()?;
        let what = kind.read(MapAccessDeserializer::new(&mut fields))?;
        Ok(Event {
            at: fields.at.ok_or_else(|| A::Error::missing_field("at"))?,
            origin: fields.origin.unwrap_or_default(),
            what,
        })
    }
}

/// What an event's `type` can be: as [`What`], without what is in it.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Login,
    SignUp,
    Session,
    Custom,
    Decision,
    Ban,
    Pardon,
    Allow,
    Refusal,
    SteppedUp,
    Policy,
}

#[derive(Deserialize)]
struct OfSubject {
    subject: Subject,
}

#[derive(Deserialize)]
struct OfUser {
    user: UserIdentifiers,
}

impl Kind {
    fn read<'de, D: Deserializer<'de>>(self, fields: D) -> Result<What, D::Error> {
        Ok(match self {
            Self::Login => What::Login(Deserialize::deserialize(fields)?),
            Self::SignUp => What::SignUp(Deserialize::deserialize(fields)?),
            Self::Session => What::Session(Deserialize::deserialize(fields)?),
            Self::Custom => What::Custom(Deserialize::deserialize(fields)?),
            Self::Decision => What::Decision(Deserialize::deserialize(fields)?),
            Self::Ban => What::Ban(Deserialize::deserialize(fields)?),
            Self::Pardon => {
                let OfSubject { subject } = Deserialize::deserialize(fields)?;
                What::Pardon { subject }
            }
            Self::Allow => {
                let OfSubject { subject } = Deserialize::deserialize(fields)?;
                What::Allow { subject }
            }
            Self::Refusal => What::Refusal(Deserialize::deserialize(fields)?),
            Self::SteppedUp => {
                let OfUser { user } = Deserialize::deserialize(fields)?;
                What::SteppedUp { user }
            }
            Self::Policy => What::Policy(Deserialize::deserialize(fields)?),
        })
    }
}

/// The fields of an event. Those that every kind has are taken out on the way; as a [`MapAccess`] it has
/// the others, those that came before `type` first.
struct Fields<'de, A> {
    map: A,
    at: Option<Timestamp>,
    origin: Option<Origin>,
    /// The fields before `type`.
    ahead: vec::IntoIter<(Cow<'de, str>, Ahead)>,
    /// The name of the field whose value is next.
    name: Cow<'de, str>,
    /// That value, where it was ahead.
    value: Option<Ahead>,
}

impl<'de, A: MapAccess<'de>> Fields<'de, A> {
    fn of(map: A) -> Self {
        Self {
            map,
            at: None,
            origin: None,
            ahead: Vec::new().into_iter(),
            name: Cow::Borrowed(""),
            value: None,
        }
    }

    /// Reads up to the `type`.
    fn kind(&mut self) -> Result<Kind, A::Error> {
        let mut ahead = Vec::new();
        while let Some(name) = self.next_name()? {
            if name == "type" {
                self.ahead = ahead.into_iter();
                return self.map.next_value_seed(KindName).map_err(in_field(&name));
            }
            let value = self.map.next_value().map_err(in_field(&name))?;
            ahead.push((name, value));
        }
        Err(A::Error::missing_field("type"))
    }

    /// The name of the next field that not every kind has.
    fn next_name(&mut self) -> Result<Option<Cow<'de, str>>, A::Error> {
        while let Some(Name(name)) = self.map.next_key()? {
            match &*name {
                "at" => once(&mut self.at, "at", &mut self.map)?,
                "origin" => once(&mut self.origin, "origin", &mut self.map)?,
                _ => return Ok(Some(name)),
            }
        }
        Ok(None)
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for &mut Fields<'de, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        if let Some((name, value)) = self.ahead.next() {
            self.name = name;
            self.value = Some(value);
        } else {
            let Some(name) = self.next_name()? else {
                return Ok(None);
            };
            if name == "type" {
                return Err(A::Error::duplicate_field("type"));
            }
            self.name = name;
        }
        seed.deserialize(StrDeserializer::new(&self.name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        match self.value.take() {
            Some(value) => seed.deserialize(Replayed::new(value)),
            None => self.map.next_value_seed(seed),
        }
        .map_err(in_field(&self.name))
    }
}

fn once<'de, T, A>(slot: &mut Option<T>, name: &'static str, map: &mut A) -> Result<(), A::Error>
where
    T: Deserialize<'de>,
    A: MapAccess<'de>,
{
    if slot.is_some() {
        return Err(A::Error::duplicate_field(name));
    }
    *slot = Some(map.next_value().map_err(in_field(name))?);
    Ok(())
}

/// Says in which field something is wrong.
fn in_field<E: Error>(name: &str) -> impl FnOnce(E) -> E {
    move |error| E::custom(format_args!("`{}`: {error}", name.escape_debug()))
}

/// Reads a [`Kind`], which is a string and nothing else.
struct KindName;

impl<'de> DeserializeSeed<'de> for KindName {
    type Value = Kind;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Kind, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KindName {
    type Value = Kind;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the kind of an event as a string")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Kind, E> {
        Kind::deserialize(StrDeserializer::new(name))
    }
}

#[cfg(test)]
mod tests;
