//! A module that calls its own things `Option`, `Result`, `Box`, `String`, `Some`, `core`, `std`, `sqreen`.
#![deny(warnings)]
#![forbid(unsafe_code)]
#![allow(dead_code, non_snake_case, unused_macros)]

mod shadowed {
    pub struct Option;
    pub struct Result;
    pub struct Box;
    pub struct String;
    pub struct Vec;
    pub struct Pin;
    pub struct Future;
    pub struct Send;
    pub struct Attempt;
    pub struct Returned;
    pub struct Outcome;
    pub struct Opaque;
    pub struct Told;
    pub mod core {}
    pub mod std {}
    pub mod sqreen {}
    pub mod alloc {}

    pub fn Some<T>(_: T) {}
    pub fn None() {}
    pub fn Ok<T>(_: T) {}
    pub fn Err<T>(_: T) {}
    pub fn drop() {}

    macro_rules! matches {
        () => {};
    }
    macro_rules! vec {
        () => {};
    }
    macro_rules! module_path {
        () => {};
    }

    #[::sqreen::track_auth]
    pub fn login(email: &str) -> ::std::result::Result<(), &str> {
        ::std::result::Result::Err(email)
    }

    #[::sqreen::track_auth(failure = 7, traits(length = email.len()), banned = ::std::result::Result::Err(7))]
    pub async fn login_later(email: &str) -> ::std::result::Result<::std::option::Option<u8>, u8> {
        ::std::result::Result::Err(email.len() as u8)
    }

    #[::sqreen::identify(user_from = |number| ("id", *number))]
    pub async fn current(number: u64) -> ::std::option::Option<u64> {
        ::std::option::Option::Some(number)
    }

    #[::sqreen::track("order.placed", properties(amount = amount))]
    pub fn place(amount: u64) -> u64 {
        amount
    }

    #[::sqreen::track_auth]
    pub fn boxed(
        email: &'static str,
    ) -> ::std::pin::Pin<::std::boxed::Box<dyn ::std::future::Future<Output = bool>>> {
        ::std::boxed::Box::pin(async move { email.is_empty() })
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(shadowed::login("a"), Err("a"));
    assert_eq!(shadowed::login_later("a").await, Err(1));
    assert_eq!(shadowed::current(7).await, Some(7));
    assert_eq!(shadowed::place(7), 7);
    assert!(shadowed::boxed("").await);
}
