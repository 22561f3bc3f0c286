//! A tree of values, and where each of them stands.

use std::fmt;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A value, and where it was written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    /// Its first byte in the text; zero where nobody knows.
    pub(crate) at: usize,
    pub(crate) value: Value,
}

/// What can be written in TOML and in JSON alike.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Boolean(bool),
    Integer(i128),
    Number(f64),
    Text(Box<str>),
    List(Vec<Node>),
    Table(Vec<Entry>),
    /// What no playbook can say: a time of TOML, JSON's null.
    Other(&'static str),
}

/// One key of a table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: Box<str>,
    /// The first byte of the key.
    pub(crate) at: usize,
    pub(crate) node: Node,
}

/// How much of a value an error repeats, in characters: enough to find it.
const SHOWN: usize = 100;

impl<V: Into<Value>> From<V> for Node {
    fn from(value: V) -> Self {
        Self {
            at: 0,
            value: value.into(),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Integer(number.into())
    }
}

impl Node {
    /// What is written here, as an error repeats it.
    pub(super) fn shown(&self) -> String {
        let shown = self.value.to_string();
        match shown.char_indices().nth(SHOWN) {
            Some((cut, _)) => format!("{}…", &shown[..cut]),
            None => shown,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let comma = |n: usize| if n == 0 { "" } else { ", " };
        match self {
            Self::Boolean(value) => value.fmt(f),
            Self::Integer(number) => number.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => write!(f, "\"{}\"", text.escape_debug()),
            Self::List(nodes) => {
                f.write_str("[")?;
                for (n, node) in nodes.iter().enumerate() {
                    write!(f, "{}{}", comma(n), node.value)?;
                }
                f.write_str("]")
            }
            Self::Table(entries) if entries.is_empty() => f.write_str("{}"),
            Self::Table(entries) => {
                f.write_str("{ ")?;
                for (n, entry) in entries.iter().enumerate() {
                    let key = entry.key.escape_debug();
                    write!(f, "{}{key} = {}", comma(n), entry.node.value)?;
                }
                f.write_str(" }")
            }
            Self::Other(kind) => write!(f, "a {kind}"),
        }
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.value {
            Value::Boolean(value) => serializer.serialize_bool(*value),
            // TOML has no wider integers.
            Value::Integer(number) => match i64::try_from(*number) {
                Ok(number) => serializer.serialize_i64(number),
                Err(_) => serializer.serialize_i128(*number),
            },
            Value::Number(number) => serializer.serialize_f64(*number),
            Value::Text(text) => serializer.serialize_str(text),
            Value::List(nodes) => {
                let mut list = serializer.serialize_seq(Some(nodes.len()))?;
                for node in nodes {
                    list.serialize_element(node)?;
                }
                list.end()
            }
            Value::Table(entries) => {
                let mut table = serializer.serialize_map(Some(entries.len()))?;
                for entry in entries {
                    table.serialize_entry(&entry.key, &entry.node)?;
                }
                table.end()
            }
            Value::Other(_) => serializer.serialize_unit(),
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Anything)
    }
}

struct Anything;

impl<'de> Visitor<'de> for Anything {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a playbook, or a part of one")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Value::Boolean(value).into())
    }

    fn visit_i64<E>(self, number: i64) -> Result<Node, E> {
        Ok(Value::Integer(number.into()).into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Node, E> {
        Ok(Value::Integer(number.into()).into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Node, E> {
        Ok(Value::Number(number).into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(text.into())
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Value::Other("null").into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Node, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = values.next_element()? {
            nodes.push(node);
        }
        Ok(Value::List(nodes).into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<Node, A::Error> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut keys = std::collections::HashSet::new();
        while let Some((key, node)) = pairs.next_entry::<Box<str>, Node>()? {
            if !keys.insert(key.clone()) {
                let twice = format!("`{}` stands there twice", key.escape_debug());
                return Err(serde::de::Error::custom(twice));
            }
            entries.push(Entry { key, at: 0, node });
        }
        Ok(Value::Table(entries).into())
    }
}
