//! Told by the type, not by how it is spelled: aliases, nested results, types of the user's own.
#![deny(warnings)]

use sqreen::{LoginOutcome, Outcome};

pub struct User;
pub struct DbError;
type Found<T = User> = std::result::Result<T, DbError>;
type Answer = bool;

pub enum Reply {
    Welcome,
    TryAgain,
}

impl LoginOutcome for Reply {
    fn login_outcome(&self) -> Outcome {
        match self {
            Reply::Welcome => Outcome::Success,
            Reply::TryAgain => Outcome::Failure,
        }
    }
}

#[sqreen::track_auth]
fn alias(email: &str) -> Found {
    if email.is_empty() { Err(DbError) } else { Ok(User) }
}

#[sqreen::track_auth]
async fn optional(email: &str) -> Found<Option<User>> {
    Ok((!email.is_empty()).then_some(User))
}

#[sqreen::track_auth]
fn verdict(email: &str) -> Result<bool, DbError> {
    Ok(email.is_empty())
}

#[sqreen::track_auth]
fn answer(email: &str) -> Answer {
    email.is_empty()
}

#[sqreen::track_signup]
async fn option(email: &str) -> Option<User> {
    (!email.is_empty()).then_some(User)
}

#[sqreen::track_auth]
fn unit(email: &str) {
    let _ = email;
}

#[sqreen::track_auth]
async fn result_of_unit(email: &str) -> Result<(), DbError> {
    if email.is_empty() { Err(DbError) } else { Ok(()) }
}

#[sqreen::track_auth]
fn reply(email: &str) -> Reply {
    if email.is_empty() { Reply::TryAgain } else { Reply::Welcome }
}

#[sqreen::track_auth]
fn reply_or_error(email: &str) -> Result<Reply, DbError> {
    if email.is_empty() { Err(DbError) } else { Ok(Reply::Welcome) }
}

#[sqreen::track_auth]
fn generic<T: Default, E>(email: &str, error: E) -> Result<T, E> {
    if email.is_empty() { Err(error) } else { Ok(T::default()) }
}

#[sqreen::track_auth]
fn generic_outcome<T: LoginOutcome + From<bool>>(email: &str) -> T {
    email.is_empty().into()
}

fn main() {
    assert!(alias("a").is_ok());
    assert!(verdict("").is_ok_and(|verdict| verdict));
    assert!(answer(""));
    unit("a");
    assert!(matches!(reply(""), Reply::TryAgain));
    assert!(reply_or_error("").is_err());
    assert_eq!(generic::<u8, ()>("a", ()), Ok(0));
    assert!(generic_outcome::<bool>(""));
    drop((optional("a"), option("a"), result_of_unit("a")));
}
