//! The lints of a careful crate, and documentation that stays where it was.
#![deny(warnings, missing_docs, clippy::all, clippy::pedantic, clippy::nursery)]
#![forbid(unsafe_code)]
#![allow(clippy::unused_async)]
//! A crate.

/// Accounts.
#[sqreen::auto]
pub mod account {
    /// Who is there.
    #[derive(sqreen::Identity, Debug)]
    pub struct User {
        /// The address.
        pub email: String,
    }

    /// Logs in.
    #[must_use]
    pub fn login(email: &str) -> Option<User> { Some(User { email: email.into() }) }

    /// Signs up.
    ///
    /// # Errors
    ///
    /// Where there is nobody.
    pub async fn sign_up(email: String) -> Result<User, u8> {
        if email.is_empty() { Err(1) } else { Ok(User { email }) }
    }

    #[allow(dead_code)]
    fn authenticate(email: &str, spare: u8) -> bool { let _ = spare; email.is_empty() }
}

#[sqreen::auto]
mod inner {
    //! Documented within.
    #![allow(clippy::missing_const_for_fn)]

    pub fn login(email: &str) -> bool {
        email.is_empty()
    }
}

fn main() {
    assert!(account::login("ann").is_some_and(|user| user.email == "ann"));
    drop(account::sign_up(String::new()));
    assert!(inner::login(""));
}
