//! What `#[sqreen::auto]` watches is watched as by an attribute of its own.

#![cfg(feature = "axum")]
#![allow(
    missing_debug_implementations,
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail"
)]

// Where `auto` looks for axum-login, whose traits are written out below.
extern crate self as axum_login;

#[path = "support/mod.rs"]
mod support;

use std::fmt::Display;
use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, post};
use sqreen::event::{Outcome, What};
use sqreen::registry::{Instrumented, SiteKind};
use sqreen::{Agent, UserIdentifiers};

use support::*;

/// As axum-login 0.18 has it, as far as it matters here.
pub trait AuthUser: Clone + Send + Sync {
    type Id: Display + Clone + Send + Sync;

    fn id(&self) -> Self::Id;
}

/// As axum-login 0.18 has it.
pub trait AuthnBackend: Clone + Send + Sync {
    type User: AuthUser;
    type Credentials: Send + Sync;
    type Error: std::error::Error + Send + Sync;

    fn authenticate(
        &self,
        creds: Self::Credentials,
    ) -> impl Future<Output = Result<Option<Self::User>, Self::Error>> + Send;

    fn get_user(
        &self,
        user_id: &<Self::User as AuthUser>::Id,
    ) -> impl Future<Output = Result<Option<Self::User>, Self::Error>> + Send;
}

#[derive(Clone)]
pub struct User {
    id: u64,
}

impl AuthUser for User {
    type Id = u64;

    fn id(&self) -> u64 {
        self.id
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the database is down")]
pub struct Down;

#[sqreen::auto]
mod backend {
    use super::{AuthnBackend, Down, User};

    pub struct Creds {
        pub username: String,
        pub password: String,
    }

    #[derive(Clone)]
    pub struct Backend;

    impl AuthnBackend for Backend {
        type User = User;
        type Credentials = Creds;
        type Error = Down;

        async fn authenticate(&self, creds: Self::Credentials) -> Result<Option<User>, Down> {
            match creds.password.as_str() {
                "right" => Ok(Some(User { id: 7 })),
                "down" => Err(Down),
                _ => Ok((creds.username.is_empty()).then_some(User { id: 0 })),
            }
        }

        async fn get_user(&self, id: &u64) -> Result<Option<User>, Down> {
            match *id {
                9 => Err(Down),
                id => Ok((id == 7).then_some(User { id })),
            }
        }
    }

    pub async fn log_in(form: Creds) -> Result<bool, Down> {
        Ok(Backend.authenticate(form).await?.is_some())
    }
}

#[async_trait::async_trait]
pub trait Accounts: Sync {
    async fn login(&self, email: &str, right: bool) -> Option<u8>;

    async fn register(&self, form: Form<SignUp>) -> Result<u8, Down>;
}

pub struct Form<T>(T);

pub struct Service;

#[sqreen::auto]
mod service {
    use super::{Accounts, Down, Form, Service, async_trait};

    pub struct SignUp {
        pub email: String,
    }

    #[async_trait]
    impl Accounts for Service {
        async fn login(&self, email: &str, right: bool) -> Option<u8> {
            (right && !email.is_empty()).then_some(1)
        }

        async fn register(&self, Form(form): Form<SignUp>) -> Result<u8, Down> {
            if form.email.is_empty() {
                Err(Down)
            } else {
                Ok(1)
            }
        }
    }
}

use async_trait::async_trait;
use backend::{Backend, Creds};
use service::SignUp;

fn creds(password: String) -> Creds {
    let username = ALICE.to_owned();
    Creds { username, password }
}

fn status<T>(found: Result<Option<T>, Down>) -> StatusCode {
    match found {
        Ok(Some(_)) => StatusCode::OK,
        Ok(None) => StatusCode::UNAUTHORIZED,
        Err(Down) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn app(agent: &Agent) -> Router {
    Router::new()
        .route(
            "/login/{password}",
            post(async |Path(password): Path<String>| {
                status(Backend.authenticate(creds(password)).await)
            }),
        )
        .route(
            "/page/{password}",
            post(async |Path(password): Path<String>| {
                status(
                    backend::log_in(creds(password))
                        .await
                        .map(|yes| yes.then_some(())),
                )
            }),
        )
        .route(
            "/users/{id}",
            get(async |Path(id): Path<u64>| status(Backend.get_user(&id).await)),
        )
        .route(
            "/service",
            post(async || {
                assert!(Service.login(BOB, true).await.is_some());
                let email = BOB.to_owned();
                status(Service.register(Form(SignUp { email })).await.map(Some))
            }),
        )
        .layer(agent.layer())
}

fn by(key: &str, value: &str) -> UserIdentifiers {
    UserIdentifiers::new(key, value).unwrap()
}

async fn sessions(agent: &Agent) -> Vec<UserIdentifiers> {
    let session = |event: &Arc<sqreen::event::Event>| match &event.what {
        What::Session(session) => Some(session.user.clone()),
        _ => None,
    };
    events(agent).await.iter().filter_map(session).collect()
}

#[tokio::test]
async fn a_backend_tells_failure_from_error() {
    let agent = agent();
    let app = app(&agent);
    for (password, status, outcome) in [
        ("right", 200, Outcome::Success),
        ("wrong", 401, Outcome::Failure),
        ("down", 500, Outcome::Error),
    ] {
        let before = logins(&agent).await.len();
        let answer = submit(&format!("/login/{password}")).send(&app).await;
        assert_eq!(answer.status, status);
        let logins = logins(&agent).await;
        assert_eq!(logins.len(), before + 1);
        let last = logins.last().unwrap();
        assert_eq!(last.outcome, outcome, "{password}");
        assert_eq!(last.user, Some(by("username", ALICE)), "{password}");
        let resolved = last.resolved.as_deref().cloned();
        let found = (outcome == Outcome::Success).then(|| by("id", "7"));
        assert_eq!(resolved, found, "{password}");
    }
}

#[tokio::test]
async fn a_handler_and_the_check_it_calls_are_one_login() {
    let agent = agent();
    let app = app(&agent);
    for password in ["right", "wrong"] {
        submit(&format!("/page/{password}")).send(&app).await;
    }
    let outcomes: Vec<_> = logins(&agent)
        .await
        .iter()
        .map(|login| login.outcome)
        .collect();
    assert_eq!(outcomes, [Outcome::Success, Outcome::Failure]);
}

#[tokio::test]
async fn the_user_of_a_session_is_the_one_that_is_found() {
    let agent = agent();
    let app = app(&agent);
    for (id, status) in [(7, 200), (8, 401), (9, 500)] {
        let answer = visit(&format!("/users/{id}")).send(&app).await;
        assert_eq!(answer.status, status);
    }
    assert_eq!(sessions(&agent).await, [by("id", "7")]);
}

#[tokio::test]
async fn a_banned_user_is_refused_at_both() {
    let agent = agent();
    let app = app(&agent);
    ban(&agent, by("username", ALICE));
    ban(&agent, by("id", "7"));
    assert!(submit("/login/right").send(&app).await.is_refusal());
    assert!(visit("/users/7").send(&app).await.is_refusal());
    assert_eq!(visit("/users/8").send(&app).await.status, 401);
}

#[tokio::test]
async fn methods_are_watched_before_async_trait_rewrites_them() {
    let agent = agent();
    let app = app(&agent);
    assert_eq!(submit("/service").send(&app).await.status, 200);
    let login = logins(&agent).await;
    assert_eq!(login.len(), 1);
    assert_eq!(login[0].user, Some(user(BOB)));
    let sign_ups = events(&agent).await;
    let sign_ups = sign_ups
        .iter()
        .filter(|event| matches!(event.what, What::SignUp(_)));
    assert_eq!(sign_ups.count(), 1);
}

fn listed() -> Vec<Instrumented> {
    let mut list = sqreen::registry::instrumentation();
    list.retain(|site| site.file.ends_with("tests/auto.rs"));
    list
}

#[test]
fn all_that_is_watched_is_listed() {
    let mut names: Vec<_> = listed()
        .iter()
        .map(|site| (site.function, site.kind))
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            ("authenticate", SiteKind::Login),
            ("get_user", SiteKind::Session),
            ("log_in", SiteKind::Login),
            ("login", SiteKind::Login),
            ("register", SiteKind::SignUp),
        ]
    );
}

#[test]
fn each_function_is_listed_at_its_own_line() {
    let source = include_str!("auto.rs");
    for site in listed() {
        let line = source.lines().nth(site.line as usize - 1).unwrap();
        let function = format!("fn {}(", site.function);
        assert!(
            line.contains(&function),
            "{site:?} is said to be at {line:?}"
        );
    }
}
