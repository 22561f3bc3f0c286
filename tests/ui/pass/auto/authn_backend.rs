//! axum-login's trait, named by its path or imported, and the credentials where they can be seen.
#![deny(warnings)]
#![forbid(unsafe_code)]

extern crate self as axum_login;

use std::future::Future;

/// As in axum-login 0.18.
pub trait AuthUser: Clone + Send + Sync {
    type Id: std::fmt::Display + Send + Sync;

    fn id(&self) -> Self::Id;
}

/// As in axum-login 0.18.
pub trait AuthnBackend: Clone + Send + Sync {
    type User: AuthUser;
    type Credentials: Send + Sync;
    type Error: Send + Sync;

    fn authenticate(
        &self,
        creds: Self::Credentials,
    ) -> impl Future<Output = Result<Option<Self::User>, Self::Error>> + Send;

    fn get_user(
        &self,
        user_id: &<Self::User as AuthUser>::Id,
    ) -> impl Future<Output = Result<Option<Self::User>, Self::Error>> + Send;
}

/// Nothing of it is a value of an identifier, nor does it say who it is.
#[derive(Clone)]
pub struct User {
    id: Id,
}

#[derive(Clone, PartialEq)]
pub struct Id(u64);

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl AuthUser for User {
    type Id = Id;

    fn id(&self) -> Id {
        self.id.clone()
    }
}

#[sqreen::auto]
mod backend {
    pub struct Creds {
        pub username: String,
        pub password: String,
    }

    #[derive(Clone)]
    pub struct Backend;

    impl axum_login::AuthnBackend for Backend {
        type User = super::User;
        type Credentials = Creds;
        type Error = u8;

        async fn authenticate(&self, creds: Self::Credentials) -> Result<Option<Self::User>, Self::Error> {
            let right = creds.password == "right" && creds.username == "ann";
            Ok(right.then_some(super::User { id: super::Id(1) }))
        }

        async fn get_user(&self, id: &super::Id) -> Result<Option<Self::User>, Self::Error> {
            Ok((id.0 == 1).then_some(super::User { id: super::Id(1) }))
        }
    }
}

#[derive(Clone)]
pub struct Other;

#[sqreen::auto]
impl AuthnBackend for Other {
    type User = User;
    type Credentials = (String, String);
    type Error = u8;

    async fn authenticate(&self, (username, _): (String, String)) -> Result<Option<User>, u8> {
        Ok((username == "ann").then_some(User { id: Id(1) }))
    }

    fn get_user(&self, id: &Id) -> impl Future<Output = Result<Option<User>, u8>> + Send {
        let id = id.clone();
        async move { Ok(Some(User { id })) }
    }
}

pub struct Hidden;

#[derive(Clone)]
pub struct Third;

#[sqreen::auto]
impl crate::AuthnBackend for Third {
    type User = User;
    type Credentials = Hidden;
    type Error = u8;

    async fn authenticate(&self, _creds: Hidden) -> Result<Option<User>, u8> {
        Ok(None)
    }

    async fn get_user(&self, _: &Id) -> Result<Option<User>, u8> {
        Err(1)
    }
}

fn is_send(_: impl Send) {}

fn main() {
    let creds = backend::Creds { username: "ann".into(), password: "right".into() };
    is_send(backend::Backend.authenticate(creds));
    is_send(backend::Backend.get_user(&Id(1)));
    is_send(Other.authenticate((String::new(), String::new())));
    is_send(Other.get_user(&Id(1)));
    is_send(Third.authenticate(Hidden));
    is_send(Third.get_user(&Id(1)));
    assert_eq!(sqreen::registry::instrumentation().len(), 6);
}
