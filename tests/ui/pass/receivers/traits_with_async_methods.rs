//! `async fn` in traits, `-> impl Future + Send` in traits, and either implemented as the other.
#![deny(warnings)]
#![forbid(unsafe_code)]
#![allow(async_fn_in_trait)]

use std::future::Future;

trait Backend {
    type User;
    type Error;

    async fn login(&self, email: &str) -> Result<Option<Self::User>, Self::Error>;

    fn sign_up(&mut self, email: String) -> impl Future<Output = Option<Self::User>> + Send;

    fn session(&self, number: u64) -> impl Future<Output = Option<Self::User>> + Send;
}

#[derive(Debug, Clone, PartialEq, sqreen::Identity)]
struct User {
    email: String,
}

struct Users(Vec<User>);

impl Backend for Users {
    type User = User;
    type Error = String;

    #[sqreen::track_auth]
    async fn login(&self, email: &str) -> Result<Option<Self::User>, Self::Error> {
        if email.is_empty() {
            return Err("nobody".to_owned());
        }
        Ok(self.0.iter().find(|user| user.email == email).cloned())
    }

    #[sqreen::track_signup]
    async fn sign_up(&mut self, email: String) -> Option<Self::User> {
        self.0.push(User { email });
        std::future::ready(()).await;
        self.0.last().cloned()
    }

    #[sqreen::identify]
    fn session(&self, number: u64) -> impl Future<Output = Option<Self::User>> + Send {
        let found = self.0.get(number as usize).cloned();
        async move { found }
    }
}

async fn generic<B: Backend>(mut backend: B) -> bool {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    is_send(backend.sign_up("a".to_owned())).await.is_some() && is_send(backend.session(0)).await.is_some()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let users = || Users(vec![User { email: "a".to_owned() }]);
    assert_eq!(users().login("a").await, Ok(Some(User { email: "a".to_owned() })));
    assert_eq!(users().login("").await, Err("nobody".to_owned()));
    assert!(generic(users()).await);
}
