//! The names and properties of custom events.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use thiserror::Error;

/// The name of a custom event, such as `order.refunded`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventName(Cow<'static, str>);

impl EventName {
    /// The longest name, in bytes.
    pub const MAX: usize = 128;
    /// What names of our own events begin with.
    pub const RESERVED: &'static str = "sq.";

    /// Checks a name.
    ///
    /// # Errors
    ///
    /// See [`EventNameError`].
    pub fn new(name: impl Into<Cow<'static, str>>) -> Result<Self, EventNameError> {
        let name = name.into();
        if name.is_empty() {
            return Err(EventNameError::Empty);
        }
        if name.len() > Self::MAX {
            return Err(EventNameError::TooLong { length: name.len() });
        }
        if name.starts_with(Self::RESERVED) {
            return Err(EventNameError::Reserved {
                name: name.into_owned().into(),
            });
        }
        Ok(Self(name))
    }

    /// A name that a playbook of ours waits for; its author checks it.
    pub(crate) const fn of_ours(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EventName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.escape_debug().fmt(f)
    }
}

/// Why a custom event cannot have this name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EventNameError {
    /// It is empty.
    #[error("a custom event has an empty name: call it what happened, as in `order.refunded`")]
    Empty,
    /// It begins as our own do.
    #[error("`{}` begins with the reserved `{}`: choose another name", name.escape_debug(), EventName::RESERVED)]
    Reserved {
        /// The name.
        name: Box<str>,
    },
    /// It is longer than [`EventName::MAX`].
    #[error(
        "the name of a custom event has {length} bytes, more than {}",
        EventName::MAX
    )]
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
}

/// What a custom event tells: up to [`Properties::MAX`] named values.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Properties(BTreeMap<Box<str>, Property>);

impl Properties {
    /// The most properties kept of one event: the first in key order.
    pub const MAX: usize = 16;
    /// What is kept of a name, in bytes.
    pub const MAX_NAME: usize = 64;

    /// Adds a value; a later one for the same name replaces the earlier. Returns whether a property, this
    /// one or another, had to be left out.
    pub(crate) fn insert(&mut self, name: &str, value: Property) -> bool {
        let name = &name[..name.floor_char_boundary(Self::MAX_NAME)];
        self.0.insert(name.into(), value);
        self.0.len() > Self::MAX && self.0.pop_last().is_some()
    }

    /// The value of a property.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Property> {
        self.0.get(name)
    }

    /// The properties by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Property)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// One value of a custom event.
#[derive(Debug, Clone, PartialEq)]
pub enum Property {
    /// True or false.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number; those that are not finite become text.
    Number(f64),
    /// Text, cut at [`Property::MAX_TEXT`] bytes.
    Text(Box<str>),
}

impl Property {
    /// What is kept of a text, in bytes.
    pub const MAX_TEXT: usize = 512;
}

impl fmt::Display for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => value.fmt(f),
            Self::Integer(value) => value.fmt(f),
            Self::Number(value) => value.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

impl From<bool> for Property {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<f64> for Property {
    fn from(value: f64) -> Self {
        if value.is_finite() {
            Self::Number(value)
        } else {
            Self::from(value.to_string())
        }
    }
}

impl From<f32> for Property {
    fn from(value: f32) -> Self {
        f64::from(value).into()
    }
}

impl From<&str> for Property {
    fn from(text: &str) -> Self {
        Self::Text(text[..text.floor_char_boundary(Self::MAX_TEXT)].into())
    }
}

impl From<String> for Property {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

macro_rules! integers {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Property {
            fn from(value: $integer) -> Self {
                i64::try_from(value).map_or_else(|_| Self::from(value.to_string()), Self::Integer)
            }
        }
    )*};
}
integers!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);

/// A value that an attribute can read as a trait of a user or as a property of an event.
///
/// Numbers, strings, `bool`, and `Option`s and references of them; `None` is no property. Implement it for
/// your own newtypes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a trait of a user or a property of an event",
    label = "not a string, a number or a `bool`",
    note = "select what matters of it, such as `user.plan`, or implement `sqreen::PropertyValue` for `{Self}`"
)]
pub trait PropertyValue {
    /// The property, if there is one.
    fn to_property(&self) -> Option<Property>;
}

impl PropertyValue for str {
    fn to_property(&self) -> Option<Property> {
        Some(self.into())
    }
}

impl PropertyValue for String {
    fn to_property(&self) -> Option<Property> {
        self.as_str().to_property()
    }
}

impl<T: PropertyValue> PropertyValue for Option<T> {
    fn to_property(&self) -> Option<Property> {
        self.as_ref()?.to_property()
    }
}

impl<T: PropertyValue + ToOwned + ?Sized> PropertyValue for Cow<'_, T> {
    fn to_property(&self) -> Option<Property> {
        (**self).to_property()
    }
}

macro_rules! through_deref {
    ($($pointer:ty),*) => {$(
        impl<T: PropertyValue + ?Sized> PropertyValue for $pointer {
            fn to_property(&self) -> Option<Property> {
                (**self).to_property()
            }
        }
    )*};
}
through_deref!(&T, &mut T, Box<T>, std::rc::Rc<T>, std::sync::Arc<T>);

macro_rules! by_value {
    ($($value:ty),*) => {$(
        impl PropertyValue for $value {
            fn to_property(&self) -> Option<Property> {
                Some((*self).into())
            }
        }
    )*};
}

/// Hyphenated, in lower case.
#[cfg(feature = "uuid")]
impl PropertyValue for uuid::Uuid {
    fn to_property(&self) -> Option<Property> {
        Some(self.hyphenated().to_string().into())
    }
}

by_value!(
    bool, f32, f64, u8, u16, u32, u64, usize, i8, i16, i32, i64, isize
);
