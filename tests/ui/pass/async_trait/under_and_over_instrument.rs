//! `#[async_trait]` and `#[tracing::instrument]` together, the attribute above the one and below.
#![deny(warnings)]
#![forbid(unsafe_code)]

use async_trait::async_trait;
use axum::Json;

struct Creds {
    email: String,
    password: String,
}

#[async_trait]
trait Handlers {
    async fn above(&self, creds: Json<Creds>) -> Option<String>;
    async fn below(&self, creds: Json<Creds>) -> Option<String>;
    async fn plain_above(&mut self, email: &str) -> bool;
    async fn plain_below(&mut self, email: &str) -> bool;
    async fn both(&self, email: String) -> Option<String>;
}

struct App;

#[async_trait]
impl Handlers for App {
    #[tracing::instrument(skip_all)]
    #[sqreen::track_auth(user = creds.email)]
    async fn above(&self, Json(creds): Json<Creds>) -> Option<String> {
        (creds.password == "correct horse").then_some(creds.email)
    }

    #[sqreen::track_auth(user = creds.email)]
    #[tracing::instrument(skip_all)]
    async fn below(&self, Json(creds): Json<Creds>) -> Option<String> {
        (creds.password == "correct horse").then_some(creds.email)
    }

    #[tracing::instrument(skip(self))]
    #[sqreen::track_auth]
    async fn plain_above(&mut self, email: &str) -> bool {
        email.is_empty()
    }

    #[sqreen::track_auth]
    #[tracing::instrument(skip(self), fields(email = %email), ret)]
    async fn plain_below(&mut self, email: &str) -> bool {
        email.is_empty()
    }

    #[sqreen::track_auth]
    #[tracing::instrument(skip_all)]
    #[sqreen::identify(user = email)]
    async fn both(&self, email: String) -> Option<String> {
        Some(email)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let creds = || Json(Creds { email: "alice".to_owned(), password: "correct horse".to_owned() });
    assert_eq!(App.above(creds()).await.as_deref(), Some("alice"));
    assert_eq!(App.below(creds()).await.as_deref(), Some("alice"));
    assert!(App.plain_above("").await && App.plain_below("").await);
    assert_eq!(App.both("alice".to_owned()).await.as_deref(), Some("alice"));
}
