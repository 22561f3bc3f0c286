//! Nothing that we write depends on what the user's names mean.
#![deny(warnings)]
#![no_implicit_prelude]

extern crate std as standard;

#[allow(dead_code)]
mod shadows {
    pub struct Option;
    pub struct Result;
    pub struct Box;
    pub struct String;
    pub mod core {}
    pub mod std {}
    pub mod sqreen {}
}
#[allow(unused_imports)]
use shadows::*;

#[derive(::sqreen::Identity)]
pub struct User {
    pub email: ::standard::string::String,
}

#[::sqreen::track_auth]
pub fn login(email: &str) -> ::standard::result::Result<(), &str> {
    ::standard::result::Result::Err(email)
}

#[::sqreen::track_auth]
pub async fn login_async(email: &str) -> ::standard::option::Option<&str> {
    ::standard::option::Option::Some(email)
}

#[::sqreen::identify]
pub async fn current(user: User) -> ::standard::option::Option<User> {
    ::standard::option::Option::Some(user)
}

#[::sqreen::track_auth]
pub fn boxed(email: &'static str) -> ::standard::pin::Pin<::standard::boxed::Box<dyn ::standard::future::Future<Output = bool>>> {
    ::standard::boxed::Box::pin(async move { email == "" })
}

fn main() {
    ::standard::mem::drop((login("a"), login_async("a"), boxed("a")));
    let email = ::standard::convert::From::from("a");
    ::standard::mem::drop(current(User { email }));
}
