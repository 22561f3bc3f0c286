//! Rules 4, 5 and 8 to 12: what applications tell, how it is recorded, and that it never hurts them.

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

mod bad_input;
mod cancelled_and_panicking;
mod five_functions;
mod inferred_user;
mod nobody_to_tell;
mod outcomes;
mod track;
mod whose_request;

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, post};
use sqreen::event::{Attempt, Outcome};
use sqreen::{Agent, Identity};

use support::*;

#[derive(Debug, PartialEq, Identity)]
struct User {
    email: String,
}

fn the_user(email: &str) -> User {
    User {
        email: email.to_owned(),
    }
}

fn attempt(outcome: Outcome, email: Option<&str>) -> Attempt {
    Attempt::new(outcome, email.map(user))
}

#[sqreen::track_auth(user = "email")]
async fn log_in(email: &str, right: bool) -> Option<User> {
    right.then(|| the_user(email))
}

#[sqreen::track_auth(user = "email")]
async fn says_error_for_an_option(email: &str, how: u8) -> Result<Option<User>, &'static str> {
    match how {
        0 => Ok(Some(the_user(email))),
        1 => Ok(None),
        _ => Err("the database is down"),
    }
}

/// `POST /login/{email}/{right or wrong}`, `POST /nobody`, and a page.
fn login_app(agent: &Agent) -> Router {
    Router::new()
        .route("/", get(async || "hello"))
        .route(
            "/login/{email}/{password}",
            post(async |Path((email, password)): Path<(String, String)>| {
                match log_in(&email, password == "right").await {
                    Some(_) => StatusCode::OK,
                    None => StatusCode::UNAUTHORIZED,
                }
            }),
        )
        .route(
            "/nobody",
            post(async || {
                log_in("", false).await;
                StatusCode::UNAUTHORIZED
            }),
        )
        .layer(agent.layer())
}
