//! `#[tracing::instrument]` below an attribute still sees that a function returns a future, and waits for it.
#![deny(warnings)]
#![forbid(unsafe_code)]

use std::future::Future;
use std::pin::Pin;

#[sqreen::track_auth]
#[tracing::instrument(skip_all, ret)]
fn login(email: String) -> Pin<Box<dyn Future<Output = bool> + Send>> {
    Box::pin(async move { email.is_empty() })
}

#[sqreen::identify(user = email)]
#[tracing::instrument(skip_all, ret, err)]
fn current(email: String) -> Pin<Box<dyn Future<Output = Result<u8, String>> + Send>> {
    Box::pin(async move { email.parse().map_err(|_| email) })
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(login(String::new()).await);
    assert_eq!(current("7".to_owned()).await, Ok(7));
}
