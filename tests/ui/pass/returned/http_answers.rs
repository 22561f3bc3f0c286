//! `StatusCode`, `Response`, a status with a body, and results of them.
#![deny(warnings)]
#![forbid(unsafe_code)]

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

#[sqreen::track_auth]
async fn status(email: &str) -> StatusCode {
    if email.is_empty() { StatusCode::UNAUTHORIZED } else { StatusCode::OK }
}

#[sqreen::track_auth]
async fn of_axum(email: String) -> Response {
    (StatusCode::OK, email).into_response()
}

#[sqreen::track_auth]
fn with_any_body(email: &str) -> http::Response<Vec<u8>> {
    http::Response::new(email.as_bytes().to_vec())
}

#[sqreen::track_auth]
async fn status_and_body(email: String) -> (StatusCode, Json<String>) {
    (StatusCode::OK, Json(email))
}

#[sqreen::track_auth]
async fn status_header_and_body(email: String) -> (StatusCode, [(&'static str, &'static str); 1], String) {
    (StatusCode::OK, [("x-login", "1")], email)
}

#[sqreen::track_signup]
async fn in_a_result(email: String) -> Result<(StatusCode, String), StatusCode> {
    if email.is_empty() { Err(StatusCode::INTERNAL_SERVER_ERROR) } else { Ok((StatusCode::CREATED, email)) }
}

#[sqreen::track_auth]
async fn of_axum_in_a_result(email: String) -> axum::response::Result<Response> {
    if email.is_empty() { Err(StatusCode::BAD_GATEWAY)? } else { Ok(email.into_response()) }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(status("a").await, StatusCode::OK);
    assert_eq!(of_axum("a".to_owned()).await.status(), StatusCode::OK);
    assert_eq!(with_any_body("a").body(), b"a");
    assert_eq!(status_and_body("a".to_owned()).await.0, StatusCode::OK);
    assert_eq!(status_header_and_body("a".to_owned()).await.2, "a");
    assert_eq!(in_a_result(String::new()).await, Err(StatusCode::INTERNAL_SERVER_ERROR));
    assert!(of_axum_in_a_result(String::new()).await.is_err());
}
