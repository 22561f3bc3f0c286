//! Banned addresses and networks are refused before the handler, or any layer inside of ours, runs.

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::routing::get;
use sqreen::event::{Network, RefusalPoint};

use crate::support::*;

#[tokio::test]
async fn a_banned_address_is_refused_before_the_handler_runs() {
    let (agent, ran) = (agent(), Tally::default());
    let handler = ran.clone();
    let inside = ran.clone();
    let app = Router::new()
        .route("/", get(async move || handler.hit()))
        .layer(from_fn(move |request: Request, next: Next| {
            inside.hit();
            next.run(request)
        }))
        .layer(agent.layer());
    assert_eq!(
        visit("/").from(ATTACKER).send(&app).await.status,
        StatusCode::OK
    );
    assert_eq!(ran.count(), 2);

    let id = ban(&agent, address(ATTACKER));
    let answer = visit("/").from(ATTACKER).send(&app).await;
    assert!(answer.is_refusal());
    assert_eq!(answer.decision(), id);
    assert_eq!(
        ran.count(),
        2,
        "neither the handler nor a layer inside of ours ran"
    );
    assert_eq!(
        visit("/").from(HOME).send(&app).await.status,
        StatusCode::OK
    );
    assert_eq!(refusals(&agent).await[0].point, RefusalPoint::Request);
}

#[tokio::test]
async fn every_address_of_a_banned_network_is_refused_and_its_neighbours_are_not() {
    let agent = agent();
    let app = Router::new()
        .route("/", get(async || ()))
        .layer(agent.layer());
    ban(&agent, "203.0.113.0/29".parse::<Network>().unwrap());
    for (from, refused) in [
        ("203.0.112.255", false),
        ("203.0.113.0", true),
        ("203.0.113.7", true),
        ("203.0.113.8", false),
    ] {
        assert_eq!(
            visit("/").from(from).send(&app).await.is_refusal(),
            refused,
            "{from}"
        );
    }
}
