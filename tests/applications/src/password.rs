//! Argon2, as applications call it.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};

/// The hash that is kept of a password.
#[must_use]
pub fn hash(password: &str) -> String {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.unwrap().to_string()
}

/// Whether this is the password.
#[must_use]
pub fn verify(password: &str, hash: &str) -> bool {
    let hash = PasswordHash::new(hash).unwrap();
    Argon2::default()
        .verify_password(password.as_bytes(), &hash)
        .is_ok()
}
