//! `session`: a token, a cookie's value, what an extractor finds.
#![deny(warnings)]
#![forbid(unsafe_code)]

use std::future::Future;
use std::pin::Pin;

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

#[derive(Debug, PartialEq, sqreen::Identity)]
pub struct User {
    email: String,
}

pub struct Cookie(String);

impl Cookie {
    pub fn value(&self) -> &str {
        &self.0
    }
}

fn alice() -> User {
    User { email: "alice@example.com".to_owned() }
}

#[sqreen::identify(session = "token")]
async fn by_token(token: String) -> Option<User> {
    (token == "right").then(alice)
}

#[sqreen::identify(session = cookie.value())]
fn by_cookie(cookie: Cookie) -> Option<User> {
    (cookie.0 == "right").then(alice)
}

#[sqreen::identify(session = token, user_from = |user| user.email)]
fn in_a_box(token: &[u8]) -> Pin<Box<dyn Future<Output = Option<User>> + Send + '_>> {
    Box::pin(async move { (token == b"right").then(alice) })
}

#[sqreen::identify(user = session.email, session = session.id)]
pub async fn middleware(session: Session, request: Request, next: Next) -> Response {
    drop(session);
    next.run(request).await
}

pub struct Session {
    pub email: String,
    pub id: Option<[u8; 16]>,
}

impl<S: Sync> FromRequestParts<S> for User {
    type Rejection = StatusCode;

    #[sqreen::identify(session = parts.headers.get("cookie").map(|cookie| cookie.as_bytes()))]
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        let known = |headers: &HeaderMap| headers.get("cookie").is_some_and(|cookie| cookie == "right");
        known(&parts.headers).then(alice).ok_or(StatusCode::UNAUTHORIZED)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(by_token("right".to_owned()).await, Some(alice()));
    assert_eq!(by_cookie(Cookie("right".to_owned())), Some(alice()));
    assert_eq!(in_a_box(b"right").await, Some(alice()));
    let (mut parts, ()) = axum::http::Request::builder().header("cookie", "right").body(()).unwrap().into_parts();
    assert_eq!(User::from_request_parts(&mut parts, &()).await, Ok(alice()));
}
