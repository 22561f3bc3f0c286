//! A shielded block runs to its end, and the handler stops after it.

use std::future::pending;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use sqreen::event::What;
use sqreen::{Agent, shield};
use tokio::sync::Notify;

use super::{Slow, current_user};
use crate::support::*;

/// What a handler with a shielded block has done.
#[derive(Clone, Default)]
struct Shielded {
    started: Arc<Notify>,
    go: Arc<Notify>,
    inside: Tally,
    after: Tally,
}

impl Shielded {
    async fn block(&self) {
        self.started.notify_one();
        self.go.notified().await;
        self.inside.hit();
    }

    /// Sends a request, bans Alice while the shielded block runs, and lets it go on.
    async fn ban_meanwhile(&self, agent: &Agent, app: Router) -> Answer {
        let running = tokio::spawn(async move { visit("/").send(&app).await });
        within(self.started.notified()).await;
        ban(agent, user(ALICE));
        // The layer has noticed: it would have dropped the handler by now.
        until("the refusal", || {
            agent
                .events()
                .iter()
                .any(|entry| matches!(entry.event.what, What::Refusal(_)))
        })
        .await;
        self.go.notify_one();
        within(running).await.unwrap()
    }
}

#[tokio::test]
async fn a_shielded_block_is_not_torn_apart_when_the_ban_comes() {
    let agent = Agent::builder().cancel_in_flight(true).build().unwrap();
    let shielded = Shielded::default();
    let within = shielded.clone();
    let app = Router::new()
        .route(
            "/",
            get(async move || {
                current_user(ALICE).await;
                shield(within.block()).await;
                tokio::task::yield_now().await;
                within.after.hit();
            }),
        )
        .layer(agent.layer());
    assert!(shielded.ban_meanwhile(&agent, app).await.is_refusal());
    assert_eq!((shielded.inside.count(), shielded.after.count()), (1, 0));
}

#[tokio::test]
async fn the_statement_after_a_shielded_block_does_not_run_once_the_request_is_refused() {
    let agent = Agent::builder().cancel_in_flight(true).build().unwrap();
    let shielded = Shielded::default();
    let within = shielded.clone();
    let app = Router::new()
        .route(
            "/",
            get(async move || {
                current_user(ALICE).await;
                shield(within.block()).await;
                within.after.hit();
            }),
        )
        .layer(agent.layer());
    assert!(shielded.ban_meanwhile(&agent, app).await.is_refusal());
    assert_eq!((shielded.inside.count(), shielded.after.count()), (1, 0));
}

#[tokio::test]
async fn a_refused_identify_inside_a_shielded_block_stops_the_handler_after_the_block() {
    let (agent, inside, after) = (agent(), Tally::default(), Tally::default());
    let (first, second) = (inside.clone(), after.clone());
    let app = Router::new()
        .route(
            "/",
            get(async move || {
                shield(async {
                    assert!(sqreen::identify(("email", ALICE)).await.is_err());
                    tokio::task::yield_now().await;
                    first.hit();
                })
                .await;
                second.hit();
            }),
        )
        .layer(agent.layer());
    ban(&agent, user(ALICE));
    assert!(visit("/").send(&app).await.is_refusal());
    assert_eq!((inside.count(), after.count()), (1, 0));
}

#[tokio::test]
async fn a_refused_identify_beside_a_shielded_block_waits_for_it_and_goes_no_further() {
    let (agent, inside, after, go) = (
        agent(),
        Tally::default(),
        Tally::default(),
        Arc::new(Notify::new()),
    );
    let (first, second, goes) = (inside.clone(), after.clone(), go.clone());
    let app = Router::new()
        .route(
            "/",
            get(async move || {
                let shielded = shield(async {
                    goes.notified().await;
                    first.hit();
                });
                let identify = async {
                    current_user(ALICE).await;
                    second.hit();
                };
                tokio::join!(shielded, identify);
                second.hit();
            }),
        )
        .layer(agent.layer());
    ban(&agent, user(ALICE));
    let running = tokio::spawn(async move { visit("/").send(&app).await });
    until("the refusal", || {
        agent
            .events()
            .iter()
            .any(|entry| matches!(entry.event.what, What::Refusal(_)))
    })
    .await;
    // Time enough for the agent to have let a `block_on` go on, if it took this for one.
    for _ in 0..4 {
        agent.flush().await;
    }
    assert_eq!((inside.count(), after.count()), (0, 0));
    go.notify_one();
    assert!(within(running).await.unwrap().is_refusal());
    assert_eq!((inside.count(), after.count()), (1, 0));
}

#[tokio::test]
async fn a_shield_that_was_dropped_protects_nothing_any_more() {
    let agent = Agent::builder().cancel_in_flight(true).build().unwrap();
    let slow = Slow::default();
    let running = slow.clone();
    let app = Router::new()
        .route(
            "/",
            get(async move || {
                tokio::select! {
                    biased;
                    () = shield(pending()) => {}
                    () = tokio::task::yield_now() => {}
                }
                running.run().await
            }),
        )
        .layer(agent.layer());
    let running = slow.start(&app, HOME).await;
    ban(&agent, user(ALICE));
    assert!(within(running).await.unwrap().is_refusal());
    assert_eq!((slow.held.live(), slow.after.count()), (0, 0));
}
