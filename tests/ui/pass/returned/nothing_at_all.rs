//! `()`, written or not, with a semicolon at the end or without.
#![deny(warnings)]
#![forbid(unsafe_code)]

use std::future::Future;

#[sqreen::track_auth]
fn not_written(email: &str) {
    assert!(email.is_empty());
}

#[sqreen::track_auth]
fn written(email: &str) -> () {
    assert!(email.is_empty())
}

#[sqreen::track_auth]
async fn later(email: &str) {
    if email.is_empty() {
        return;
    }
    assert!(email.len() > 1)
}

#[sqreen::track_auth]
async fn in_a_result(email: &str) -> Result<(), String> {
    if email.is_empty() { Err("nobody".to_owned()) } else { Ok(()) }
}

#[sqreen::track_auth]
fn as_a_future(email: &str) -> impl Future<Output = ()> + '_ {
    async move { assert!(email.is_empty()) }
}

#[sqreen::track_auth(user = _email)]
fn empty(_email: &str) {}

#[sqreen::identify(user = login)]
async fn empty_later(_email: &str, login: u64) {}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    not_written("");
    written("");
    later("").await;
    assert_eq!(in_a_result("a").await, Ok(()));
    as_a_future("").await;
    empty("");
    empty_later("", 1).await;
}
