//! `user_is_banned` is true for exactly the user this request is known to be of.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::routing::{get, post};
use sqreen::policy::Policy;
use sqreen::{Agent, Sqreen};

use super::log_in;
use crate::support::*;

/// What `user_is_banned` says, twice, and what the client gets.
async fn asked(agent: &Agent, identify: Option<&'static str>) -> (Vec<bool>, Answer) {
    let said = Arc::new(Mutex::new(Vec::new()));
    let says = said.clone();
    let app = Router::new()
        .route(
            "/",
            get(async move |sqreen: Sqreen| {
                if let Some(email) = identify {
                    // The call does its work at once; not awaited, it does not stop.
                    drop(sqreen::identify(("email", email)));
                }
                let mut says = says.lock().unwrap();
                says.extend([
                    sqreen::user_is_banned(),
                    sqreen.user_is_banned(),
                    sqreen::user_is_banned(),
                ]);
                "hello"
            }),
        )
        .layer(agent.layer());
    let answer = visit("/").send(&app).await;
    let said = said.lock().unwrap().clone();
    (said, answer)
}

#[tokio::test]
async fn a_banned_user_is_told_so_each_time_and_answered_once() {
    let agent = agent();
    let id = ban(&agent, user(ALICE));
    let (said, answer) = asked(&agent, Some(ALICE)).await;
    assert_eq!(said, [true; 3]);
    assert!(answer.is_refusal());
    assert_eq!(answer.decision(), id);
    assert_eq!(refusals(&agent).await.len(), 1);
}

#[tokio::test]
async fn nobody_else_is_told_to_be_banned() {
    let agent = Agent::builder().policy(Policy::none()).build().unwrap();
    ban(&agent, user(ALICE));
    for identify in [None, Some(BOB)] {
        let (said, answer) = asked(&agent, identify).await;
        assert_eq!(said, [false; 3], "{identify:?}");
        assert_eq!(answer.body, "hello");
    }
    agent.pardon(user(ALICE));
    assert_eq!(asked(&agent, Some(ALICE)).await.0, [false; 3], "pardoned");
    agent.allow(user(ALICE));
    ban(&agent, user(ALICE));
    assert_eq!(asked(&agent, Some(ALICE)).await.0, [false; 3], "allowed");
}

#[tokio::test]
async fn an_unusable_user_is_not_told_to_be_banned() {
    let agent = agent();
    ban(&agent, user(ALICE));
    let (said, answer) = asked(&agent, Some("")).await;
    assert_eq!(said, [false; 3]);
    assert_eq!(answer.body, "hello");
}

#[tokio::test]
async fn a_user_who_is_only_inferred_is_not_told_to_be_banned() {
    let agent = agent();
    let app = Router::new()
        .route(
            "/login",
            post(async || {
                log_in(ALICE, &Tally::default())
                    .await
                    .map(|user| user.email)
                    .unwrap_or_default()
            }),
        )
        .layer(agent.layer());
    assert_eq!(submit("/login").send(&app).await.body, ALICE);
    ban(&agent, user(ALICE));
    let (said, answer) = asked(&agent, None).await;
    assert_eq!(said, [false; 3]);
    assert_eq!(answer.body, "hello");
}

#[tokio::test]
async fn a_ban_that_comes_while_the_request_runs_is_told_of() {
    let agent = agent();
    let banning = agent.clone();
    let said = Arc::new(Mutex::new(Vec::new()));
    let says = said.clone();
    let app = Router::new()
        .route(
            "/",
            get(async move || {
                sqreen::identify(("email", ALICE)).await.unwrap();
                let before = sqreen::user_is_banned();
                ban(&banning, user(ALICE));
                says.lock()
                    .unwrap()
                    .extend([before, sqreen::user_is_banned()]);
            }),
        )
        .layer(agent.layer());
    assert!(visit("/").send(&app).await.is_refusal());
    assert_eq!(*said.lock().unwrap(), [false, true]);
}

#[tokio::test]
async fn outside_of_a_request_nobody_is_told_to_be_banned_and_nothing_panics() {
    let agent = agent();
    ban(&agent, user(ALICE));
    assert!(!sqreen::user_is_banned());
    assert!(!Sqreen::current().user_is_banned());
    let app = Router::new().route(
        "/",
        get(async |sqreen: Sqreen| {
            drop(sqreen.identify(("email", ALICE)));
            sqreen.user_is_banned().to_string()
        }),
    );
    assert_eq!(
        visit("/").send(&app).await.body,
        "false",
        "an application without the layer"
    );
}
