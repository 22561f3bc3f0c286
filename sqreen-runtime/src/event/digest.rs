//! What is kept of a secret: enough to see that it came up again, too little to tell what it was.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::identity::WeakKey;

use super::text::deserialize_text;

/// A keyed digest of a rejected password, cut to 32 bits: one password that fails on many accounts has one
/// digest, and a digest is that of a billion passwords.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SecretDigest(u32);

/// A keyed digest of what names a session, such as the value of its cookie.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionDigest(u64);

/// What digests are made with: HMAC-SHA-256 (RFC 2104) with a key that is random for each process, or the
/// same for all instances of an application.
#[derive(Clone)]
pub struct DigestKey([u8; 32]);

impl DigestKey {
    /// The shortest secret that instances can share, in bytes: 128 bits.
    pub const MIN_SECRET: usize = 16;

    /// The key of all instances of an application, made of a secret that they share.
    ///
    /// # Errors
    ///
    /// [`WeakKey`] where it has fewer than [`DigestKey::MIN_SECRET`] bytes: whoever guesses it can try
    /// passwords against the digests.
    pub fn shared(secret: &[u8]) -> Result<Self, WeakKey> {
        if secret.len() < Self::MIN_SECRET {
            return Err(WeakKey {
                length: secret.len(),
            });
        }
        Ok(Self::new(secret))
    }

    /// A key made of some secret.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        Self(hmac_sha256::HMAC::mac(b"sqreen digests", secret))
    }

    /// The digest of a rejected password.
    #[must_use]
    pub fn secret(&self, secret: &[u8]) -> SecretDigest {
        let mac = self.mac(b"secret", secret);
        SecretDigest(u32::from_le_bytes(*mac.first_chunk().unwrap_or(&[0; 4])))
    }

    /// The digest of what names a session.
    #[must_use]
    pub fn session(&self, session: &[u8]) -> SessionDigest {
        let mac = self.mac(b"session", session);
        SessionDigest(u64::from_le_bytes(*mac.first_chunk().unwrap_or(&[0; 8])))
    }

    fn mac(&self, what: &[u8], of: &[u8]) -> [u8; 32] {
        let mut mac = hmac_sha256::HMAC::new(self.0);
        mac.update(what);
        mac.update([0]);
        mac.update(of);
        mac.finalize()
    }
}

/// The key is a secret too.
impl fmt::Debug for DigestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DigestKey(…)")
    }
}

/// Not a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a digest has {digits} hexadecimal digits")]
pub struct DigestError {
    digits: usize,
}

fn parse(text: &str, digits: usize) -> Result<u64, DigestError> {
    let error = DigestError { digits };
    if text.len() != digits || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(error);
    }
    u64::from_str_radix(text, 16).map_err(|_| error)
}

macro_rules! hexadecimal {
    ($digest:ty, $number:ty, $digits:literal) => {
        impl fmt::Display for $digest {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:0width$x}", self.0, width = $digits)
            }
        }

        impl fmt::Debug for $digest {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($digest))
            }
        }

        impl FromStr for $digest {
            type Err = DigestError;

            fn from_str(text: &str) -> Result<Self, DigestError> {
                let number = parse(text, $digits)?;
                // As many digits as the number holds.
                Ok(Self(<$number>::try_from(number).unwrap_or_default()))
            }
        }

        impl Serialize for $digest {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $digest {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserialize_text(deserializer, "a digest")
            }
        }
    };
}
hexadecimal!(SecretDigest, u32, 8);
hexadecimal!(SessionDigest, u64, 16);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_tells_secrets_apart_and_nothing_else() {
        let (key, other) = (DigestKey::new(b"one"), DigestKey::new(b"two"));
        assert_eq!(key.secret(b"hunter2"), key.secret(b"hunter2"));
        assert_ne!(key.secret(b"hunter2"), key.secret(b"hunter3"));
        assert_ne!(key.secret(b"hunter2"), other.secret(b"hunter2"));
        assert_ne!(
            key.session(b"hunter2").to_string()[8..],
            key.secret(b"hunter2").to_string()
        );
        assert!(!format!("{key:?}").contains("one"));
    }

    #[test]
    fn a_secret_to_share_has_sixteen_bytes() {
        assert!(DigestKey::shared(b"fifteen bytes..").is_err());
        let key = DigestKey::shared(b"sixteen bytes ok").unwrap();
        let same = DigestKey::shared(b"sixteen bytes ok").unwrap();
        assert_eq!(key.secret(b"x"), same.secret(b"x"));
    }

    #[test]
    fn a_digest_reads_back_as_it_is_written() {
        let key = DigestKey::new(b"one");
        let (secret, session) = (key.secret(b"x"), key.session(b"x"));
        assert_eq!(secret.to_string().parse(), Ok(secret));
        assert_eq!(session.to_string().parse(), Ok(session));
        for text in ["", "123", "123456789", "+1234567", "é234567"] {
            assert!(text.parse::<SecretDigest>().is_err(), "{text}");
        }
    }
}
