//! `#[async_trait(?Send)]`, generic traits and methods, default methods, associated types.
#![deny(warnings)]
#![forbid(unsafe_code)]

use std::rc::Rc;

use async_trait::async_trait;
use sqreen::IdentifierValue;

#[async_trait(?Send)]
trait Local {
    async fn login(&self, email: Rc<str>) -> Option<Rc<str>>;
}

#[async_trait]
trait Backend<C>
where
    C: Send + 'static,
{
    type User;

    async fn login(&self, creds: C) -> Option<Self::User>;

    #[sqreen::track_auth]
    async fn by_default(&self, email: &str) -> bool {
        !email.is_empty()
    }
}

struct Users;

#[async_trait(?Send)]
impl Local for Users {
    #[sqreen::track_auth]
    async fn login(&self, email: Rc<str>) -> Option<Rc<str>> {
        std::future::ready(()).await;
        Some(email)
    }
}

#[async_trait]
impl<C> Backend<C> for Users
where
    C: IdentifierValue + Send + Sync + Into<String> + 'static,
{
    type User = String;

    #[sqreen::track_auth(user(email = creds))]
    async fn login(&self, creds: C) -> Option<Self::User> {
        std::future::ready(()).await;
        Some(creds.into())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(Local::login(&Users, "alice".into()).await.as_deref(), Some("alice"));
    assert_eq!(Backend::<String>::login(&Users, "alice".to_owned()).await.as_deref(), Some("alice"));
    assert!(Backend::<String>::by_default(&Users, "alice").await);
}
