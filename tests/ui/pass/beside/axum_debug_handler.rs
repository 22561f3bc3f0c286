//! `#[axum::debug_handler]` above and below an attribute.
#![deny(warnings)]
#![forbid(unsafe_code)]

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::{Json, debug_handler};

#[derive(Clone)]
struct Database;

#[derive(serde::Deserialize)]
struct Creds {
    email: String,
    password: String,
}

#[debug_handler]
#[sqreen::track_auth(user = creds.email)]
async fn above(State(_): State<Database>, Json(creds): Json<Creds>) -> StatusCode {
    if creds.password == "correct horse" { StatusCode::OK } else { StatusCode::UNAUTHORIZED }
}

#[sqreen::track_auth(user = creds.email)]
#[debug_handler(state = Database)]
async fn below(Json(creds): Json<Creds>) -> Result<impl IntoResponse, StatusCode> {
    if creds.password == "correct horse" { Ok(creds.email) } else { Err(StatusCode::UNAUTHORIZED) }
}

#[debug_handler]
#[tracing::instrument(skip_all)]
#[sqreen::track_auth]
async fn with_instrument(State(_database): State<Database>, email: String) -> StatusCode {
    if email.is_empty() { StatusCode::UNAUTHORIZED } else { StatusCode::OK }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let creds = || Json(Creds { email: "alice".to_owned(), password: "correct horse".to_owned() });
    assert_eq!(above(State(Database), creds()).await, StatusCode::OK);
    assert_eq!(below(creds()).await.into_response().status(), StatusCode::OK);
    assert_eq!(with_instrument(State(Database), String::new()).await, StatusCode::UNAUTHORIZED);
}
