//! A function that calls itself, at once, boxed, and by turns with another.
#![deny(warnings)]
#![forbid(unsafe_code)]

use std::future::Future;
use std::pin::Pin;

#[sqreen::track_auth]
fn at_once(email: &str, depth: u32) -> bool {
    depth == 0 || at_once(email, depth - 1)
}

#[sqreen::track_auth]
async fn later(email: &str, depth: u32) -> bool {
    depth == 0 || Box::pin(later(email, depth - 1)).await
}

#[sqreen::identify(user = email)]
async fn session(email: &str, depth: u32) -> Option<u32> {
    match depth {
        0 => Some(0),
        _ => Some(Box::pin(session(email, depth - 1)).await? + 1),
    }
}

#[sqreen::track_auth]
fn boxed(email: &str, depth: u32) -> Pin<Box<dyn Future<Output = bool> + Send + '_>> {
    Box::pin(async move { depth == 0 || boxed(email, depth - 1).await })
}

#[sqreen::track_auth]
fn even(login: u32) -> bool {
    login == 0 || !odd(login - 1)
}

#[sqreen::track_auth]
fn odd(login: u32) -> bool {
    login != 0 && !even(login - 1)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(at_once("a", 3) && later("a", 3).await && boxed("a", 3).await);
    assert_eq!(session("a", 3).await, Some(3));
    assert_eq!(even(0), !odd(0));
}
