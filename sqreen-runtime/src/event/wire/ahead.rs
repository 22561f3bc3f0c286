//! Values that came before it was known what they are: kept as the format has them, and read again then.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{
    MapAccessDeserializer, MapDeserializer, SeqDeserializer, StringDeserializer,
};
use serde::de::{Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};

/// Any value of a self-describing format such as JSON.
pub(super) enum Ahead {
    Nothing,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Number(f64),
    Text(String),
    Sequence(Vec<Self>),
    Map(Vec<(String, Self)>),
}

impl<'de> Deserialize<'de> for Ahead {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Anything)
    }
}

struct Anything;

impl<'de> Visitor<'de> for Anything {
    type Value = Ahead;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Ahead, E> {
        Ok(Ahead::Nothing)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Ahead, E> {
        Ok(Ahead::Bool(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Ahead, E> {
        Ok(Ahead::Unsigned(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Ahead, E> {
        Ok(Ahead::Signed(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Ahead, E> {
        Ok(Ahead::Number(value))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Ahead, E> {
        Ok(Ahead::Text(text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Ahead, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = sequence.next_element()? {
            values.push(value);
        }
        Ok(Ahead::Sequence(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Ahead, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Ahead::Map(pairs))
    }
}

impl<'de, E: Error> IntoDeserializer<'de, E> for Ahead {
    type Deserializer = Replayed<E>;

    fn into_deserializer(self) -> Replayed<E> {
        Replayed::new(self)
    }
}

/// Reads a value once more.
pub(super) struct Replayed<E>(Ahead, PhantomData<E>);

impl<E> Replayed<E> {
    pub(super) fn new(value: Ahead) -> Self {
        Self(value, PhantomData)
    }
}

impl<'de, E: Error> Deserializer<'de> for Replayed<E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        match self.0 {
            Ahead::Nothing => visitor.visit_unit(),
            Ahead::Bool(value) => visitor.visit_bool(value),
            Ahead::Unsigned(value) => visitor.visit_u64(value),
            Ahead::Signed(value) => visitor.visit_i64(value),
            Ahead::Number(value) => visitor.visit_f64(value),
            Ahead::Text(text) => visitor.visit_string(text),
            Ahead::Sequence(values) => {
                let mut sequence = SeqDeserializer::new(values.into_iter());
                let value = visitor.visit_seq(&mut sequence)?;
                sequence.end()?;
                Ok(value)
            }
            Ahead::Map(pairs) => {
                let mut map = MapDeserializer::new(pairs.into_iter());
                let value = visitor.visit_map(&mut map)?;
                map.end()?;
                Ok(value)
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        match self.0 {
            Ahead::Nothing => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, E> {
        visitor.visit_newtype_struct(self)
    }

    /// A variant without fields is its name, any other an object of one field that is named so.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, E> {
        match self.0 {
            Ahead::Text(name) => visitor.visit_enum(StringDeserializer::new(name)),
            Ahead::Map(pairs) if pairs.len() == 1 => {
                let map = MapDeserializer::new(pairs.into_iter());
                visitor.visit_enum(MapAccessDeserializer::new(map))
            }
            Ahead::Map(_) => Err(E::invalid_value(
                Unexpected::Map,
                &"an object with one field",
            )),
            _ => Err(E::custom(
                "a name, or an object with one field, is expected here",
            )),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq
        tuple tuple_struct map struct identifier
    }
}
