//! Rules 13 and 16 to 18: attackers are found, by exact figures and with evidence, and nobody else is.

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

mod bounded_memory;
mod end_to_end;
mod exact_figures;
mod how_bans_end;
mod how_risky_a_login_is;
mod nobody_else;
#[cfg(feature = "ndjson")]
mod recorded;
mod replayed;
mod who_attacks;
mod who_is_at_risk;

use std::time::Duration;

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, post};
use sqreen::Agent;
use sqreen::event::{Decision, Reach, Response as Decided, Subject};
use sqreen::policy::Policy;

use support::*;

const MINUTE: Duration = Duration::from_secs(60);
/// How long the built-in playbooks ban.
const BAN: Duration = Duration::from_secs(15 * 60);

struct User {
    email: String,
}

#[sqreen::track_auth(user = "email")]
async fn log_in(email: &str, right: bool) -> Option<User> {
    right.then(|| User {
        email: email.to_owned(),
    })
}

#[sqreen::track_signup(user = "email")]
async fn sign_up(email: &str) -> bool {
    !email.is_empty()
}

#[sqreen::identify(user = "email")]
async fn session(email: &str) -> bool {
    !email.is_empty()
}

/// A page, `POST /login/{email}/{right or wrong}`, `POST /sign-up/{email}` and `/account/{email}`.
fn app(agent: &Agent) -> Router {
    Router::new()
        .route("/", get(async || "hello"))
        .route(
            "/login/{email}/{password}",
            post(async |Path((email, password)): Path<(String, String)>| {
                log_in(&email, password == "right")
                    .await
                    .map(|user| user.email)
                    .ok_or(StatusCode::UNAUTHORIZED)
            }),
        )
        .route(
            "/sign-up/{email}",
            post(async |Path(email): Path<String>| {
                sign_up(&email).await;
                "a letter is on its way to you"
            }),
        )
        .route(
            "/account/{email}",
            get(async |Path(email): Path<String>| {
                session(&email).await;
                "an account"
            }),
        )
        .layer(agent.layer())
}

async fn fails(app: &Router, from: &str, email: &str) -> StatusCode {
    submit(&format!("/login/{email}/wrong"))
        .from(from)
        .send(app)
        .await
        .status
}

async fn succeeds(app: &Router, from: &str, email: &str) -> StatusCode {
    submit(&format!("/login/{email}/right"))
        .from(from)
        .send(app)
        .await
        .status
}

fn somebody(n: usize) -> String {
    format!("somebody-{n}@example.com")
}

/// One of very many addresses.
fn elsewhere(n: usize) -> String {
    format!("10.{}.{}.{}", n >> 16, (n >> 8) & 255, n & 255)
}

/// Only the built-in playbook of this name.
fn only(name: &str) -> Policy {
    let built_in = Policy::default();
    Policy::new(
        built_in
            .playbooks()
            .iter()
            .filter(|playbook| *playbook.name == *name)
            .cloned(),
    )
    .unwrap()
}

fn subject(decision: &Decision) -> (&Subject, Reach) {
    let [Decided::Ban { subject, reach, .. }] = &*decision.responses else {
        panic!("{decision:?}")
    };
    (subject, *reach)
}
