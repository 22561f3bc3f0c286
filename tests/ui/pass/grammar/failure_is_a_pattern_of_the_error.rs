//! `failure = pattern`: what matches is a failed login, any other `Err` is an error and nobody's fault.
#![deny(warnings)]
#![forbid(unsafe_code)]

use std::fmt;

#[derive(Debug, PartialEq)]
enum AuthError {
    UnknownUser,
    WrongPassword { attempts: u32 },
    Database(String),
}

#[sqreen::track_auth(failure = AuthError::UnknownUser | AuthError::WrongPassword { .. })]
async fn login(email: &str, password: &str) -> Result<u64, AuthError> {
    match (email, password) {
        ("", _) => Err(AuthError::UnknownUser),
        (_, "correct horse") => Ok(7),
        (_, "'") => Err(AuthError::Database("syntax error".to_owned())),
        _ => Err(AuthError::WrongPassword { attempts: 1 }),
    }
}

#[sqreen::track_auth(failure = AuthError::WrongPassword { attempts } if *attempts < 10)]
fn with_a_guard(email: &str) -> Result<u64, AuthError> {
    Err(AuthError::WrongPassword { attempts: email.len() as u32 })
}

#[sqreen::track_auth(failure = AuthError::WrongPassword { attempts: 1..=9 | 11 })]
fn with_ranges(email: &str) -> Result<u64, AuthError> {
    Err(AuthError::WrongPassword { attempts: email.len() as u32 })
}

#[sqreen::track_auth(failure = error if error.is_the_users())]
fn by_what_the_error_says(email: &str) -> Result<u64, AuthError> {
    Err(if email.is_empty() { AuthError::UnknownUser } else { AuthError::Database(email.to_owned()) })
}

impl AuthError {
    fn is_the_users(&self) -> bool {
        !matches!(self, Self::Database(_))
    }
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(cause) => f.write_str(cause),
            _ => f.write_str("wrong e-mail or password"),
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(login("alice", "correct horse").await, Ok(7));
    assert_eq!(login("alice", "letmein").await, Err(AuthError::WrongPassword { attempts: 1 }));
    assert_eq!(login("alice", "'").await.map_err(|error| error.to_string()), Err("syntax error".to_owned()));
    assert_eq!(with_a_guard("a"), Err(AuthError::WrongPassword { attempts: 1 }));
    assert_eq!(with_ranges("a"), Err(AuthError::WrongPassword { attempts: 1 }));
    assert_eq!(by_what_the_error_says(""), Err(AuthError::UnknownUser));
}
