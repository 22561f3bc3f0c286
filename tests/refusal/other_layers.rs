//! Refusals hold beside other layers: outside of ours, inside of it, and a second of our own.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::routing::get;
use sqreen::Sqreen;

use super::current_user;
use crate::support::*;

#[tokio::test]
async fn a_layer_outside_of_ours_sees_the_refusal_and_can_add_to_it() {
    let agent = agent();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sees = seen.clone();
    let app = Router::new()
        .route(
            "/",
            get(async || {
                current_user(ALICE).await;
            }),
        )
        .layer(agent.layer())
        .layer(from_fn(move |request: Request, next: Next| {
            let sees = sees.clone();
            async move {
                let mut answer = next.run(request).await;
                sees.lock().unwrap().push(answer.status());
                answer
                    .headers_mut()
                    .insert("x-request-id", "7".parse().unwrap());
                answer
            }
        }));
    ban(&agent, user(ALICE));
    let answer = visit("/").send(&app).await;
    assert!(answer.is_refusal());
    assert_eq!(answer.headers["x-request-id"], "7");
    assert_eq!(*seen.lock().unwrap(), [StatusCode::FORBIDDEN]);
}

#[tokio::test]
async fn an_inner_layer_that_spawns_the_rest_loses_the_place_to_stop_but_not_the_refusal() {
    let agent = agent();
    let app = Router::new()
        .route(
            "/",
            get(async |sqreen: Sqreen| {
                // Not polled by our layer, which therefore cannot stop it.
                assert!(sqreen.identify(("email", ALICE)).await.is_err());
                "a page of Alice's"
            }),
        )
        .layer(from_fn(async |request: Request, next: Next| {
            sqreen::spawn(next.run(request)).await.unwrap()
        }))
        .layer(agent.layer());
    ban(&agent, user(ALICE));
    assert!(visit("/").send(&app).await.is_refusal());
}

#[tokio::test]
async fn two_layers_of_one_agent_refuse_once() {
    let (agent, after) = (agent(), Tally::default());
    let beyond = after.clone();
    let inner = Router::new()
        .route(
            "/",
            get(async move || {
                current_user(ALICE).await;
                beyond.hit();
            }),
        )
        .layer(agent.layer());
    let app = Router::new().merge(inner).layer(agent.layer());
    ban(&agent, user(ALICE));
    assert!(visit("/").send(&app).await.is_refusal());
    assert_eq!((after.count(), refusals(&agent).await.len()), (0, 1));
}
