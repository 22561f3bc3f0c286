//! Who a user is.
//!
//! The only place that knows how identifiers are spelled, ordered, compared, hashed and hidden. Every
//! other room handles [`UserIdentifiers`] as one value.
//!
//! ```
//! use sqreen_runtime::identity::UserIdentifiers;
//!
//! let alice = UserIdentifiers::try_from([("platform_id", "7"), ("email", "alice@example.com")])?;
//! let same = UserIdentifiers::try_from([("email", "alice@example.com"), ("platform_id", "7")])?;
//!
//! assert_eq!(alice, same);
//! assert_eq!(alice.primary_key(), ("email", "alice@example.com"));
//! # Ok::<(), sqreen_runtime::identity::IdentityError>(())
//! ```

mod capture;
mod encoding;
mod format;
mod primary_key;
mod pseudonym;
mod traits;
mod value;
mod wire;

pub use capture::{Capture, Identity, IntoIdentifiers};
pub use format::IdentityFormat;
pub use pseudonym::{Pseudonymizer, WeakKey};
pub use traits::Traits;
pub use value::{IdentifierValue, ValueWriter};
pub(crate) use wire::{Name, twice};

use std::fmt;
use std::hash::{BuildHasher, Hash, Hasher};

use foldhash::quality::FixedState;
use thiserror::Error;

use encoding::{Encoded, Pairs};

/// One user, as the application names it: at least one pair of strings, no empty key, no empty value.
///
/// Kept as one canonical string of bytes (the pairs sorted by key, each length-prefixed), so that equality,
/// order and hash are those of the bytes and no choice of keys and values can be mistaken for another.
/// Identities of up to 48 encoded bytes, which most are, need no allocation.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub struct UserIdentifiers(Encoded);

impl UserIdentifiers {
    /// The longest key, in bytes.
    pub const MAX_KEY: usize = 64;
    /// The longest value, in bytes. An e-mail address has at most 254 (RFC 5321 §4.5.3.1.3).
    pub const MAX_VALUE: usize = 512;
    /// The most pairs one user can have.
    pub const MAX_PAIRS: usize = 8;

    /// A user with a single identifier.
    ///
    /// # Errors
    ///
    /// See [`IdentityError`].
    ///
    /// ```
    /// use sqreen_runtime::identity::UserIdentifiers;
    ///
    /// let bob = UserIdentifiers::new("id", &42)?;
    /// assert_eq!(bob.get("id"), Some("42"));
    /// # Ok::<(), sqreen_runtime::identity::IdentityError>(())
    /// ```
    pub fn new<V: IdentifierValue + ?Sized>(key: &str, value: &V) -> Result<Self, IdentityError> {
        let mut capture = Capture::new();
        capture.add(key, value);
        capture.finish()
    }

    /// The pairs, sorted by key in byte order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        Pairs::of(&self.0).text()
    }

    /// The keys, in byte order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.iter().map(|(key, _)| key)
    }

    /// The keys as bytes.
    pub(crate) fn raw_keys(&self) -> impl Iterator<Item = &[u8]> {
        Pairs::of(&self.0).map(|(key, _)| key)
    }

    /// The value of `key`, spelled exactly so.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.iter().find(|(k, _)| *k == key).map(|(_, value)| value)
    }

    /// The pair by which people know this user: the first of `email`, `mail`, `e-mail`, `username`, `login`
    /// that is among the keys (ASCII case ignored), otherwise the first key in byte order.
    #[must_use]
    pub fn primary_key(&self) -> (&str, &str) {
        // There is always a pair: a capture without one is refused.
        primary_key::choose(self.iter()).unwrap_or_default()
    }

    /// A stable hash of this user: SHA-256 of the canonical form, the same in every process and version.
    ///
    /// It hides nothing, since e-mail addresses can be guessed: see [`Pseudonymizer`] for that.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        let mut hash = hmac_sha256::Hash::new();
        hash.update(b"sqreen user 1\0");
        hash.update(&self.0);
        hash.finalize()
    }

    /// The key under which tables of one process find this user. `seed` keeps attackers, who choose user
    /// names, from preparing collisions; tables that decide compare the identifiers as well.
    #[inline]
    pub(crate) fn fingerprint(&self, seed: &FixedState) -> u64 {
        seed.hash_one(self)
    }
}

impl Clone for UserIdentifiers {
    #[inline]
    fn clone(&self) -> Self {
        Self(Encoded::from_slice(&self.0))
    }
}

impl Hash for UserIdentifiers {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write(&self.0);
    }
}

impl fmt::Debug for UserIdentifiers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// `email=alice@example.com, name="Alice, or not"`: what is more than a plain word stands in quotes and is
/// escaped, since values are typed by attackers.
impl fmt::Display for UserIdentifiers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |c: char| c.is_ascii_alphanumeric() || "@._+-".contains(c);
        for (n, (key, value)) in self.iter().enumerate() {
            let comma = if n == 0 { "" } else { ", " };
            write!(f, "{comma}{}=", key.escape_debug())?;
            if value.chars().all(plain) {
                f.write_str(value)?;
            } else {
                write!(f, "\"{}\"", value.escape_debug())?;
            }
        }
        Ok(())
    }
}

impl<K: AsRef<str>, V: IdentifierValue, const N: usize> TryFrom<[(K, V); N]> for UserIdentifiers {
    type Error = IdentityError;

    fn try_from(pairs: [(K, V); N]) -> Result<Self, IdentityError> {
        let mut capture = Capture::new();
        for (key, value) in &pairs {
            capture.add(key.as_ref(), value);
        }
        capture.finish()
    }
}

/// Why something is not a user.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum IdentityError {
    /// There is no identifier at all.
    #[error("no identifier: give at least one pair such as `email` and its value")]
    Empty,
    /// A key is the empty string.
    #[error("an identifier has an empty key: name it, as in `email`")]
    EmptyKey,
    /// The identifier that tells users apart is empty or missing, so nobody in particular is meant.
    #[error("`{key}` is empty or missing: an attempt without it counts for its address only")]
    Missing {
        /// The key without a value.
        key: Box<str>,
    },
    /// Two values for one key.
    #[error("`{key}` is given twice: a user has one value for each key")]
    DuplicateKey {
        /// The repeated key.
        key: Box<str>,
    },
    /// A key is longer than [`UserIdentifiers::MAX_KEY`].
    #[error("a key has {length} bytes, more than {}", UserIdentifiers::MAX_KEY)]
    KeyTooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// A value is longer than [`UserIdentifiers::MAX_VALUE`].
    #[error("`{key}` has {length} bytes, more than {}", UserIdentifiers::MAX_VALUE)]
    ValueTooLong {
        /// The key of the value.
        key: Box<str>,
        /// The value's length in bytes.
        length: usize,
    },
    /// More pairs than [`UserIdentifiers::MAX_PAIRS`].
    #[error(
        "more than {} identifiers: give what tells users apart, and the rest as traits",
        UserIdentifiers::MAX_PAIRS
    )]
    TooManyPairs,
}

#[cfg(test)]
mod tests;
