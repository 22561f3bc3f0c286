//! `secret`: a digest of what was rejected, and nothing else.

mod nested;
mod nowhere;
mod sessions;

use std::borrow::Cow;
use std::future::{Future, pending};
use std::pin::Pin;
use std::task::{Context, Waker};

use axum::http::StatusCode;
use sqreen::event::{Attempt, DigestKey, Outcome, SecretDigest, SessionDigest};
use sqreen::{Agent, LoginOptions, SecretValue, SessionOptions, Sqreen};

use crate::AuthError;
use crate::support::*;

const WRONG: &str = "zebra-umbrella-wrong-91";
const RIGHT: &str = "zebra-umbrella-right-17";
const COOKIE: &str = "zebra-umbrella-cookie-55";
const SHARED: &[u8] = b"zebra-umbrella-shared-key";

struct Form {
    email: String,
    password: String,
}

fn form(email: &str, password: &str) -> Form {
    Form {
        email: email.to_owned(),
        password: password.to_owned(),
    }
}

#[sqreen::track_auth(secret = "password")]
async fn log_in(email: &str, password: &str) -> Result<(), AuthError> {
    let _ = email;
    match password {
        RIGHT => Ok(()),
        "down" => Err(AuthError::Database("down")),
        _ => Err(AuthError::WrongPassword { left: 1 }),
    }
}

#[sqreen::track_auth(secret = password, error = AuthError::Database(_))]
fn log_in_at_once(email: &str, password: &str) -> Result<(), AuthError> {
    block_on(log_in_without_a_word(email, password))
}

async fn log_in_without_a_word(email: &str, password: &str) -> Result<(), AuthError> {
    let _ = email;
    match password {
        RIGHT => Ok(()),
        "down" => Err(AuthError::Database("down")),
        _ => Err(AuthError::WrongPassword { left: 1 }),
    }
}

#[sqreen::track_auth(user = form.email, secret = form.password)]
async fn moves_the_form(form: Form) -> bool {
    tokio::task::yield_now().await;
    let Form { password, .. } = form;
    password == RIGHT
}

#[sqreen::track_auth(user = form.email, secret = form.password)]
fn moves_the_form_into_a_future(form: Form) -> Pin<Box<dyn Future<Output = bool> + Send>> {
    let password = form.password;
    Box::pin(async move { password == RIGHT })
}

#[sqreen::track_auth(secret = password)]
async fn never_ends(email: &str, password: &str) -> bool {
    let _ = (email, password);
    pending().await
}

#[sqreen::track_auth(secret = password)]
async fn answers(email: &str, password: &str, status: StatusCode) -> StatusCode {
    let _ = (email, password);
    status
}

#[sqreen::track_auth(secret = password)]
fn of_any_kind<T: SecretValue>(email: &str, password: T) -> bool {
    let _ = (email, password.bytes());
    false
}

/// As the crate `secrecy` has it.
struct Hidden(String);

impl Hidden {
    fn expose_secret(&self) -> &str {
        &self.0
    }

    fn panics(&self) -> &str {
        panic!("provoked")
    }
}

#[sqreen::track_auth(secret = password.expose_secret())]
fn of_a_wrapper(email: &str, password: &Hidden) -> bool {
    let _ = (email, password.expose_secret());
    false
}

/// What was recorded, of each login.
async fn digests(agent: &Agent) -> Vec<(Outcome, Option<SecretDigest>)> {
    let digest = |login: &Attempt| (login.outcome, login.secret);
    logins(agent).await.iter().map(digest).collect()
}

/// The digests of failures, which all have to have one.
async fn rejected(agent: &Agent) -> Vec<SecretDigest> {
    digests(agent)
        .await
        .into_iter()
        .map(|(outcome, digest)| {
            assert_eq!(outcome, Outcome::Failure);
            digest.expect("a failure has a digest")
        })
        .collect()
}

/// An agent of an application with several instances.
fn instance() -> Agent {
    Agent::builder().digest_secret(SHARED).build().unwrap()
}

/// The digest of a secret, as every instance has it.
fn digest(secret: &str) -> SecretDigest {
    DigestKey::shared(SHARED).unwrap().secret(secret.as_bytes())
}

/// The digest of what names a session, as every instance has it.
fn session_digest(token: &str) -> SessionDigest {
    DigestKey::shared(SHARED).unwrap().session(token.as_bytes())
}

#[tokio::test]
async fn a_digest_is_kept_of_a_secret_that_was_rejected_and_of_no_other() {
    let agent = instance();
    serve(&agent, async |_| {
        log_in(ALICE, WRONG).await.unwrap_err();
        log_in(ALICE, RIGHT).await.unwrap();
        log_in_at_once(ALICE, WRONG).unwrap_err();
        log_in_at_once(ALICE, RIGHT).unwrap();
        log_in_at_once(ALICE, "down").unwrap_err();
        let mut cancelled = Box::pin(never_ends(ALICE, WRONG));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(cancelled.as_mut().poll(&mut cx).is_pending());
    })
    .await;
    let wrong = Some(digest(WRONG));
    assert_eq!(
        digests(&agent).await,
        [
            (Outcome::Failure, wrong),
            (Outcome::Success, None),
            (Outcome::Failure, wrong),
            (Outcome::Success, None),
            (Outcome::Error, None),
            (Outcome::Cancelled, None),
        ]
    );
}

#[tokio::test]
async fn one_password_on_two_accounts_has_one_digest_and_another_has_another() {
    let agent = agent();
    serve(&agent, async |_| {
        log_in(ALICE, WRONG).await.unwrap_err();
        log_in(BOB, WRONG).await.unwrap_err();
        log_in(ALICE, "another").await.unwrap_err();
    })
    .await;
    let digests = rejected(&agent).await;
    assert_eq!(digests[0], digests[1]);
    assert_ne!(digests[0], digests[2]);
}

#[tokio::test]
async fn the_digest_is_of_what_was_handed_over_whatever_the_body_does_with_it() {
    let agent = instance();
    serve(&agent, async |_| {
        assert!(!moves_the_form(form(ALICE, WRONG)).await);
        assert!(!moves_the_form_into_a_future(form(ALICE, WRONG)).await);
        assert!(moves_the_form_into_a_future(form(ALICE, RIGHT)).await);
    })
    .await;
    let wrong = Some(digest(WRONG));
    assert_eq!(
        digests(&agent).await,
        [
            (Outcome::Failure, wrong),
            (Outcome::Failure, wrong),
            (Outcome::Success, None)
        ]
    );
}

#[tokio::test]
async fn texts_and_bytes_of_every_kind_have_the_same_digest() {
    let agent = instance();
    serve(&agent, async |_| {
        let text = WRONG.to_owned();
        of_any_kind(ALICE, WRONG);
        of_any_kind(ALICE, &text);
        of_any_kind(ALICE, text.as_bytes());
        of_any_kind(ALICE, text.clone().into_bytes());
        of_any_kind(ALICE, text.clone().into_boxed_str());
        of_any_kind(ALICE, Cow::Borrowed(WRONG));
        of_any_kind(ALICE, Some(&text));
        of_any_kind(ALICE, text.clone());
        of_a_wrapper(ALICE, &Hidden(text));
    })
    .await;
    assert_eq!(rejected(&agent).await, [digest(WRONG); 9]);
}

#[tokio::test]
async fn no_digest_is_made_of_nothing() {
    let agent = agent();
    serve(&agent, async |sqreen| {
        of_any_kind(ALICE, "");
        of_any_kind(ALICE, None::<&str>);
        sqreen
            .auth_track_with(false, ("email", ALICE), LoginOptions::new().secret(""))
            .await
            .unwrap();
        let session = SessionOptions::new().session("");
        sqreen
            .identify_with(("email", ALICE), session)
            .await
            .unwrap();
    })
    .await;
    assert_eq!(digests(&agent).await, [(Outcome::Failure, None); 3]);
    assert_eq!(sessions(&agent).await[0].session, None);
}

#[tokio::test]
async fn an_answer_that_says_the_service_failed_takes_the_digest_back() {
    let agent = agent();
    let app = axum::Router::new()
        .route(
            "/",
            axum::routing::get(async || {
                answers(ALICE, WRONG, StatusCode::UNAUTHORIZED).await;
                StatusCode::SERVICE_UNAVAILABLE
            }),
        )
        .layer(agent.layer());
    visit("/").send(&app).await;
    assert_eq!(digests(&agent).await, [(Outcome::Error, None)]);
}

/// A secret that knows whether anybody looked at it.
struct Watched(Tally);

impl SecretValue for Watched {
    fn bytes(&self) -> &[u8] {
        self.0.hit();
        WRONG.as_bytes()
    }
}

#[sqreen::track_auth(secret = password)]
fn of_a_watched_one(email: &str, password: &Watched) -> bool {
    let _ = (email, password);
    false
}

#[tokio::test]
async fn a_secret_is_looked_at_once_and_not_without_an_agent() {
    let looked = Watched(Tally::default());
    assert!(!of_a_watched_one(ALICE, &looked));
    assert_eq!(looked.0.count(), 0, "there is no agent here");

    let agent = agent();
    let seen = looked.0.clone();
    serve(&agent, move |_| {
        let looked = Watched(seen.clone());
        async move {
            assert!(!of_a_watched_one(ALICE, &looked));
        }
    })
    .await;
    assert_eq!(looked.0.count(), 1);
}

#[sqreen::track_auth(user = login, secret = password, context = sqreen)]
fn on_a_thread(sqreen: &Sqreen, login: &str, password: &str) -> bool {
    let _ = (sqreen, login, password);
    false
}

#[tokio::test]
async fn the_key_is_that_of_the_agent_whose_request_it_is() {
    let agent = instance();
    serve(&agent, async |sqreen| {
        let thread = tokio::task::spawn_blocking(move || on_a_thread(&sqreen, ALICE, WRONG));
        assert!(!thread.await.unwrap());
    })
    .await;
    assert_eq!(rejected(&agent).await, [digest(WRONG)]);
}

#[tokio::test]
async fn agents_that_share_a_secret_agree_and_others_do_not() {
    let told = async |agent: Agent| {
        serve(&agent, async |sqreen| {
            log_in(ALICE, WRONG).await.unwrap_err();
            let session = SessionOptions::new().session(COOKIE);
            sqreen
                .identify_with(("email", ALICE), session)
                .await
                .unwrap();
        })
        .await;
        let session = sessions(&agent).await[0].session.unwrap();
        (rejected(&agent).await[0], session)
    };
    let (one, other) = (told(instance()).await, told(instance()).await);
    assert_eq!(one, other);
    let (one, other) = (told(agent()).await, told(agent()).await);
    assert_ne!(one.0, other.0);
    assert_ne!(one.1, other.1);
}

#[test]
fn a_secret_that_is_too_short_to_share_is_refused_and_not_repeated() {
    let error = Agent::builder()
        .digest_secret(b"hunter2")
        .build()
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "for digests, the secret has 7 bytes: give at least 16, from a random source"
    );
    assert!(!format!("{error:?}").contains("hunter2"));
}

#[tokio::test]
async fn the_functions_without_attributes_keep_the_same() {
    let agent = instance();
    serve(&agent, async |sqreen| {
        let wrong = WRONG.to_owned();
        let tried = LoginOptions::new().secret(&wrong);
        sqreen::auth_track_with(false, ("email", ALICE), tried)
            .await
            .unwrap();
        sqreen::auth_track_with(true, ("email", ALICE), tried)
            .await
            .unwrap();
        sqreen
            .auth_track_with(false, ("email", BOB), tried)
            .await
            .unwrap();
        let session = SessionOptions::new()
            .session(COOKIE)
            .traits(sqreen::Traits::new().with("plan", "business"));
        sqreen::identify_with(("email", ALICE), session)
            .await
            .unwrap();
    })
    .await;
    let wrong = Some(digest(WRONG));
    assert_eq!(
        digests(&agent).await,
        [
            (Outcome::Failure, wrong),
            (Outcome::Success, None),
            (Outcome::Failure, wrong)
        ]
    );
    let session = &sessions(&agent).await[0];
    assert_eq!(session.session, Some(session_digest(COOKIE)));
    assert_eq!(session.traits.get("plan"), Some("business"));
}
