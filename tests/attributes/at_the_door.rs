//! Where the arguments say whose request it is and the function is no lookup, a banned user is stopped
//! before it runs: middleware and handlers.

use axum::Router;
use axum::extract::{FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sqreen::Identity;

use crate::support::*;

/// What a session extractor gives, in this application without a check.
#[derive(Identity)]
struct Session {
    email: String,
}

impl<S: Sync> FromRequestParts<S> for Session {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        let email = parts
            .headers
            .get("x-user")
            .ok_or(StatusCode::UNAUTHORIZED)?;
        let email = email.to_str().map_err(|_| StatusCode::BAD_REQUEST)?;
        Ok(Self {
            email: email.to_owned(),
        })
    }
}

#[sqreen::identify(user = session.email)]
async fn require_user(
    session: Session,
    request: Request,
    next: Next,
) -> Result<Response, StatusCode> {
    let _ = session;
    Ok(next.run(request).await)
}

#[sqreen::identify]
async fn by_type(session: Session, request: Request, next: Next) -> Response {
    let _ = session;
    next.run(request).await
}

#[sqreen::identify(user = session.email)]
async fn account(session: Session) -> impl IntoResponse {
    format!("hello {}", session.email)
}

#[sqreen::identify(user = email)]
fn finds_nobody(email: &str) -> Option<Session> {
    let _ = email;
    None
}

/// An extractor of the application's own.
struct Bearer(String);

#[derive(Identity)]
struct CurrentUser {
    email: String,
}

impl<S: Sync> FromRequestParts<S> for CurrentUser {
    type Rejection = (StatusCode, &'static str);

    #[sqreen::identify]
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let bearer = parts
            .headers
            .get("authorization")
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
            .map(|token| Bearer(token.to_owned()))
            .ok_or((StatusCode::UNAUTHORIZED, "no token"))?;
        Ok(Self { email: bearer.0 })
    }
}

fn app(agent: &sqreen::Agent, reached: &Tally) -> Router {
    let hello = |reached: &Tally| {
        let reached = reached.clone();
        get(async move |sqreen: sqreen::Sqreen| {
            reached.hit();
            sqreen
                .user()
                .map(|user| user.user.to_string())
                .unwrap_or_default()
        })
    };
    let mine = {
        let reached = reached.clone();
        get(async move |user: CurrentUser| {
            reached.hit();
            user.email
        })
    };
    Router::new()
        .route("/named", hello(reached).layer(from_fn(require_user)))
        .route("/by-type", hello(reached).layer(from_fn(by_type)))
        .route("/handler", get(account))
        .route("/extractor", mine)
        .layer(agent.layer())
}

#[tokio::test]
async fn whoever_an_argument_names_has_the_request_before_the_rest_of_it_runs() {
    let (agent, reached) = (agent(), Tally::default());
    let app = app(&agent, &reached);
    for path in ["/named", "/by-type"] {
        let answer = visit(path).header("x-user", ALICE).send(&app).await;
        assert_eq!(answer.body, format!("email={ALICE}"), "{path}");
    }
    assert_eq!(
        visit("/named").send(&app).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(sessions(&agent).await.len(), 2);
}

#[tokio::test]
async fn a_banned_user_gets_past_none_of_them() {
    let (agent, reached) = (agent(), Tally::default());
    let app = app(&agent, &reached);
    ban(&agent, user(ALICE));
    for path in ["/named", "/by-type", "/handler", "/extractor"] {
        let call = visit(path)
            .header("x-user", ALICE)
            .header("authorization", "Bearer alice@example.com");
        assert!(call.send(&app).await.is_refusal(), "{path}");
        let call = visit(path)
            .header("x-user", BOB)
            .header("authorization", "Bearer bob@example.com");
        assert_eq!(call.send(&app).await.status, StatusCode::OK, "{path}");
    }
    assert_eq!(reached.count(), 3, "bob's");
}

#[tokio::test]
async fn an_extractor_that_rejects_is_nobody() {
    let (agent, reached) = (agent(), Tally::default());
    let answer = visit("/extractor").send(&app(&agent, &reached)).await;
    assert_eq!(
        (answer.status, &*answer.body),
        (StatusCode::UNAUTHORIZED, "no token")
    );
    assert_eq!(sessions(&agent).await, []);
}

#[tokio::test]
async fn who_only_claims_to_be_somebody_is_not_believed() {
    let agent = agent();
    serve(&agent, async |sqreen| {
        finds_nobody(ALICE);
        assert_eq!(sqreen.user(), None);
    })
    .await;
    assert_eq!(sessions(&agent).await, []);
}
