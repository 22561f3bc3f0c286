//! `#[async_trait]` over an impl whose methods bear an attribute: the future it makes is the one that counts.
#![deny(warnings)]
#![forbid(unsafe_code)]

use async_trait::async_trait;

#[derive(Debug, Clone, PartialEq)]
struct User {
    email: String,
}

#[async_trait]
trait Backend {
    async fn authenticate(&self, email: &str, password: &str) -> Result<Option<User>, String>;
    async fn sign_up(&mut self, email: String) -> Option<User>;
    async fn told(&self, login: u64);
    async fn close(self, email: String) -> usize
    where
        Self: Sized;
}

struct Users(Vec<User>);

#[async_trait]
impl Backend for Users {
    #[sqreen::track_auth]
    async fn authenticate(&self, email: &str, password: &str) -> Result<Option<User>, String> {
        if password.is_empty() {
            return Err("no password".to_owned());
        }
        let found = self.0.iter().find(|user| user.email == email);
        std::future::ready(()).await;
        Ok(found.cloned())
    }

    #[sqreen::track_signup]
    async fn sign_up(&mut self, email: String) -> Option<User> {
        self.0.push(User { email });
        self.0.last().cloned()
    }

    #[sqreen::track_auth]
    async fn told(&self, login: u64) {
        assert_eq!(login, 7)
    }

    #[sqreen::track_auth(success = |left| *left == 1)]
    async fn close(mut self, email: String) -> usize {
        self.0.retain(|user| user.email != email);
        self.0.len()
    }
}

fn is_send<T: Send>(value: T) -> T {
    value
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let alice = User { email: "alice@example.com".to_owned() };
    let mut users = Users(Vec::new());
    assert_eq!(is_send(users.sign_up(alice.email.clone())).await, Some(alice.clone()));
    assert_eq!(is_send(users.authenticate("alice@example.com", "letmein")).await, Ok(Some(alice)));
    assert_eq!(users.authenticate("alice@example.com", "").await, Err("no password".to_owned()));
    users.told(7).await;
    assert_eq!(is_send(users.close("alice@example.com".to_owned())).await, 0);
}
