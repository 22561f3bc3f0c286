//! Identifiers that no longer say who somebody is, and still are the same for the same user.

use std::fmt::{self, Write};

use thiserror::Error;

use super::UserIdentifiers;
use super::encoding::{Encoded, push_pair};

/// Replaces the values of identifiers by a keyed hash of them (HMAC-SHA-256, truncated to 128 bits).
///
/// Keys stay as they are, so the primary key is the same one; whoever lacks the secret cannot try out
/// e-mail addresses against the result.
///
/// ```
/// use sqreen_runtime::identity::{Pseudonymizer, UserIdentifiers};
///
/// let hide = Pseudonymizer::new(b"at least sixteen secret bytes")?;
/// let alice = UserIdentifiers::new("email", "alice@example.com")?;
///
/// let hidden = hide.identifiers(&alice);
/// assert_eq!(hidden, hide.identifiers(&alice));
/// assert!(hidden.get("email").is_some_and(|value| value.starts_with("anon_")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Pseudonymizer {
    secret: Box<[u8]>,
}

impl Pseudonymizer {
    /// The shortest secret, in bytes: 128 bits.
    pub const MIN_SECRET: usize = 16;

    /// With a secret that is kept out of the place the pseudonyms go to.
    ///
    /// # Errors
    ///
    /// [`WeakKey`] where it has fewer than [`Pseudonymizer::MIN_SECRET`] bytes.
    pub fn new(secret: &[u8]) -> Result<Self, WeakKey> {
        if secret.len() < Self::MIN_SECRET {
            return Err(WeakKey {
                length: secret.len(),
            });
        }
        Ok(Self {
            secret: secret.into(),
        })
    }

    /// The user under another name.
    #[must_use]
    pub fn identifiers(&self, user: &UserIdentifiers) -> UserIdentifiers {
        let mut encoded = Encoded::new();
        for (key, value) in user.iter() {
            push_pair(&mut encoded, key, |encoded| {
                let hidden = self.value(key, value);
                encoded.extend_from_slice(hidden.as_bytes());
                hidden.len()
            });
        }
        UserIdentifiers(encoded)
    }

    /// The key takes part, so that equal values of different keys do not look alike.
    fn value(&self, key: &str, value: &str) -> String {
        let mut mac = hmac_sha256::HMAC::new(&self.secret);
        mac.update(key);
        mac.update([0]);
        mac.update(value);
        let mut text = String::with_capacity("anon_".len() + 32);
        text.push_str("anon_");
        for byte in &mac.finalize()[..16] {
            // Writing to a string does not fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}

impl fmt::Debug for Pseudonymizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pseudonymizer(secret)")
    }
}

/// The secret for pseudonyms is too short to withstand guessing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "the secret has {length} bytes: give at least {}, from a random source",
    Pseudonymizer::MIN_SECRET
)]
pub struct WeakKey {
    /// Its length in bytes.
    pub length: usize,
}
