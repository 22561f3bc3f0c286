//! Requests that run when the ban comes finish and are answered with a refusal, or stop if so configured.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use sqreen::Agent;
use sqreen::event::{Outcome, RefusalPoint};
use tokio::sync::Notify;

use super::{Slow, slow_login};
use crate::support::*;

#[tokio::test]
async fn requests_of_the_user_that_are_running_finish_and_their_answer_is_replaced() {
    let (agent, slow) = (agent(), Slow::default());
    let app = slow.app(&agent);
    let first = slow.start(&app, HOME).await;
    let second = slow.start(&app, NEXT_DOOR).await;
    let id = ban(&agent, user(ALICE));
    for running in [first, second] {
        slow.go.notify_one();
        let answer = within(running).await.unwrap();
        assert!(answer.is_refusal(), "{answer:?}");
        assert_eq!(answer.decision(), id);
    }
    assert_eq!(slow.after.count(), 2, "they finished");
    let points: Vec<_> = refusals(&agent)
        .await
        .into_iter()
        .map(|refusal| refusal.point)
        .collect();
    assert_eq!(points, [RefusalPoint::Response; 2]);
}

#[tokio::test]
async fn requests_of_the_address_that_are_running_finish_and_their_answer_is_replaced() {
    let (agent, slow) = (agent(), Slow::default());
    let app = slow.app(&agent);
    let banned = slow.start(&app, ATTACKER).await;
    let other = slow.start(&app, HOME).await;
    ban(&agent, address(ATTACKER));
    slow.go.notify_one();
    assert!(within(banned).await.unwrap().is_refusal());
    slow.go.notify_one();
    assert_eq!(within(other).await.unwrap().body, "a page of Alice's");
}

#[tokio::test]
async fn a_ban_that_was_lifted_before_the_answer_replaces_nothing() {
    let (agent, slow) = (agent(), Slow::default());
    let app = slow.app(&agent);
    let running = slow.start(&app, HOME).await;
    ban(&agent, user(ALICE));
    agent.pardon(user(ALICE));
    slow.go.notify_one();
    assert_eq!(within(running).await.unwrap().body, "a page of Alice's");
}

#[tokio::test]
async fn cancel_in_flight_stops_running_requests_where_they_stand() {
    let agent = Agent::builder().cancel_in_flight(true).build().unwrap();
    let slow = Slow::default();
    let app = slow.app(&agent);
    for banned in [
        user(ALICE).into(),
        sqreen::event::Subject::from(address(HOME)),
    ] {
        let running = slow.start(&app, HOME).await;
        let id = ban(&agent, banned.clone());
        let answer = within(running).await.unwrap();
        assert_eq!(answer.decision(), id);
        assert_eq!((slow.held.live(), slow.after.count()), (0, 0));
        agent.pardon(banned);
    }
    let running = slow.start(&app, HOME).await;
    ban(&agent, user(BOB));
    slow.go.notify_one();
    assert_eq!(
        within(running).await.unwrap().status,
        StatusCode::OK,
        "others are not stopped"
    );
}

#[tokio::test]
async fn cancel_in_flight_records_a_login_that_it_stops_as_cancelled() {
    let agent = Agent::builder().cancel_in_flight(true).build().unwrap();
    let started = Arc::new(Notify::new());
    let sent = started.clone();
    let app = Router::new()
        .route(
            "/",
            post(async move || {
                slow_login(ALICE, &sent, &Notify::new())
                    .await
                    .is_some()
                    .to_string()
            }),
        )
        .layer(agent.layer());
    let running = tokio::spawn(async move { submit("/").from(ATTACKER).send(&app).await });
    within(started.notified()).await;
    ban(&agent, address(ATTACKER));
    assert!(within(running).await.unwrap().is_refusal());
    assert_eq!(logins(&agent).await[0].outcome, Outcome::Cancelled);
}
