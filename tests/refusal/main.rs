//! Rule 7: who is refused, where the handler stops, and what the client gets.

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

mod allow_list;
mod answer;
mod at_identify;
mod at_login;
mod before_the_handler;
mod by_playbook;
mod by_reach;
mod other_layers;
mod running;
mod sent_elsewhere;
mod shield;
mod streams;
mod user_is_banned;
mod where_the_layer_does_not_poll;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use sqreen::Agent;
use tokio::sync::Notify;

use support::*;

#[derive(sqreen::Identity)]
struct User {
    email: String,
}

fn the_user(email: &str) -> User {
    User {
        email: email.to_owned(),
    }
}

#[sqreen::track_auth(user = "email")]
async fn log_in(email: &str, checked: &Tally) -> Option<User> {
    checked.hit();
    Some(the_user(email))
}

#[sqreen::track_auth(user = "email")]
async fn slow_login(email: &str, started: &Notify, go: &Notify) -> Option<User> {
    started.notify_one();
    go.notified().await;
    Some(the_user(email))
}

#[sqreen::identify]
async fn current_user(email: &str) -> Option<User> {
    Some(the_user(email))
}

#[sqreen::identify]
fn session_without_a_word(email: &str) -> User {
    the_user(email)
}

/// A handler that identifies Alice, says so, and waits for a word to go on.
#[derive(Clone, Default)]
struct Slow {
    started: Arc<Notify>,
    go: Arc<Notify>,
    held: Gauge,
    after: Tally,
}

impl Slow {
    async fn run(self) -> &'static str {
        let _held = self.held.guard();
        current_user(ALICE).await;
        self.started.notify_one();
        self.go.notified().await;
        self.after.hit();
        "a page of Alice's"
    }

    fn app(&self, agent: &Agent) -> Router {
        let slow = self.clone();
        Router::new()
            .route("/", get(async move || slow.run().await))
            .layer(agent.layer())
    }

    /// Starts a request and waits until it runs.
    async fn start(&self, app: &Router, from: &'static str) -> tokio::task::JoinHandle<Answer> {
        let app = app.clone();
        let running = tokio::spawn(async move { visit("/").from(from).send(&app).await });
        within(self.started.notified()).await;
        running
    }
}
