//! The customers a new shop starts with. Their passwords are public: never reuse them.

use crate::account::Passwords;
use crate::database::Database;
use crate::shop::ShopError;

pub(crate) struct Seed {
    pub(crate) name: &'static str,
    pub(crate) email: &'static str,
    pub(crate) password: &'static str,
}

/// The attack example plays these people; it knows them by heart (`people.rs` there).
pub(crate) static SEEDS: [Seed; 6] = [
    Seed {
        name: "Alice",
        email: "alice@example.com",
        password: "correct horse battery staple",
    },
    Seed {
        name: "Bob",
        email: "bob@example.com",
        password: "two sugars and a biscuit",
    },
    Seed {
        name: "Carol",
        email: "carol@example.com",
        password: "kettle singing in winter",
    },
    Seed {
        name: "Dave",
        email: "dave@example.com",
        password: "never before nine in the morning",
    },
    Seed {
        name: "Erin",
        email: "erin@example.com",
        password: "the blue cup is mine",
    },
    Seed {
        name: "Frank",
        email: "frank@example.com",
        password: "milk first, no apologies",
    },
];

/// Adds the accounts that are not there yet.
pub(crate) async fn sow(database: &Database, passwords: &Passwords) -> Result<(), ShopError> {
    for seed in &SEEDS {
        if database.account(seed.email).await?.is_none() {
            let password_hash = passwords.hash(seed.password).await?;
            database
                .add_account(seed.email, seed.name, &password_hash)
                .await?;
        }
    }
    Ok(())
}
