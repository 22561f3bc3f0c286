//! What is returned is known by its type, and not by how that is spelled.
#![deny(warnings)]
#![forbid(unsafe_code)]

use std::{io, result};

pub struct DbError;

type Found<T = User> = result::Result<T, DbError>;
type Answer = bool;
type Maybe = Option<User>;
type Both = Found<Maybe>;

#[derive(Debug, PartialEq, sqreen::Identity)]
pub struct User {
    email: String,
}

#[sqreen::track_auth]
fn alias_with_a_default(email: &str) -> Found {
    if email.is_empty() { Err(DbError) } else { Ok(User { email: email.to_owned() }) }
}

#[sqreen::track_auth]
async fn alias_of_both(email: &str) -> Both {
    Ok((!email.is_empty()).then(|| User { email: email.to_owned() }))
}

#[sqreen::track_auth]
fn alias_of_a_bool(email: &str) -> Answer {
    email.is_empty()
}

#[sqreen::track_auth]
async fn of_the_standard_library(email: &str) -> io::Result<User> {
    if email.is_empty() { Err(io::ErrorKind::NotFound.into()) } else { Ok(User { email: email.to_owned() }) }
}

#[sqreen::identify]
async fn at_a_session(session: u32) -> Found<Maybe> {
    Ok((session == 7).then(|| User { email: "a".to_owned() }))
}

#[sqreen::track_auth(user_from = |user| user.email, failure = DbError)]
async fn asked(code: u32) -> Found {
    if code == 7 { Ok(User { email: "a".to_owned() }) } else { Err(DbError) }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(alias_with_a_default("").is_err());
    assert!(alias_of_both("").await.is_ok_and(|user| user.is_none()));
    assert!(alias_of_a_bool(""));
    assert!(of_the_standard_library("a").await.is_ok());
    assert!(at_a_session(7).await.is_ok_and(|user| user.is_some()));
    assert!(asked(7).await.is_ok());
}
