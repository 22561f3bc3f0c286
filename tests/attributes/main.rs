//! What each word of an attribute does when the function runs.

#![cfg(feature = "axum")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail"
)]

#[path = "../support/mod.rs"]
mod support;

mod at_the_door;
mod expressions_that_panic;
mod how_it_ended;
mod one_login_is_one_event;
mod secrets;
mod traits_and_properties;
mod what_a_banned_user_gets;
mod where_the_request_is;
mod who_by_type;
mod whom_it_found;

use sqreen::UserIdentifiers;
use sqreen::event::{Attempt, Outcome};

use support::*;

/// A row as a database has it: it says of itself neither who it is nor anything else.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    id: u64,
    plan: &'static str,
}

const ALICES_ROW: Row = Row {
    id: 7,
    plan: "business",
};

#[derive(Debug, PartialEq)]
enum AuthError {
    WrongPassword { left: u8 },
    UnknownUser,
    Database(&'static str),
}

/// The user that a row is.
fn by_id(id: u64) -> UserIdentifiers {
    UserIdentifiers::new("id", &id).unwrap()
}

fn attempt(outcome: Outcome, email: &str) -> Attempt {
    Attempt::new(outcome, Some(user(email)))
}

/// How all logins ended.
async fn ended(agent: &sqreen::Agent) -> Vec<Outcome> {
    logins(agent)
        .await
        .iter()
        .map(|login| login.outcome)
        .collect()
}
