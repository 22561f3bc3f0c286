//! Which keys identify users, so that login, sign-up and session can be held to the same ones.

use std::fmt;

use super::UserIdentifiers;

/// The keys of an identity, in byte order.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdentityFormat(Box<[Box<str>]>);

impl IdentityFormat {
    /// The format with these keys, in whatever order they are given.
    #[must_use]
    pub fn new<'a>(keys: impl IntoIterator<Item = &'a str>) -> Self {
        let mut keys: Vec<Box<str>> = keys.into_iter().map(Box::from).collect();
        keys.sort_unstable();
        keys.dedup();
        Self(keys.into())
    }

    /// Whether this is the format of `user`.
    #[must_use]
    pub fn is_of(&self, user: &UserIdentifiers) -> bool {
        user.raw_keys().eq(self.0.iter().map(|key| key.as_bytes()))
    }

    /// The format of this user.
    #[must_use]
    pub fn of(user: &UserIdentifiers) -> Self {
        Self::new(user.keys())
    }
}

impl fmt::Display for IdentityFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, key) in self.0.iter().enumerate() {
            let comma = if n == 0 { "" } else { ", " };
            write!(f, "{comma}`{}`", key.escape_debug())?;
        }
        Ok(())
    }
}

impl fmt::Debug for IdentityFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdentityFormat({self})")
    }
}
