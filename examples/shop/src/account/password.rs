//! Passwords: the only place that hashes and checks them, and counts the checks.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::available_parallelism;

use argon2::Argon2;
use argon2::password_hash::{
    Error as HashError, PasswordHasher, PasswordVerifier, phc::PasswordHash,
};
use serde::Serialize;
use tokio::sync::Semaphore;
use tokio::task::{JoinError, spawn_blocking};

#[derive(Debug, thiserror::Error)]
pub(crate) enum PasswordError {
    #[error("a password could not be hashed: {0}")]
    Hash(HashError),
    #[error("hashing a password was interrupted: {0}")]
    Interrupted(#[from] JoinError),
}

impl From<HashError> for PasswordError {
    fn from(error: HashError) -> Self {
        PasswordError::Hash(error)
    }
}

#[derive(Debug)]
pub(crate) struct Passwords {
    /// Checked in place of an account that does not exist, so that both take as long.
    nobodys: Arc<str>,
    /// Each hash takes 19 MiB and a core for its while. A flood of logins waits here
    /// instead of taking all the memory there is.
    at_once: Arc<Semaphore>,
    counters: Arc<Counters>,
}

#[derive(Debug, Default)]
struct Counters {
    right: AtomicU64,
    wrong: AtomicU64,
    unknown_account: AtomicU64,
}

/// How many password checks were run since the start, by how they ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Checks {
    pub(crate) total: u64,
    pub(crate) right: u64,
    pub(crate) wrong: u64,
    pub(crate) unknown_account: u64,
}

impl Passwords {
    pub(crate) fn new() -> Result<Self, PasswordError> {
        let cores = available_parallelism().map_or(1, usize::from);
        Ok(Passwords {
            nobodys: hash("nobody has this password").map(Arc::from)?,
            at_once: Arc::new(Semaphore::new(cores)),
            counters: Arc::default(),
        })
    }

    pub(crate) async fn hash(&self, password: &str) -> Result<String, PasswordError> {
        let password = password.to_owned();
        self.in_turn(move || hash(&password)).await
    }

    /// Whether this is the account's password. `None`, for an account that does not
    /// exist, costs the same work and is never right.
    pub(crate) async fn check(
        &self,
        password: &str,
        of_account: Option<&str>,
    ) -> Result<bool, PasswordError> {
        let known = of_account.is_some();
        let expected = of_account.map_or_else(|| Arc::clone(&self.nobodys), Arc::from);
        let password = password.to_owned();
        let counters = Arc::clone(&self.counters);

        self.in_turn(move || {
            let right = matches(&password, &expected)? && known;
            counters.count(known, right);
            Ok(right)
        })
        .await
    }

    pub(crate) fn checks(&self) -> Checks {
        self.counters.read()
    }

    /// Runs `work` on a thread that may block. The work keeps its place until it is
    /// done, even if the request that asked for it is gone by then.
    async fn in_turn<T, F>(&self, work: F) -> Result<T, PasswordError>
    where
        T: Send + 'static,
        F: FnOnce() -> Result<T, HashError> + Send + 'static,
    {
        let place = Arc::clone(&self.at_once).acquire_owned().await;
        let done = spawn_blocking(move || {
            let _place = place;
            work()
        });
        Ok(done.await??)
    }
}

impl Counters {
    fn count(&self, known: bool, right: bool) {
        let counter = match (known, right) {
            (true, true) => &self.right,
            (true, false) => &self.wrong,
            (false, _) => &self.unknown_account,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    fn read(&self) -> Checks {
        let right = self.right.load(Ordering::Relaxed);
        let wrong = self.wrong.load(Ordering::Relaxed);
        let unknown_account = self.unknown_account.load(Ordering::Relaxed);
        Checks {
            total: right + wrong + unknown_account,
            right,
            wrong,
            unknown_account,
        }
    }
}

fn hash(password: &str) -> Result<String, HashError> {
    Ok(Argon2::default()
        .hash_password(password.as_bytes())?
        .to_string())
}

fn matches(password: &str, expected: &str) -> Result<bool, HashError> {
    let expected = PasswordHash::new(expected)?;
    match Argon2::default().verify_password(password.as_bytes(), &expected) {
        Ok(()) => Ok(true),
        Err(HashError::PasswordInvalid) => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_an_account_is_right() {
        let passwords = Passwords::new().unwrap();
        let hash = passwords.hash("open sesame").await.unwrap();

        assert!(passwords.check("open sesame", Some(&hash)).await.unwrap());
        assert!(!passwords.check("open barley", Some(&hash)).await.unwrap());
        assert!(
            !passwords
                .check("nobody has this password", None)
                .await
                .unwrap()
        );
        assert_eq!(
            passwords.checks(),
            Checks {
                total: 3,
                right: 1,
                wrong: 1,
                unknown_account: 1
            }
        );
    }

    #[tokio::test]
    async fn a_broken_hash_is_an_error_and_no_wrong_password() {
        let passwords = Passwords::new().unwrap();
        assert!(
            passwords
                .check("open sesame", Some("not a hash"))
                .await
                .is_err()
        );
    }
}
