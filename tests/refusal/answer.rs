//! A refusal tells the client a decision and nothing else, in the same form wherever it happened.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use http_body_util::BodyExt;
use sqreen::config::Config;
use sqreen::event::What;
use sqreen::{Agent, Builder, Sqreen};

use super::{Slow, current_user, log_in, session_without_a_word};
use crate::support::*;

#[tokio::test]
async fn a_refusal_is_a_problem_that_names_the_decision_and_nothing_else() {
    let agent = agent();
    let app = Router::new()
        .route("/", get(async || ()))
        .layer(agent.layer());
    let id = agent.ban(
        address(ATTACKER),
        Duration::from_secs(600),
        "Mallory, that swindler",
    );
    let answer = visit("/").from(ATTACKER).send(&app).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(
        answer.header(header::CONTENT_TYPE),
        "application/problem+json"
    );
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    let problem = answer.json();
    assert_eq!(problem["status"], 403);
    assert_eq!(problem["title"], "Forbidden");
    assert_eq!(problem["decision"], id.to_string());
    assert!(
        !answer.body.contains("Mallory") && !answer.body.contains(ATTACKER),
        "{}",
        answer.body
    );

    let entry = agent.find(answer.decision()).expect("the id can be found");
    assert!(
        matches!(&entry.event.what, What::Ban(ban) if &*ban.because == "Mallory, that swindler")
    );
}

#[tokio::test]
async fn a_refusal_is_a_page_where_a_browser_asks() {
    let agent = agent();
    let app = Router::new()
        .route("/", get(async || ()))
        .layer(agent.layer());
    let id = ban(&agent, address(ATTACKER));
    for (accept, page) in [
        (
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            true,
        ),
        ("application/json", false),
        ("*/*", false),
        ("text/html;q=0.2, application/problem+json", false),
    ] {
        let answer = visit("/")
            .from(ATTACKER)
            .header("accept", accept)
            .send(&app)
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(
            answer.header(header::CONTENT_TYPE).starts_with("text/html"),
            page,
            "{accept}"
        );
        assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
        assert!(answer.body.contains(&id.to_string()), "{}", answer.body);
    }
}

#[tokio::test]
async fn all_refusals_look_alike_wherever_the_request_got_to() {
    let agent = agent();
    let slow = Slow::default();
    let app = Router::new()
        .route(
            "/login",
            get(async || {
                log_in(ALICE, &Tally::default())
                    .await
                    .map(|user| user.email)
                    .unwrap_or_default()
            }),
        )
        .route(
            "/identify",
            get(async || {
                current_user(ALICE)
                    .await
                    .map(|user| user.email)
                    .unwrap_or_default()
            }),
        )
        .route("/sync", get(async || session_without_a_word(ALICE).email))
        .merge({
            let slow = slow.clone();
            Router::new().route("/", get(async move || slow.run().await))
        })
        .layer(agent.layer());
    let running = slow.start(&app, HOME).await;
    ban(&agent, user(ALICE));
    let mut answers = Vec::new();
    for path in ["/login", "/identify", "/sync"] {
        answers.push(visit(path).send(&app).await);
    }
    slow.go.notify_one();
    answers.push(within(running).await.unwrap());
    agent.pardon(user(ALICE));
    ban(&agent, address(HOME));
    answers.push(visit("/login").send(&app).await);

    let shape = |answer: &Answer| {
        let body = answer.body.replace(&answer.decision().to_string(), "ID");
        (answer.status, answer.headers.clone(), body)
    };
    for answer in &answers[1..] {
        let (mut first, mut other) = (shape(&answers[0]), shape(answer));
        // Whoever counts bytes: the same in either form of framing.
        first.1.remove(header::CONTENT_LENGTH);
        other.1.remove(header::CONTENT_LENGTH);
        assert_eq!(other, first);
    }
}

#[tokio::test]
async fn the_status_of_a_refusal_can_be_configured() {
    let agent = Agent::builder().refusal_status(429).build().unwrap();
    let app = Router::new()
        .route(
            "/",
            get(async || {
                current_user(ALICE).await;
            }),
        )
        .layer(agent.layer());
    let id = ban(&agent, user(ALICE));
    let answer = visit("/").send(&app).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(
        (answer.json()["status"].as_u64(), answer.decision()),
        (Some(429), id)
    );
    for status in [200, 302, 399, 500, 599, 1000] {
        let error = Agent::builder().refusal_status(status).build().unwrap_err();
        assert!(error.to_string().contains(&status.to_string()), "{error}");
    }
}

#[tokio::test]
async fn a_refusal_below_the_layer_gets_its_form_from_the_layer_and_is_a_403_without_it() {
    let agent = Agent::builder().refusal_status(418).build().unwrap();
    let seen = Arc::new(Mutex::new(None));
    let says = seen.clone();
    let app = Router::new()
        .route(
            "/",
            get(async move |sqreen: Sqreen| {
                let refused = sqreen.identify(("email", ALICE)).check().unwrap_err();
                *says.lock().unwrap() = Some(refused.clone());
                refused
            }),
        )
        .layer(agent.layer());
    let id = ban(&agent, user(ALICE));
    let answer = visit("/").header("accept", "text/html").send(&app).await;
    assert_eq!(answer.status, StatusCode::IM_A_TEAPOT);
    assert!(answer.body.contains("<h1>"), "{answer:?}");
    let alone = seen.lock().unwrap().take().unwrap().into_response();
    assert_eq!(alone.status(), StatusCode::FORBIDDEN);
    assert_eq!(
        alone.headers()[header::CONTENT_TYPE],
        "application/problem+json"
    );
    let body = alone.into_body().collect().await.unwrap().to_bytes();
    assert!(
        String::from_utf8(body.into())
            .unwrap()
            .contains(&id.to_string())
    );
}

#[tokio::test]
async fn the_decision_behind_a_ban_in_force_can_be_found_whatever_else_has_happened_since() {
    let mut config = Config::default();
    config.kept_events = 10;
    let agent = Builder::from(config).build().unwrap();
    let app = Router::new()
        .route("/", get(async || ()))
        .layer(agent.layer());
    ban(&agent, address(ATTACKER));
    for n in 0..20 {
        agent.pardon(user(&format!("somebody-{n}@example.com")));
    }
    let id = visit("/").from(ATTACKER).send(&app).await.decision();
    assert!(
        agent.find(id).is_some(),
        "an operator who is told the id finds nothing"
    );
}
