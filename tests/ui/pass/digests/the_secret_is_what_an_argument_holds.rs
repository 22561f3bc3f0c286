//! `secret`: an argument, a field, what a method gives; nobody takes it for something that is called like a secret.
#![deny(warnings)]
#![forbid(unsafe_code)]

use std::borrow::Cow;
use std::future::Future;
use std::pin::Pin;

use async_trait::async_trait;
use axum::Json;

pub struct Creds {
    pub email: String,
    pub password: Option<String>,
    pub pin: [u8; 4],
}

pub struct Hidden(Box<str>);

impl Hidden {
    pub fn expose_secret(&self) -> &str {
        &self.0
    }
}

#[sqreen::track_auth(user = "email", secret = "password")]
pub fn as_text(email: &str, password: &str) -> bool {
    email == password
}

#[sqreen::track_auth(secret = password)]
pub async fn by_name(email: &str, password: String) -> Result<String, ()> {
    (email == password).then_some(password).ok_or(())
}

#[sqreen::track_auth(user = creds.email, secret = creds.password)]
pub async fn moved(creds: Creds) -> Option<String> {
    let Creds { email, password, .. } = creds;
    (Some(email) == password).then_some(password?)
}

#[sqreen::track_auth(user = creds.email, secret = creds.pin)]
pub fn in_a_box(creds: Creds) -> Pin<Box<dyn Future<Output = bool> + Send>> {
    Box::pin(async move { creds.pin == *b"1234" && drop(creds.email) == () })
}

#[sqreen::track_auth(user = email, secret = hidden.expose_secret())]
pub fn in_a_future(email: &str, hidden: Hidden) -> impl Future<Output = bool> + Send {
    let right = email == hidden.expose_secret();
    drop(hidden);
    async move { right }
}

#[sqreen::track_auth(user = creds.email, secret = creds.password)]
pub async fn in_a_pattern(Json(creds): Json<Creds>) -> bool {
    drop(creds);
    true
}

#[sqreen::track_auth(secret = password)]
pub fn by_any_reference<'a>(email: &str, password: &'a mut Cow<'_, str>) -> Option<&'a mut str> {
    email.is_empty().then(|| &mut **password.to_mut())
}

impl sqreen::LoginOutcome for Reply {
    fn login_outcome(&self) -> sqreen::Outcome {
        sqreen::Outcome::Failure
    }
}

pub struct Reply;

pub struct Realm {
    pub secret: Vec<u8>,
}

impl Realm {
    #[sqreen::track_auth(secret = self.secret)]
    pub fn log_in(&self, email: &str) -> Reply {
        let _ = email;
        Reply
    }
}

#[async_trait]
pub trait Backend {
    async fn log_in(&self, creds: Json<Creds>) -> bool;
}

#[async_trait]
impl Backend for Realm {
    #[sqreen::track_auth(user = creds.email, secret = creds.password)]
    async fn log_in(&self, Json(creds): Json<Creds>) -> bool {
        drop(creds);
        self.secret.is_empty()
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let creds = |pin| Creds { email: "a".to_owned(), password: Some("a".to_owned()), pin };
    assert!(as_text("a", "a"));
    assert_eq!(by_name("a", "a".to_owned()).await.as_deref(), Ok("a"));
    assert_eq!(moved(creds(*b"1234")).await.as_deref(), Some("a"));
    assert!(in_a_box(creds(*b"1234")).await);
    assert!(in_a_future("a", Hidden("a".into())).await);
    assert!(in_a_pattern(Json(creds(*b"1234"))).await);
    assert!(by_any_reference("a", &mut Cow::Borrowed("b")).is_none());
    let realm = Realm { secret: b"x".to_vec() };
    let Reply = realm.log_in("a");
    assert!(!Backend::log_in(&realm, Json(creds(*b"1234"))).await);
}
