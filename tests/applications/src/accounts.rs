//! Accounts in memory, for applications that show how a framework is used and not a database.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use crate::password;
use crate::support::{ALICE, BOB};

/// Alice's password, and Bob's.
pub const RIGHT: &str = "correct horse battery staple";
/// Nobody's.
pub const WRONG: &str = "hunter2";

/// One account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// What sessions hold.
    pub id: i64,
    /// What people type.
    pub email: String,
    /// As `password::hash` made it.
    pub password_hash: String,
}

/// A handle to all accounts.
#[derive(Debug, Clone)]
pub struct Accounts(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    accounts: Mutex<Vec<Account>>,
    down: AtomicBool,
}

/// The accounts cannot be had now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the connection to the accounts was refused")]
pub struct Unreachable;

impl Accounts {
    /// Alice's account and Bob's.
    #[must_use]
    pub fn of_alice_and_bob() -> Self {
        let password_hash = password::hash(RIGHT);
        let account = |(id, email): (i64, &str)| Account {
            id,
            email: email.to_owned(),
            password_hash: password_hash.clone(),
        };
        Self(Arc::new(Inner {
            accounts: Mutex::new([(1, ALICE), (2, BOB)].map(account).into()),
            down: AtomicBool::new(false),
        }))
    }

    /// From now on nothing is found: there is an error instead.
    pub fn go_down(&self) {
        self.0.down.store(true, Ordering::SeqCst);
    }

    /// The account of an email address.
    ///
    /// # Errors
    ///
    /// Once they are down.
    pub async fn by_email(&self, email: &str) -> Result<Option<Account>, Unreachable> {
        tokio::task::yield_now().await;
        self.find(|account| account.email == email)
    }

    /// The account with an id.
    ///
    /// # Errors
    ///
    /// Once they are down.
    pub async fn by_id(&self, id: i64) -> Result<Option<Account>, Unreachable> {
        tokio::task::yield_now().await;
        self.find(|account| account.id == id)
    }

    /// [`by_email`](Self::by_email), for code that is not async.
    ///
    /// # Errors
    ///
    /// Once they are down.
    pub fn by_email_at_once(&self, email: &str) -> Result<Option<Account>, Unreachable> {
        self.find(|account| account.email == email)
    }

    /// Opens an account; `None` where there is one for this address.
    ///
    /// # Errors
    ///
    /// Once they are down.
    pub async fn add(
        &self,
        email: &str,
        password_hash: String,
    ) -> Result<Option<Account>, Unreachable> {
        if self.by_email(email).await?.is_some() {
            return Ok(None);
        }
        let mut accounts = self.0.accounts.lock().unwrap();
        let account = Account {
            id: accounts.iter().map(|account| account.id).max().unwrap_or(0) + 1,
            email: email.to_owned(),
            password_hash,
        };
        accounts.push(account.clone());
        Ok(Some(account))
    }

    fn find(&self, wanted: impl Fn(&Account) -> bool) -> Result<Option<Account>, Unreachable> {
        if self.0.down.load(Ordering::SeqCst) {
            return Err(Unreachable);
        }
        let accounts = self.0.accounts.lock().unwrap();
        Ok(accounts.iter().find(|account| wanted(account)).cloned())
    }
}
