//! From one attribute to a refused request.

#![cfg(feature = "tower")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail"
)]

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::Form;
use axum::http::{Request, StatusCode};
use axum::routing::{get, post};
use serde_json::Value;
use sqreen::Agent;
use tower::ServiceExt;

#[derive(sqreen::Identity)]
struct User {
    email: String,
}

#[sqreen::track_auth(user = "email")]
async fn login(email: &str, password: &str) -> Option<User> {
    (password == "correct horse").then(|| User {
        email: email.to_owned(),
    })
}

async fn login_page(Form(form): Form<Vec<(String, String)>>) -> StatusCode {
    let field = |name| {
        form.iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value)
    };
    match login(field("email"), field("password")).await {
        Some(_) => StatusCode::OK,
        None => StatusCode::UNAUTHORIZED,
    }
}

#[sqreen::identify]
async fn current_user(email: &str) -> Option<User> {
    Some(User {
        email: email.to_owned(),
    })
}

fn app(agent: &Agent) -> Router {
    Router::new()
        .route("/login", post(login_page))
        .route("/", get(|| async { "hello" }))
        .route(
            "/alice",
            get(|| async { current_user("alice@example.com").await.unwrap().email }),
        )
        .layer(agent.layer())
}

async fn send(app: &Router, from: &str, path: &str, form: Option<&str>) -> (StatusCode, Value) {
    let peer: SocketAddr = format!("{from}:4711").parse().unwrap();
    let request = Request::builder().uri(path).extension(peer);
    let request = match form {
        Some(form) => request
            .method("POST")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned())),
        None => request.body(Body::empty()),
    };
    let response = app.clone().oneshot(request.unwrap()).await.unwrap();
    let status = response.status();
    let body = http_body_util::BodyExt::collect(response.into_body())
        .await
        .unwrap()
        .to_bytes();
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

#[tokio::test]
async fn the_request_after_the_deciding_attempt_is_refused_and_others_are_not() {
    let agent = Agent::builder().build().unwrap();
    let app = app(&agent);
    let wrong = Some("email=alice%40example.com&password=guess");
    for _ in 0..10 {
        assert_eq!(
            send(&app, "203.0.113.9", "/login", wrong).await.0,
            StatusCode::UNAUTHORIZED
        );
    }
    let (status, problem) = send(&app, "203.0.113.9", "/", None).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let id = problem["decision"].as_str().unwrap().parse().unwrap();
    assert!(agent.find(id).is_some());
    assert_eq!(
        send(&app, "203.0.113.10", "/", None).await.0,
        StatusCode::OK
    );

    agent.pardon(agent.bans()[0].subject.clone());
    assert_eq!(send(&app, "203.0.113.9", "/", None).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_banned_user_is_refused_where_the_session_is_identified() {
    let agent = Agent::builder().build().unwrap();
    let app = app(&agent);
    assert_eq!(
        send(&app, "203.0.113.9", "/alice", None).await.0,
        StatusCode::OK
    );
    let alice = sqreen::UserIdentifiers::new("email", "alice@example.com").unwrap();
    agent.ban(&alice, sqreen::Ending::WhenPardoned, "test");
    assert_eq!(
        send(&app, "203.0.113.9", "/alice", None).await.0,
        StatusCode::FORBIDDEN
    );
    assert_eq!(send(&app, "203.0.113.9", "/", None).await.0, StatusCode::OK);
}

#[tokio::test]
async fn an_answer_that_lets_its_client_wait_does_not_let_others_guess_meanwhile() {
    async fn slow_page(form: Form<Vec<(String, String)>>) -> StatusCode {
        let status = login_page(form).await;
        std::future::pending::<()>().await;
        status
    }
    let agent = Agent::builder().build().unwrap();
    let app = Router::new()
        .route("/login", post(slow_page))
        .route("/", get(|| async { "hello" }))
        .layer(agent.layer());
    let guesses: Vec<_> = (0..10)
        .map(|_| {
            let app = app.clone();
            let wrong = Some("email=alice%40example.com&password=guess");
            tokio::spawn(async move { send(&app, "203.0.113.9", "/login", wrong).await })
        })
        .collect();
    while agent.bans().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(
        send(&app, "203.0.113.9", "/", None).await.0,
        StatusCode::FORBIDDEN
    );
    guesses.into_iter().for_each(|guess| guess.abort());
}
