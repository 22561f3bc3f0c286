//! A glob import in the body may bring a type of the name that the function returns.
#![deny(warnings)]
#![forbid(unsafe_code)]
#![allow(unused_imports)]

mod other {
    pub struct User;
    pub enum Result {}
    pub enum Option {}
    pub struct Outcome;
    pub mod core {}
    pub mod sqreen {}
}

#[derive(Debug, PartialEq, sqreen::Identity)]
pub struct User {
    pub email: String,
}

#[sqreen::track_auth]
pub fn at_once(email: &str) -> Result<User, String> {
    use other::*;
    if email.is_empty() { Err(email.to_owned()) } else { Ok(crate::User { email: email.to_owned() }) }
}

#[sqreen::identify]
pub async fn later(email: &str) -> Option<User> {
    use other::*;
    if email.is_empty() { None } else { Some(crate::User { email: email.to_owned() }) }
}

#[sqreen::track_auth(user_from = |user| user.email)]
pub async fn asked(code: u32) -> Result<Option<User>, String> {
    use other::{Option, Result, User};
    if code == 7 { Ok(Some(crate::User { email: "a".to_owned() })) } else { Ok(None) }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let user = || User { email: "a".to_owned() };
    assert_eq!(at_once("a"), Ok(user()));
    assert_eq!(later("a").await, Some(user()));
    assert_eq!(asked(7).await, Ok(Some(user())));
}
