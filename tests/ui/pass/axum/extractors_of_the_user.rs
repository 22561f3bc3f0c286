//! On the method of an extractor, which finds whose request it is.
#![deny(warnings)]
#![forbid(unsafe_code)]

use axum::Router;
use axum::extract::{FromRef, FromRequest, FromRequestParts, OptionalFromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::routing::get;
use serde::Deserialize;

#[derive(Clone)]
struct Sessions(&'static str);

#[derive(Clone, Deserialize, sqreen::Identity)]
struct User {
    email: String,
}

impl<S> FromRequestParts<S> for User
where
    S: Send + Sync,
    Sessions: FromRef<S>,
{
    type Rejection = (StatusCode, &'static str);

    #[sqreen::identify]
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let Sessions(key) = Sessions::from_ref(state);
        let session = parts.headers.get(key).ok_or((StatusCode::UNAUTHORIZED, "no session"))?;
        let email = session.to_str().map_err(|_| (StatusCode::BAD_REQUEST, "no text"))?;
        Ok(Self { email: email.to_owned() })
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for User {
    type Rejection = StatusCode;

    #[sqreen::identify]
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Option<Self>, Self::Rejection> {
        Ok(parts.extensions.get::<User>().cloned())
    }
}

struct Login(User);

impl<S: Send + Sync> FromRequest<S> for Login {
    type Rejection = StatusCode;

    #[sqreen::track_auth(user_from = |login| login.0.email)]
    async fn from_request(request: Request, state: &S) -> Result<Self, StatusCode> {
        match axum::Json::from_request(request, state).await {
            Ok(axum::Json(user)) => Ok(Self(user)),
            Err(_) => Err(StatusCode::UNAUTHORIZED),
        }
    }
}

async fn account(user: User) -> String {
    user.email
}

async fn home(user: Option<User>) -> String {
    user.map(|user| user.email).unwrap_or_default()
}

async fn login(login: Login) -> String {
    login.0.email
}

fn main() {
    let _app: Router = Router::new()
        .route("/account", get(account))
        .route("/", get(home).post(login))
        .with_state(Sessions("session"));
}
