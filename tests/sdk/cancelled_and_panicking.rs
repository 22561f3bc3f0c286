//! A login that is cancelled or panics is recorded as such, and is no failure.

use std::future::pending;
use std::sync::Arc;

use axum::Router;
use axum::routing::post;
use sqreen::Sqreen;
use sqreen::event::Outcome;
use tokio::sync::Notify;
use tower::ServiceExt;

use super::{User, attempt, log_in, the_user};
use crate::support::*;

#[sqreen::track_auth(user = "email")]
async fn hangs(email: &str, started: &Notify) -> Option<User> {
    started.notify_one();
    pending::<()>().await;
    Some(the_user(email))
}

#[sqreen::track_auth(user = "email")]
async fn panics(email: &str) -> Option<User> {
    tokio::task::yield_now().await;
    panic!("no password check for {email} today");
}

#[sqreen::track_auth(user = "email")]
fn panics_at_once(email: &str) -> bool {
    panic!("no password check for {email} today");
}

#[tokio::test]
async fn a_login_whose_client_hangs_up_is_cancelled_and_no_failure() {
    let (agent, started) = (agent(), Arc::new(Notify::new()));
    let starts = started.clone();
    let app = Router::new()
        .route(
            "/",
            post(async move || hangs(ALICE, &starts).await.is_some().to_string()),
        )
        .layer(agent.layer());
    let server = Server::start(app).await;
    for _ in 0..30 {
        let mut connection = server.connect(1).await;
        connection.send("POST /", "content-length: 0\r\n").await;
        within(started.notified()).await;
        drop(connection);
    }
    let recorded = || agent.events().len() == 30;
    until("all are recorded", recorded).await;
    assert_eq!(
        logins(&agent).await,
        vec![attempt(Outcome::Cancelled, Some(ALICE)); 30]
    );
    assert_eq!(agent.bans().len(), 0);
    server.stop().await;
}

#[tokio::test]
async fn a_client_that_hangs_up_after_the_password_was_found_wrong_has_failed_all_the_same() {
    let (agent, checked) = (agent(), Arc::new(Notify::new()));
    let checks = checked.clone();
    let app = Router::new()
        .route(
            "/",
            post(async move || {
                log_in(ALICE, false).await;
                checks.notify_one();
                pending::<()>().await;
            }),
        )
        .layer(agent.layer());
    let server = Server::start(app).await;
    let mut connection = server.connect(1).await;
    connection.send("POST /", "content-length: 0\r\n").await;
    within(checked.notified()).await;
    drop(connection);
    until("it is recorded", || !agent.events().is_empty()).await;
    assert_eq!(
        logins(&agent).await,
        [attempt(Outcome::Failure, Some(ALICE))]
    );
    server.stop().await;
}

#[tokio::test]
async fn a_login_that_panics_is_recorded_as_such_and_no_failure() {
    let agent = agent();
    let app = Router::new()
        .route(
            "/",
            post(async || panics(ALICE).await.is_some().to_string()),
        )
        .route("/sync", post(async || panics_at_once(ALICE).to_string()))
        .layer(agent.layer());
    for _ in 0..15 {
        for path in ["/", "/sync"] {
            let app = app.clone();
            let request = submit(path).into_request();
            assert!(
                tokio::spawn(app.oneshot(request))
                    .await
                    .unwrap_err()
                    .is_panic()
            );
        }
    }
    assert_eq!(
        logins(&agent).await,
        vec![attempt(Outcome::Panicked, Some(ALICE)); 30]
    );
    assert_eq!(agent.bans().len(), 0);
    // The thread is nobody's afterwards.
    assert!(Sqreen::current().request().is_none());
}
