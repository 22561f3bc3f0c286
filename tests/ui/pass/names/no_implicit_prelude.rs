//! A crate without the prelude: nothing that an attribute writes needs it.
#![deny(warnings)]
#![forbid(unsafe_code)]
#![no_implicit_prelude]

use ::std::borrow::ToOwned;
use ::std::boxed::Box;
use ::std::future::Future;
use ::std::option::Option::{self, None, Some};
use ::std::pin::Pin;
use ::std::result::Result::{self, Err, Ok};
use ::std::string::String;
use ::std::{assert, assert_eq, matches};

#[derive(::sqreen::Identity)]
pub struct User {
    pub email: String,
}

#[::sqreen::track_auth]
pub fn login(email: &str) -> Result<(), &str> {
    Err(email)
}

#[::sqreen::track_auth(failure = 7, traits(length = email.len()), banned = Err(7))]
pub async fn login_later(email: &str) -> Result<Option<User>, u8> {
    if email.is_empty() { Err(7) } else { Ok(Some(User { email: email.to_owned() })) }
}

#[::sqreen::track_signup(success = |user| matches!(user, Some(_)), user_from = |user| user.email)]
pub fn sign_up(code: u32) -> Option<User> {
    if code == 7 { Some(User { email: "a".to_owned() }) } else { None }
}

#[::sqreen::identify]
pub async fn current(user: User) -> Option<User> {
    Some(user)
}

#[::sqreen::track("order.placed", properties(amount = amount, more = |more| *more))]
pub fn place(amount: u32) -> Option<u32> {
    Some(amount)
}

#[::sqreen::track_auth]
pub fn boxed(email: &'static str) -> Pin<Box<dyn Future<Output = bool> + ::std::marker::Send>> {
    Box::pin(async move { email.is_empty() })
}

#[::sqreen::track_auth]
pub fn found_by_type(user: User) -> bool {
    user.email.is_empty()
}

fn main() -> ::std::io::Result<()> {
    ::tokio::runtime::Builder::new_current_thread().build()?.block_on(call());
    Ok(())
}

async fn call() {
    assert_eq!(login("a"), Err("a"));
    assert!(matches!(login_later("").await, Err(7)));
    assert!(sign_up(7).is_some() && boxed("").await && found_by_type(User { email: String::new() }));
    assert!(current(User { email: String::new() }).await.is_some());
    assert_eq!(place(7), Some(7));
}
