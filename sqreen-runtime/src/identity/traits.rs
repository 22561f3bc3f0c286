//! What is known about a user beside who it is.

use std::collections::BTreeMap;

use serde::Serialize;

use super::IdentifierValue;
use super::value::text_of;

/// Strings about a user, such as a plan or a role. They never take part in who the user is.
///
/// At most [`Traits::MAX`] are kept, the first in key order; a value is cut at
/// [`UserIdentifiers::MAX_VALUE`](super::UserIdentifiers::MAX_VALUE) bytes by being left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Traits(BTreeMap<Box<str>, Box<str>>);

impl Traits {
    /// The most traits kept for one user.
    pub const MAX: usize = 16;
    /// What is kept of a name, in bytes.
    pub const MAX_NAME: usize = 64;

    /// No traits.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With one more trait; a later value for the same name replaces the earlier.
    ///
    /// ```
    /// use sqreen_runtime::identity::Traits;
    ///
    /// let traits = Traits::new().with("plan", "business").with("seats", &12);
    /// assert_eq!(traits.get("seats"), Some("12"));
    /// ```
    #[must_use]
    pub fn with<V: IdentifierValue + ?Sized>(mut self, name: &str, value: &V) -> Self {
        let name = &name[..name.floor_char_boundary(Self::MAX_NAME)];
        self.0.insert(name.into(), text_of(value));
        while self.0.len() > Self::MAX {
            self.0.pop_last();
        }
        self
    }

    /// The value of a trait.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(AsRef::as_ref)
    }

    /// The traits by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_ref(), value.as_ref()))
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
