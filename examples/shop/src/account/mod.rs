//! Accounts: who has one, and the three functions that sqreen watches.
//!
//! Those three are ordinary functions of an ordinary application. What sqreen
//! adds to them is one line each, above the function.

mod login;
mod password;
mod session;
mod sign_up;
mod visitor;

pub(crate) use login::login;
pub(crate) use password::{PasswordError, Passwords};
pub(crate) use session::{COOKIE, IDLE_MINUTES, begin, current_user, end, layer, since};
pub(crate) use sign_up::{SignUp, sign_up};
pub(crate) use visitor::{SignedIn, Visitor};

use serde::Serialize;
use sqlx::{FromRow, Row, sqlite::SqliteRow};

/// Somebody with an account. The e-mail address is what sqreen knows users by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqreen::Identity)]
pub(crate) struct User {
    #[serde(skip)]
    pub(crate) id: i64,
    #[identity]
    pub(crate) email: String,
    pub(crate) name: String,
}

impl<'r> FromRow<'r, SqliteRow> for User {
    fn from_row(row: &'r SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(User {
            id: row.try_get("id")?,
            email: row.try_get("email")?,
            name: row.try_get("name")?,
        })
    }
}

/// One spelling for one account, wherever the address was typed: an attacker who
/// writes `Alice@Example.com` attacks alice, and is counted as doing so.
pub(crate) fn one_spelling(email: &str) -> String {
    email.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_address_are_one() {
        assert_eq!(one_spelling(" Alice@Example.COM "), "alice@example.com");
    }
}
