//! Methods that are called through `dyn Trait`.
#![deny(warnings)]
#![forbid(unsafe_code)]

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

trait Backend: Send + Sync {
    fn login(&self, email: &str) -> bool;
    fn later<'a>(&'a self, email: &'a str) -> Pin<Box<dyn Future<Output = Option<usize>> + Send + 'a>>;
    fn shared(self: Arc<Self>, email: String) -> Pin<Box<dyn Future<Output = bool> + Send>>;
    fn boxed(self: Box<Self>, email: &str) -> Result<usize, String>;
}

struct Users(usize);

impl Backend for Users {
    #[sqreen::track_auth(user(email = email, shop = self.0))]
    fn login(&self, email: &str) -> bool {
        email.len() == self.0
    }

    #[sqreen::track_auth(user(email = email, shop = self.0))]
    fn later<'a>(&'a self, email: &'a str) -> Pin<Box<dyn Future<Output = Option<usize>> + Send + 'a>> {
        Box::pin(async move { (email.len() == self.0).then_some(self.0) })
    }

    #[sqreen::track_auth(user(email = email, shop = self.0))]
    fn shared(self: Arc<Self>, email: String) -> Pin<Box<dyn Future<Output = bool> + Send>> {
        Box::pin(async move { email.len() == self.0 })
    }

    #[sqreen::track_auth(user(email = email, shop = self.0))]
    fn boxed(self: Box<Self>, email: &str) -> Result<usize, String> {
        if email.is_empty() { Err("nobody".to_owned()) } else { Ok(self.0) }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let shared: Arc<dyn Backend> = Arc::new(Users(1));
    assert!(shared.login("a"));
    assert_eq!(shared.later("a").await, Some(1));
    assert!(shared.shared("a".to_owned()).await);
    let boxed: Box<dyn Backend> = Box::new(Users(1));
    assert_eq!(boxed.boxed("a"), Ok(1));
}
