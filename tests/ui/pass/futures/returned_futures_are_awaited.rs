//! A function that returns a future is told by its return type, whatever its body looks like.
#![deny(warnings)]

use std::future::Future;
use std::pin::Pin;

pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

pub struct User;

#[sqreen::track_auth]
pub fn opaque(email: &str) -> impl Future<Output = Result<User, String>> + Send + '_ {
    let length = email.len();
    async move { if length == email.len() { Ok(User) } else { Err(email.to_owned()) } }
}

#[sqreen::track_auth]
pub fn boxed<'a>(email: &'a str) -> Pin<Box<dyn Future<Output = Option<User>> + Send + 'a>> {
    let future = async move { (!email.is_empty()).then_some(User) };
    Box::pin(future)
}

#[sqreen::track_signup]
pub fn by_alias(email: &str) -> BoxFuture<'_, bool> {
    if email.is_empty() {
        return Box::pin(std::future::ready(false));
    }
    Box::pin(async move { email.len() > 1 })
}

#[sqreen::identify(user = email)]
pub fn identified(email: String) -> impl Future<Output = Option<String>> {
    async move { Some(email) }
}

#[derive(sqreen::Identity)]
pub struct Account {
    pub email: String,
}

#[sqreen::identify]
pub fn found(email: String) -> BoxFuture<'static, Result<Option<Account>, String>> {
    Box::pin(async move { Ok(Some(Account { email })) })
}

fn is_send<T: Send>(_: T) {}

fn main() {
    is_send(opaque("a"));
    is_send(boxed("a"));
    is_send(by_alias("a"));
    is_send(found("a".into()));
    drop(identified("a".into()));
}
