//! `#[async_trait]` moves patterns into the body before an attribute on the method sees them. They are found.
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
    async fn json(&self, creds: Json<Creds>) -> Option<String>;
    async fn by_mutable_self(&mut self, creds: Json<Creds>) -> Option<String>;
    async fn by_value(self, creds: Json<Creds>) -> Option<String>
    where
        Self: Sized;
    async fn fields(&self, creds: Creds, attempts: (u32, u32)) -> bool;
    async fn mutable(&self, creds: Json<Creds>) -> Option<String>;
    async fn reference(&self, number: &u64) -> bool;
    async fn unit(&self, creds: Json<Creds>);
    async fn without_self(creds: Json<Creds>) -> Option<String>
    where
        Self: Sized;
}

struct App {
    password: String,
}

#[async_trait]
impl Handlers for App {
    #[sqreen::track_auth(user = creds.email)]
    async fn json(&self, Json(creds): Json<Creds>) -> Option<String> {
        (creds.password == self.password).then_some(creds.email)
    }

    #[sqreen::track_auth(user = creds.email)]
    async fn by_mutable_self(&mut self, Json(creds): Json<Creds>) -> Option<String> {
        self.password.push('!');
        (creds.password == self.password).then_some(creds.email)
    }

    #[sqreen::track_auth(user(email = creds.email, app = self.password.len()), not_a_secret)]
    async fn by_value(self, Json(creds): Json<Creds>) -> Option<String> {
        (creds.password == self.password).then_some(creds.email)
    }

    #[sqreen::track_auth]
    async fn fields(&self, Creds { email, ref password }: Creds, (first, _): (u32, u32)) -> bool {
        first == 1 && !email.is_empty() && *password == self.password
    }

    #[sqreen::track_auth(user = creds.email)]
    async fn mutable(&self, Json(mut creds): Json<Creds>) -> Option<String> {
        creds.email.push('!');
        Some(creds.email)
    }

    #[sqreen::track_auth(user = number)]
    async fn reference(&self, &number: &u64) -> bool {
        number == self.password.len() as u64
    }

    #[sqreen::track_signup(user = creds.email)]
    async fn unit(&self, Json(creds): Json<Creds>) {
        assert!(!creds.email.is_empty())
    }

    #[sqreen::identify(user = creds.email)]
    async fn without_self(Json(creds): Json<Creds>) -> Option<String> {
        Some(creds.email)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let creds = |password: &str| Creds { email: "alice".to_owned(), password: password.to_owned() };
    let mut app = App { password: "correct horse".to_owned() };
    assert_eq!(app.json(Json(creds("correct horse"))).await.as_deref(), Some("alice"));
    assert_eq!(app.json(Json(creds("letmein"))).await, None);
    assert!(app.fields(creds("correct horse"), (1, 2)).await);
    assert_eq!(app.mutable(Json(creds(""))).await.as_deref(), Some("alice!"));
    assert!(app.reference(&13).await);
    app.unit(Json(creds(""))).await;
    assert_eq!(app.by_mutable_self(Json(creds("correct horse!"))).await.as_deref(), Some("alice"));
    assert_eq!(app.by_value(Json(creds("correct horse!"))).await.as_deref(), Some("alice"));
    assert_eq!(App::without_self(Json(creds(""))).await.as_deref(), Some("alice"));
}
