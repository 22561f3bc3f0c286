//! The allow list wins over bans.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use sqreen::Agent;
use sqreen::event::Network;

use super::current_user;
use crate::support::*;

#[tokio::test]
async fn the_allow_list_wins_over_bans_and_lifts_those_there_are() {
    let agent = Agent::builder().allow(["203.0.113.9"]).build().unwrap();
    let app = Router::new()
        .route("/", get(async || ()))
        .route(
            "/alice",
            get(async || {
                current_user(ALICE).await;
            }),
        )
        .layer(agent.layer());
    ban(&agent, "203.0.113.0/24".parse::<Network>().unwrap());
    ban(&agent, address("203.0.113.9"));
    assert!(
        visit("/")
            .from("203.0.113.10")
            .send(&app)
            .await
            .is_refusal()
    );
    assert_eq!(
        visit("/").from("203.0.113.9").send(&app).await.status,
        StatusCode::OK
    );

    agent.allow(address("203.0.113.10"));
    assert_eq!(
        visit("/").from("203.0.113.10").send(&app).await.status,
        StatusCode::OK
    );
    assert!(
        visit("/")
            .from("203.0.113.11")
            .send(&app)
            .await
            .is_refusal()
    );

    ban(&agent, user(ALICE));
    assert!(visit("/alice").send(&app).await.is_refusal());
    agent.allow(user(ALICE));
    assert_eq!(visit("/alice").send(&app).await.status, StatusCode::OK);
    ban(&agent, user(ALICE));
    assert_eq!(visit("/alice").send(&app).await.status, StatusCode::OK);
    assert!(
        visit("/alice")
            .from("203.0.113.11")
            .send(&app)
            .await
            .is_refusal(),
        "her address is not allowed"
    );
}
