//! Parallel failures are counted exactly, and the same requests give the same stream.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::post;
use sqreen::Agent;
use sqreen::event::What;
use tokio::sync::Barrier;

use super::{User, app, elsewhere, fails, only, somebody, subject, succeeds};
use crate::support::*;

#[sqreen::track_auth(user = "email")]
async fn log_in_together(email: &str, together: &Barrier) -> Option<User> {
    together.wait().await;
    let _ = email;
    None
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn parallel_failures_over_real_connections_count_exactly() {
    const CLIENTS: usize = 64;
    let agent = Agent::builder()
        .policy(only("credential-cracking"))
        .build()
        .unwrap();
    // All are past the look at the bans before the first fails.
    let together = Arc::new(Barrier::new(CLIENTS));
    let app = Router::new()
        .route(
            "/login",
            post(async move || {
                log_in_together(ALICE, &together)
                    .await
                    .map(|user| user.email)
                    .ok_or(StatusCode::UNAUTHORIZED)
            }),
        )
        .layer(agent.layer());
    let server = Arc::new(Server::start(app).await);
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..CLIENTS {
        let server = Arc::clone(&server);
        clients.spawn(async move { server.request(9, "POST /login").await.0 });
    }
    let answers = within(clients.join_all()).await;
    assert!(
        answers.iter().all(|status| [401, 403].contains(status)),
        "{answers:?}"
    );
    assert!(
        answers.iter().filter(|status| **status == 401).count() >= 10,
        "{answers:?}"
    );
    assert_eq!(logins(&agent).await.len(), CLIENTS);
    let decisions = decisions(&agent).await;
    assert_eq!(decisions.len(), CLIENTS / 10);
    let mut counted: Vec<u64> = decisions
        .iter()
        .flat_map(|decision| decision.evidence.events.to_vec())
        .collect();
    counted.sort_unstable();
    counted.dedup();
    assert_eq!(counted.len(), CLIENTS / 10 * 10, "no failure counts twice");
    Arc::into_inner(server).unwrap().stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn parallel_failures_of_many_users_and_addresses_count_exactly() {
    const TASKS: usize = 80;
    for _ in 0..20 {
        let agent = Agent::builder()
            .policy(only("distributed-credential-cracking"))
            .build()
            .unwrap();
        let together = Arc::new(Barrier::new(TASKS));
        let app = Router::new()
            .route(
                "/login/{email}",
                post(async move |Path(email): Path<String>| {
                    log_in_together(&email, &together)
                        .await
                        .map(|user| user.email)
                        .ok_or(StatusCode::UNAUTHORIZED)
                }),
            )
            .layer(agent.layer());
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..TASKS {
            let app = app.clone();
            tasks.spawn(async move {
                submit(&format!("/login/{}", somebody(n % 2)))
                    .from(&elsewhere(n))
                    .send(&app)
                    .await
            });
        }
        within(tasks.join_all()).await;
        // 40 failures on each of two users: two decisions each.
        let decisions = decisions(&agent).await;
        let mut users: Vec<_> = decisions.iter().map(subject).collect();
        users.sort_unstable_by_key(|(user, _)| user.to_string());
        assert_eq!(users.len(), 4);
        assert!(users[0] == users[1] && users[1] != users[2] && users[2] == users[3]);
    }
}

#[tokio::test]
async fn the_same_requests_give_the_same_stream_byte_for_byte() {
    let mut streams = Vec::new();
    for _ in 0..2 {
        let clock = clock();
        let agent = Agent::builder()
            .seed(7)
            .clock(clock.clone())
            .build()
            .unwrap();
        let app = app(&agent);
        for n in 0..60 {
            fails(&app, &elsewhere(n % 7), &somebody(n % 5)).await;
            fails(&app, ATTACKER, &somebody(n)).await;
            succeeds(&app, &elsewhere(n % 3), &somebody(n % 5)).await;
            clock.advance(Duration::from_secs(7));
        }
        let deciding = |event: &Arc<sqreen::event::Event>| !matches!(event.what, What::Refusal(_));
        let stream: Vec<_> = events(&agent).await.into_iter().filter(deciding).collect();
        streams.push(
            serde_json::to_string(
                &stream
                    .iter()
                    .map(|event| event.as_ref())
                    .collect::<Vec<_>>(),
            )
            .unwrap(),
        );
    }
    assert!(streams[0].contains("credential-stuffing"));
    assert_eq!(streams[0], streams[1]);
}
