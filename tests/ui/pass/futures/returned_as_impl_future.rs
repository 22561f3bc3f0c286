//! `-> impl Future`: what counts is how the future ends, whatever stands before the `async` block.
#![deny(warnings)]
#![forbid(unsafe_code)]

use std::future::{Future, ready};

#[derive(Debug, PartialEq, sqreen::Identity)]
struct User {
    email: String,
}

#[sqreen::track_auth]
fn block(email: &str) -> impl Future<Output = Result<User, String>> + Send + '_ {
    async move { if email.is_empty() { Err("nobody".to_owned()) } else { Ok(User { email: email.to_owned() }) } }
}

#[sqreen::track_auth]
fn statements_before(email: &str) -> impl Future<Output = Option<usize>> + use<'_> {
    let length = email.len();
    let future = async move { (length == email.len()).then_some(length) };
    future
}

#[sqreen::track_auth]
fn made_elsewhere(email: String) -> impl Future<Output = bool> + Send + use<> {
    ready(email.is_empty())
}

#[sqreen::identify]
fn at_a_session(session: &str) -> impl Future<Output = Option<User>> + Send {
    async move { (session == "7").then(|| User { email: "a".to_owned() }) }
}

#[sqreen::track_auth]
fn generic<'a, F, T>(email: &'a str, future: F) -> impl Future<Output = Option<T>> + 'a
where
    F: Future<Output = T> + 'a,
{
    async move { if email.is_empty() { None } else { Some(future.await) } }
}

#[sqreen::track_auth]
async fn future_of_a_future(email: &str) -> Option<impl Future<Output = usize>> {
    Some(async { email.len() })
}

fn is_send<T: Send>(value: T) -> T {
    value
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(is_send(block("")).await, Err("nobody".to_owned()));
    assert_eq!(statements_before("abc").await, Some(3));
    assert!(is_send(made_elsewhere(String::new())).await);
    assert_eq!(is_send(at_a_session("7")).await, Some(User { email: "a".to_owned() }));
    assert_eq!(generic("a", ready(7)).await, Some(7));
    match future_of_a_future("abc").await {
        Some(length) => assert_eq!(length.await, 3),
        None => unreachable!("there is one"),
    }
}
