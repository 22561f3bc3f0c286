//! A banned user is refused at login and sign-up: no password is checked and no account opened.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, post};
use sqreen::event::{Outcome, RefusalPoint};
use sqreen::{Refused, Sqreen};
use tokio::sync::Notify;

use super::{User, log_in, session_without_a_word, slow_login, the_user};
use crate::support::*;

#[sqreen::track_signup(user = "email")]
async fn sign_up(email: &str, opened: &Tally) -> Result<User, &'static str> {
    opened.hit();
    Ok(the_user(email))
}

#[tokio::test]
async fn a_banned_user_is_refused_at_login_before_the_password_is_checked() {
    let (agent, checked) = (agent(), Tally::default());
    let (tally, after) = (checked.clone(), Tally::default());
    let beyond = after.clone();
    let app = Router::new()
        .route(
            "/login/{email}",
            post(
                async move |axum::extract::Path(email): axum::extract::Path<String>| {
                    let user = log_in(&email, &tally).await;
                    beyond.hit();
                    user.map(|user| user.email).unwrap_or_default()
                },
            ),
        )
        .layer(agent.layer());
    assert_eq!(
        submit("/login/alice@example.com").send(&app).await.body,
        ALICE
    );
    assert_eq!((checked.count(), after.count()), (1, 1));

    ban(&agent, user(ALICE));
    assert!(
        submit("/login/alice@example.com")
            .send(&app)
            .await
            .is_refusal()
    );
    assert_eq!((checked.count(), after.count()), (1, 1));
    assert_eq!(submit("/login/bob@example.com").send(&app).await.body, BOB);
    assert_eq!(logins(&agent).await.len(), 2, "a refused login is none");
    let refused = refusals(&agent).await;
    assert_eq!(
        (refused[0].point, &refused[0].user),
        (RefusalPoint::Login, &Some(user(ALICE)))
    );
}

#[tokio::test]
async fn a_banned_user_is_refused_at_sign_up_before_the_account_is_opened() {
    let (agent, opened) = (agent(), Tally::default());
    let tally = opened.clone();
    let app = Router::new()
        .route(
            "/",
            post(async move || sign_up(ALICE, &tally).await.map(|user| user.email)),
        )
        .layer(agent.layer());
    ban(&agent, user(ALICE));
    assert!(submit("/").send(&app).await.is_refusal());
    assert_eq!(opened.count(), 0);
    assert_eq!(refusals(&agent).await[0].point, RefusalPoint::SignUp);
}

#[derive(Debug, thiserror::Error)]
enum LoginError {
    #[error("the password is wrong")]
    Password,
    #[error(transparent)]
    Refused(#[from] Refused),
}

#[sqreen::track_auth(user = "email")]
async fn log_in_or_say_why(email: &str, right: bool, checked: &Tally) -> Result<User, LoginError> {
    checked.hit();
    if right {
        Ok(the_user(email))
    } else {
        Err(LoginError::Password)
    }
}

#[sqreen::identify]
async fn session_or_why(email: &str) -> Result<User, LoginError> {
    Ok(the_user(email))
}

#[tokio::test]
async fn a_function_whose_error_is_made_from_a_refusal_returns_it() {
    let (agent, checked) = (agent(), Tally::default());
    let said = Arc::new(Mutex::new(Vec::new()));
    let (tally, says) = (checked.clone(), said.clone());
    let app = Router::new()
        .route(
            "/",
            get(async move || {
                let login = log_in_or_say_why(ALICE, true, &tally)
                    .await
                    .map(|user| user.email);
                let session = session_or_why(ALICE).await.map(|user| user.email);
                says.lock().unwrap().extend([login, session]);
                StatusCode::UNAUTHORIZED
            }),
        )
        .layer(agent.layer());
    let id = ban(&agent, user(ALICE));
    let answer = visit("/").send(&app).await;
    assert!(
        answer.is_refusal(),
        "whatever the handler makes of it: {answer:?}"
    );
    assert_eq!(checked.count(), 0);
    let said = said.lock().unwrap();
    for said in said.iter() {
        assert!(
            matches!(said, Err(LoginError::Refused(refused)) if refused.decision() == id),
            "{said:?}"
        );
    }
    assert_eq!(said.len(), 2);
}

#[sqreen::track_auth(user = "email")]
fn quick_login(email: &str, checked: &Tally) -> Option<User> {
    checked.hit();
    Some(the_user(email))
}

#[sqreen::track_auth(user = "email")]
fn quick_check(email: &str, checked: &Tally) -> bool {
    checked.hit();
    !email.is_empty()
}

#[sqreen::track_auth(user = "email")]
fn quick_query(email: &str, checked: &Tally) -> Result<Option<User>, String> {
    checked.hit();
    Ok(Some(the_user(email)))
}

#[sqreen::identify]
fn quick_session(email: &str) -> Option<User> {
    Some(the_user(email))
}

#[sqreen::track_auth(user = "email")]
fn login_without_a_word(email: &str, checked: &Tally) -> Result<User, String> {
    checked.hit();
    Ok(the_user(email))
}

#[tokio::test]
async fn a_sync_function_that_can_say_nobody_says_it_and_runs_no_further() {
    let (agent, checked) = (agent(), Tally::default());
    let said = Arc::new(Mutex::new(Vec::new()));
    let (tally, says) = (checked.clone(), said.clone());
    let app = Router::new()
        .route(
            "/",
            get(async move || {
                let query = quick_query(ALICE, &tally).is_ok_and(|user| user.is_some());
                let session = quick_session(ALICE).is_some();
                says.lock().unwrap().extend([
                    quick_login(ALICE, &tally).is_some(),
                    quick_check(ALICE, &tally),
                    query,
                    session,
                ]);
            }),
        )
        .layer(agent.layer());
    assert_eq!(visit("/").send(&app).await.status, StatusCode::OK);
    assert_eq!(std::mem::take(&mut *said.lock().unwrap()), [true; 4]);
    assert_eq!(checked.count(), 3);

    ban(&agent, user(ALICE));
    assert!(visit("/").send(&app).await.is_refusal());
    assert_eq!(*said.lock().unwrap(), [false; 4]);
    assert_eq!(checked.count(), 3);
}

#[tokio::test]
async fn a_sync_function_that_cannot_goes_on_and_the_answer_is_replaced() {
    let (agent, checked, after) = (agent(), Tally::default(), Tally::default());
    let (tally, beyond) = (checked.clone(), after.clone());
    let app = Router::new()
        .route(
            "/login",
            get({
                let beyond = beyond.clone();
                async move || {
                    assert_eq!(login_without_a_word(ALICE, &tally).unwrap().email, ALICE);
                    beyond.hit();
                }
            }),
        )
        .route(
            "/session",
            get(async move || {
                assert_eq!(session_without_a_word(ALICE).email, ALICE);
                beyond.hit();
            }),
        )
        .layer(agent.layer());
    ban(&agent, user(ALICE));
    assert!(visit("/login").send(&app).await.is_refusal());
    assert!(visit("/session").send(&app).await.is_refusal());
    assert_eq!((checked.count(), after.count()), (1, 2));
    assert_eq!(logins(&agent).await.len(), 0, "a refused login is none");
}

#[tokio::test]
async fn a_login_that_succeeds_after_the_ban_came_is_withheld() {
    let agent = agent();
    let (started, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let whose = Arc::new(Mutex::new(None));
    let (sent, goes, says) = (started.clone(), go.clone(), whose.clone());
    let app = Router::new()
        .route(
            "/",
            post(async move |sqreen: Sqreen| {
                let found = slow_login(ALICE, &sent, &goes).await.is_some();
                *says.lock().unwrap() = Some((found, sqreen.user()));
                "welcome"
            }),
        )
        .layer(agent.layer());
    let running = tokio::spawn(async move { submit("/").send(&app).await });
    within(started.notified()).await;
    ban(&agent, user(ALICE));
    go.notify_one();
    assert!(
        running.await.unwrap().is_refusal(),
        "the session cookie does not get out"
    );
    assert_eq!(
        *whose.lock().unwrap(),
        Some((true, None)),
        "the function's value stays, the request is nobody's"
    );
    let login = &logins(&agent).await[0];
    assert_eq!((login.outcome, login.withheld), (Outcome::Success, true));
}
