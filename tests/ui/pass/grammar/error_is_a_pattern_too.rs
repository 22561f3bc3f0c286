//! `error = pattern`: what matches is held against nobody, any other `Err` is a failed login.
#![deny(warnings)]
#![forbid(unsafe_code)]

#[derive(Debug, PartialEq)]
enum AuthError {
    WrongPassword,
    Locked,
    Database(&'static str),
}

#[sqreen::track_auth(error = AuthError::Database(_))]
async fn login(email: &str, password: &str) -> Result<u64, AuthError> {
    match password {
        "correct horse" => Ok(email.len() as u64),
        "'" => Err(AuthError::Database("syntax error")),
        _ => Err(AuthError::WrongPassword),
    }
}

#[sqreen::track_auth(failure = AuthError::WrongPassword, error = AuthError::Database(_) | AuthError::Locked)]
async fn with_both(email: &str) -> Result<u64, AuthError> {
    if email.is_empty() { Err(AuthError::Locked) } else { Err(AuthError::WrongPassword) }
}

#[sqreen::track_auth(success = |returned| matches!(returned, Ok(7..)), error = Err(AuthError::Database(_)))]
async fn beside_success(email: &str) -> Result<u64, AuthError> {
    Ok(email.len() as u64)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(login("alice", "correct horse").await, Ok(5));
    assert_eq!(login("alice", "'").await, Err(AuthError::Database("syntax error")));
    assert_eq!(with_both("").await, Err(AuthError::Locked));
    assert_eq!(beside_success("a").await, Ok(1));
}
