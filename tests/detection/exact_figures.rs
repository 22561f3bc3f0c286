//! Parallel failures are counted exactly, and the same requests give the same stream.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, post};
use sqreen::event::What;
use sqreen::policy::{By, Over, Playbook, Policy, When};
use sqreen::{Agent, Sqreen};
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
async fn sixty_four_threads_that_race_lose_no_failure_and_count_none_twice() {
    const THREADS: usize = 64;
    const FAILURES: usize = 50;
    const USERS: usize = 3;
    let playbook = |name: &str, by, reaching: u32| Playbook {
        by,
        reaching: reaching.try_into().unwrap(),
        over: Over::Within(Duration::from_secs(60 * 60)),
        ..Playbook::new(name, When::Login)
    };
    // Two that count the same events, by other subjects and to other figures.
    let policy = Policy::new([
        playbook("users", By::User, 7),
        playbook("address", By::Address, 11),
    ]);
    let agent = Agent::builder().policy(policy.unwrap()).build().unwrap();
    let request = Arc::new(Mutex::new(None));
    let keep = Arc::clone(&request);
    let app = Router::new()
        .route(
            "/",
            get(async move |sqreen: Sqreen| *keep.lock().unwrap() = Some(sqreen)),
        )
        .layer(agent.layer());
    visit("/").send(&app).await;
    let sqreen = request.lock().unwrap().take().unwrap();
    std::thread::scope(|threads| {
        for thread in 0..THREADS {
            let sqreen = sqreen.clone();
            threads.spawn(move || {
                for n in 0..FAILURES {
                    // Recorded when it is called; nobody is banned whom it could wait for.
                    drop(sqreen.auth_track(false, ("email", somebody((thread + n) % USERS))));
                }
            });
        }
    });
    let all = logins(&agent).await;
    assert_eq!(all.len(), THREADS * FAILURES);
    let decisions = decisions(&agent).await;
    for (name, reaching, subjects) in [("users", 7, USERS), ("address", 11, 1)] {
        let of_playbook = || {
            decisions
                .iter()
                .filter(|decision| *decision.playbook == *name)
        };
        let mut counted: Vec<u64> = of_playbook()
            .flat_map(|decision| decision.evidence.events.to_vec())
            .collect();
        assert_eq!(counted.len(), of_playbook().count() * reaching, "{name}");
        counted.sort_unstable();
        counted.dedup();
        assert_eq!(
            counted.len(),
            of_playbook().count() * reaching,
            "{name}: none twice"
        );
        // Of each subject less than the threshold is left over.
        let left = THREADS * FAILURES - counted.len();
        assert!(left <= subjects * (reaching - 1), "{name}: {left} are left");
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
