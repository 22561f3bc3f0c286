//! An account that is taken over is found by what its taker does: where from, with what, after what.

use std::path::PathBuf;
use std::time::Duration;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use sqreen::Agent;
use sqreen::event::Severity;
use sqreen::intel::Sources;

use super::{elsewhere, somebody};
use crate::support::*;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const CURL: &str = "curl/8.15.0";

#[sqreen::track_auth(user = "email", secret = "password")]
async fn log_in(email: &str, password: &str) -> Option<super::User> {
    (password == "right").then(|| super::User {
        email: email.to_owned(),
    })
}

#[sqreen::identify(user = "email", session = "cookie")]
async fn session(email: &str, cookie: &str) -> bool {
    !cookie.is_empty() && !email.is_empty()
}

fn app(agent: &Agent) -> Router {
    Router::new()
        .route(
            "/login/{email}/{password}",
            post(async |Path((email, password)): Path<(String, String)>| {
                let user = log_in(&email, &password).await;
                let answer = user.map(|user| user.email).ok_or(StatusCode::UNAUTHORIZED);
                (
                    [("step-up", sqreen::step_up_required().to_string())],
                    answer,
                )
            }),
        )
        .route(
            "/account",
            get(async |headers: HeaderMap| {
                let cookie = headers["cookie"].to_str().unwrap();
                session(ALICE, cookie).await;
                "an account"
            }),
        )
        .layer(agent.layer())
}

/// A file that is gone at the end of the test.
struct List(PathBuf);

impl List {
    fn new(name: &str, text: &str) -> Self {
        let name = format!("sqreen-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, text).unwrap();
        Self(path)
    }
}

impl Drop for List {
    fn drop(&mut self) {
        // One that is gone already is no matter.
        let _ = std::fs::remove_file(&self.0);
    }
}

fn at_risk(agent: &Agent) -> Vec<(String, Severity, Vec<String>)> {
    let risks = agent.at_risk().into_iter();
    let names = |risk: &sqreen::bans::AtRisk| {
        let mut names: Vec<_> =
            (risk.causes.iter().map(|cause| cause.playbook.to_string())).collect();
        names.sort_unstable();
        names
    };
    risks
        .map(|risk| {
            (
                risk.user.primary_key().1.to_owned(),
                risk.severity,
                names(&risk),
            )
        })
        .collect()
}

#[tokio::test]
async fn whoever_logs_in_through_tor_for_the_first_time_is_at_risk_and_for_the_second_is_not() {
    let exits = List::new("tor", "# exits\n203.0.113.9\n203.0.113.10\n");
    let clock = clock();
    let agent = Agent::builder()
        .intel(Sources::new().tor(&exits.0))
        .clock(clock.clone())
        .build()
        .unwrap();
    let app = app(&agent);
    let log_in = async |from: &str, email: &str| {
        let path = format!("/login/{email}/right");
        submit(&path).from(from).send(&app).await.status
    };
    // Somebody who signs up through Tor is somebody who uses it.
    assert_eq!(log_in("203.0.113.10", BOB).await, StatusCode::OK);
    assert_eq!(log_in("203.0.113.9", BOB).await, StatusCode::OK);
    assert_eq!(log_in(HOME, ALICE).await, StatusCode::OK);
    assert_eq!(at_risk(&agent), []);

    assert_eq!(log_in("203.0.113.9", ALICE).await, StatusCode::OK);
    let tor = (ALICE.to_owned(), Severity::Medium, vec!["tor".to_owned()]);
    assert_eq!(at_risk(&agent), [tor]);

    clock.advance(Duration::from_secs(24 * 60 * 60));
    assert_eq!(at_risk(&agent), [], "it ends");
    assert_eq!(log_in("203.0.113.10", ALICE).await, StatusCode::OK);
    assert_eq!(at_risk(&agent), [], "it is what she does now");
}

#[tokio::test]
async fn a_guessed_password_puts_the_account_at_critical_risk_and_asks_for_a_second_proof() {
    let agent = agent();
    let app = app(&agent);
    let log_in = async |from: &str, password: &str| {
        let path = format!("/login/{ALICE}/{password}");
        submit(&path).from(from).send(&app).await
    };
    log_in(HOME, "right").await;
    for n in 0..10 {
        let answer = log_in(&elsewhere(n << 8), "wrong").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    // At home nobody is asked for anything.
    assert_eq!(log_in(HOME, "right").await.headers["step-up"], "false");
    assert_eq!(at_risk(&agent), []);

    let taken = log_in(ATTACKER, "right").await;
    assert_eq!(taken.status, StatusCode::OK);
    assert_eq!(taken.headers["step-up"], "true");
    let [(email, severity, causes)] = &at_risk(&agent)[..] else {
        panic!("one account is at risk: {:?}", at_risk(&agent))
    };
    assert_eq!((&**email, *severity), (ALICE, Severity::Critical));
    assert_eq!(causes, &["takeover-after-cracking"]);
}

#[tokio::test]
async fn one_password_on_many_accounts_is_told_of_and_kept_nowhere() {
    let agent = agent();
    let app = app(&agent);
    for n in 0..10 {
        let path = format!("/login/{}/Winter-2026", somebody(n));
        submit(&path).from(&elsewhere(n << 8)).send(&app).await;
    }
    let decisions = decisions(&agent).await;
    let names: Vec<&str> = (decisions.iter().map(|decision| &*decision.playbook)).collect();
    assert_eq!(names, ["password-spraying"]);
    assert!(
        decisions[0].responses.is_empty(),
        "people are told, nobody is refused"
    );
    assert!(!format!("{:?}", events(&agent).await).contains("Winter"));

    let careless = Agent::builder().build().unwrap();
    let app = super::app(&careless);
    for n in 0..10 {
        super::fails(&app, &elsewhere(n << 8), &somebody(n)).await;
    }
    assert_eq!(
        super::decisions(&careless).await.len(),
        0,
        "without `secret` it is not seen"
    );
}

#[tokio::test]
async fn a_session_that_changes_its_network_and_its_browser_at_once_is_at_risk() {
    let agent = agent();
    let app = app(&agent);
    let visit = async |from: &str, browser: &str| {
        let call = visit("/account").from(from).header("user-agent", browser);
        call.header("cookie", "session=abc").send(&app).await;
        within(agent.flush()).await;
    };
    visit(HOME, FIREFOX).await;
    // A phone takes another network, a browser an update.
    visit(NEXT_DOOR, FIREFOX).await;
    visit("192.0.2.55", FIREFOX).await;
    visit("192.0.2.55", CURL).await;
    assert_eq!(at_risk(&agent), []);
    visit(HOME, FIREFOX).await;
    let taken_over = vec!["session-taken-over".to_owned()];
    assert_eq!(
        at_risk(&agent),
        [(ALICE.to_owned(), Severity::High, taken_over)]
    );
}

struct Account {
    id: u64,
}

#[sqreen::track_auth(user = "email", user_from = |account| ("id", account.id))]
async fn log_in_by_id(email: &str, password: &str) -> Option<Account> {
    let _ = email;
    (password == "right").then_some(Account { id: 7 })
}

#[tokio::test]
async fn whoever_is_known_by_another_name_than_they_type_is_asked_by_that_name() {
    let agent = agent();
    let app = Router::new()
        .route(
            "/login/{email}/{password}",
            post(async |Path((email, password)): Path<(String, String)>| {
                let _ = log_in_by_id(&email, &password).await;
                sqreen::step_up_required().to_string()
            }),
        )
        .route(
            "/account",
            get(async || {
                sqreen::identify(("id", 7_u64)).await.ok();
                sqreen::step_up_required().to_string()
            }),
        )
        .layer(agent.layer());
    for n in 0..10 {
        let guess = submit(&format!("/login/{ALICE}/wrong"));
        guess.from(&elsewhere(n << 8)).send(&app).await;
    }
    let taken = submit(&format!("/login/{ALICE}/right"));
    assert_eq!(taken.from(ATTACKER).send(&app).await.body, "true");
    assert_eq!(
        visit("/account").from(ATTACKER).send(&app).await.body,
        "true"
    );
    assert_eq!(agent.at_risk()[0].user.primary_key(), ("id", "7"));
    agent.pardon(sqreen::UserIdentifiers::new("id", &7_u64).unwrap());
    assert_eq!(
        visit("/account").from(ATTACKER).send(&app).await.body,
        "false"
    );
}
