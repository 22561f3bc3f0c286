//! Extractors of axum that read who the user is from a bearer token, in each of the ways they are written.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may fail"
)]

use std::convert::Infallible;

use axum::extract::{FromRef, FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, RequestPartsExt, Router};
use serde::Serialize;
use serde_json::json;
use sqreen::Agent;
use sqreen_applications::accounts::{Accounts, Unreachable};
use sqreen_applications::sealed;
use sqreen_applications::story::story;
use sqreen_applications::support::*;

#[derive(Clone)]
struct AppState {
    accounts: Accounts,
}

impl FromRef<AppState> for Accounts {
    fn from_ref(state: &AppState) -> Self {
        state.accounts.clone()
    }
}

#[derive(Debug)]
enum AuthError {
    MissingCredentials,
    InvalidToken,
    Unavailable,
}

impl IntoResponse for AuthError {
    fn into_response(self) -> Response {
        let (status, message) = match self {
            Self::MissingCredentials => (StatusCode::UNAUTHORIZED, "missing credentials"),
            Self::InvalidToken => (StatusCode::UNAUTHORIZED, "invalid token"),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "try again later"),
        };
        (status, Json(json!({ "error": message }))).into_response()
    }
}

impl From<Unreachable> for AuthError {
    fn from(_: Unreachable) -> Self {
        Self::Unavailable
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .strip_prefix("Bearer ")
}

/// Looks the account up.
struct CurrentUser {
    id: i64,
    email: String,
}

impl<S> FromRequestParts<S> for CurrentUser
where
    S: Send + Sync,
    Accounts: FromRef<S>,
{
    type Rejection = AuthError;

    #[sqreen::identify(user_from = |user| user.email)]
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let token = bearer(&parts.headers).ok_or(AuthError::MissingCredentials)?;
        let email = sealed::open(token).ok_or(AuthError::InvalidToken)?;
        let accounts = Accounts::from_ref(state);
        let account = accounts.by_email(email).await?;
        let account = account.ok_or(AuthError::InvalidToken)?;
        Ok(Self {
            id: account.id,
            email: account.email,
        })
    }
}

/// Believes what the token says.
#[derive(Clone, Serialize)]
struct Claims {
    sub: String,
}

struct AuthUser(Claims);

impl<S> FromRequestParts<S> for AuthUser
where
    S: Send + Sync,
{
    type Rejection = (StatusCode, &'static str);

    #[sqreen::identify(user_from = |AuthUser(claims)| ("email", &claims.sub))]
    fn from_request_parts(
        parts: &mut Parts,
        _state: &S,
    ) -> impl std::future::Future<Output = Result<Self, Self::Rejection>> + Send {
        let claims = bearer(&parts.headers)
            .and_then(sealed::open)
            .map(|email| Claims {
                sub: email.to_owned(),
            });
        async move {
            claims
                .map(AuthUser)
                .ok_or((StatusCode::UNAUTHORIZED, "missing or invalid token"))
        }
    }
}

/// For pages that greet those they know.
struct Visitor {
    email: String,
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    #[sqreen::identify(user_from = |visitor| visitor.email)]
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Self::Rejection> {
        let user = parts.extract::<AuthUserUnseen>().await.ok();
        Ok(user.map(|user| Self { email: user.0 }))
    }
}

struct AuthUserUnseen(String);

impl<S: Sync> FromRequestParts<S> for AuthUserUnseen {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        let email = bearer(&parts.headers).and_then(sealed::open);
        email
            .map(|email| Self(email.to_owned()))
            .ok_or(StatusCode::UNAUTHORIZED)
    }
}

fn app(agent: &Agent, accounts: &Accounts) -> Router {
    let visitor = async |visitor: Option<Visitor>| {
        visitor.map_or_else(|| "stranger".to_owned(), |visitor| visitor.email)
    };
    Router::new()
        .route(
            "/account",
            get(async |user: CurrentUser| format!("{} {}", user.id, user.email)),
        )
        .route("/claims", get(async |user: AuthUser| user.0.sub))
        .route("/", get(visitor))
        .with_state(AppState {
            accounts: accounts.clone(),
        })
        .layer(agent.layer())
}

async fn see(app: &Router, path: &str, token: &str) -> Answer {
    visit(path)
        .header("authorization", &format!("Bearer {token}"))
        .send(app)
        .await
}

const PAGES: [&str; 3] = ["/account", "/claims", "/"];

#[tokio::test]
async fn each_extractor_makes_the_request_its_users() {
    let (agent, accounts) = (agent(), Accounts::of_alice_and_bob());
    let app = app(&agent, &accounts);
    let token = sealed::seal(ALICE);
    for (page, shown) in PAGES.into_iter().zip(["1 alice@example.com", ALICE, ALICE]) {
        assert_eq!(see(&app, page, &token).await.body, shown);
    }
    assert_eq!(story(&agent).await, ["session email=alice@example.com"; 3]);
    assert_eq!(agent.diagnostics(), []);
}

#[tokio::test]
async fn without_a_token_or_the_accounts_nobody_is_seen() {
    let (agent, accounts) = (agent(), Accounts::of_alice_and_bob());
    let app = app(&agent, &accounts);
    for (page, status) in PAGES.into_iter().zip([401, 401, 200]) {
        assert_eq!(visit(page).send(&app).await.status, status);
        assert_eq!(
            see(&app, page, "alice@example.com.forged").await.status,
            status
        );
    }
    accounts.go_down();
    assert_eq!(
        see(&app, "/account", &sealed::seal(ALICE)).await.status,
        503
    );
    assert_eq!(story(&agent).await, [""; 0]);
}

#[tokio::test]
async fn a_banned_user_is_refused_by_each_extractor() {
    let agent = agent();
    let app = app(&agent, &Accounts::of_alice_and_bob());
    ban(&agent, user(ALICE));
    for page in PAGES {
        assert!(
            see(&app, page, &sealed::seal(ALICE)).await.is_refusal(),
            "{page}"
        );
        assert_eq!(
            see(&app, page, &sealed::seal(BOB)).await.status,
            200,
            "{page}"
        );
    }
}
