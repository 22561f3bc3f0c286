//! Generic functions and impls, methods of traits, default methods, `async fn` in traits.
#![deny(warnings)]
#![allow(async_fn_in_trait)]

use std::future::Future;
use std::marker::PhantomData;

use sqreen::IdentifierValue;

pub trait Backend {
    type User;

    async fn authenticate(&self, email: &str) -> Result<Option<Self::User>, String>;

    fn by_future(&self, email: &str) -> impl Future<Output = Option<Self::User>> + Send;

    #[sqreen::track_auth]
    fn by_default(&self, email: &str) -> Option<usize>
    where
        Self: Sized,
    {
        Some(email.len())
    }

    #[sqreen::track_auth]
    async fn by_default_async(&self, email: &str) -> Option<usize> {
        Some(email.len())
    }
}

pub struct Store<T, const N: usize>(PhantomData<T>);

impl<T, const N: usize> Backend for Store<T, N>
where
    T: for<'a> From<&'a str> + Sync,
{
    type User = T;

    #[sqreen::track_auth]
    async fn authenticate(&self, email: &str) -> Result<Option<T>, String> {
        if email.len() == N { Ok(Some(email.into())) } else { Err("length".into()) }
    }

    #[sqreen::track_auth]
    async fn by_future(&self, email: &str) -> Option<Self::User> {
        (email.len() == N).then(|| email.into())
    }
}

impl<T: Clone, const N: usize> Store<T, N> {
    #[sqreen::track_auth]
    pub fn generic<'a, U, F>(&self, email: U, check: F) -> Option<[T; N]>
    where
        U: IdentifierValue + AsRef<str>,
        F: for<'b> FnOnce(&'b str) -> Option<[T; N]> + 'a,
    {
        check(email.as_ref())
    }
}

#[sqreen::track_auth]
pub fn recursive(email: &str, depth: u32) -> bool {
    depth == 0 || recursive(email, depth - 1)
}

#[sqreen::track_auth]
pub async fn recursive_async(email: &str, depth: u32) -> bool {
    depth == 0 || Box::pin(recursive_async(email, depth - 1)).await
}

fn main() {
    let store = Store::<String, 1>(PhantomData);
    assert_eq!(store.by_default("a"), Some(1));
    assert!(store.generic("a", |email| Some([email.to_owned()])).is_some());
    assert!(recursive("a", 3));
    drop((store.authenticate("a"), store.by_future("a"), store.by_default_async("a"), recursive_async("a", 3)));
}
