//! `failure = StatusCode::UNAUTHORIZED`, `failure = "…"`: constants and texts as patterns.
#![deny(warnings)]
#![forbid(unsafe_code)]

use http::StatusCode;

const LIMIT: u16 = 429;

#[sqreen::track_auth(failure = StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)]
async fn of_the_error(email: &str) -> Result<u64, StatusCode> {
    email.parse().map_err(|_| StatusCode::UNAUTHORIZED)
}

#[sqreen::track_auth(failure = StatusCode::OK, error = StatusCode::NOT_FOUND)]
async fn of_the_answer(email: &str) -> StatusCode {
    if email.is_empty() { StatusCode::OK } else { StatusCode::NOT_FOUND }
}

#[sqreen::track_auth(failure = LIMIT | 401)]
fn of_a_number(email: &str) -> Result<u64, u16> {
    email.parse().map_err(|_| LIMIT)
}

#[sqreen::track_signup(failure = "taken" | "too short")]
fn of_a_text(email: &str) -> Result<(), &'static str> {
    if email.len() < 3 { Err("too short") } else { Ok(()) }
}

#[sqreen::track_auth(failure = Err("wrong password"))]
fn of_the_whole(email: &str) -> Result<(), &'static str> {
    if email.len() < 3 { Err("wrong password") } else { Ok(()) }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(of_the_error("x").await, Err(StatusCode::UNAUTHORIZED));
    assert_eq!(of_the_answer("").await, StatusCode::OK);
    assert_eq!(of_a_number("x"), Err(LIMIT));
    assert_eq!(of_a_text("a"), Err("too short"));
    assert_eq!(of_the_whole("abc"), Ok(()));
}
