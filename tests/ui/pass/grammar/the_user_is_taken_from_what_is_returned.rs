//! `user_from = |user| user.id`: who it turned out to be.
#![deny(warnings)]
#![forbid(unsafe_code)]

#[derive(Debug, Clone, PartialEq)]
struct User {
    id: u64,
}

#[sqreen::track_auth(user_from = |user| user.id)]
async fn login(code: &str) -> Result<User, &'static str> {
    if code == "424242" { Ok(User { id: 7 }) } else { Err("wrong code") }
}

#[sqreen::track_auth(user_from = |user| user.id)]
async fn login_or_nobody(code: &str) -> Result<Option<User>, &'static str> {
    Ok((code == "424242").then_some(User { id: 7 }))
}

#[sqreen::track_auth(user_from = |user| user.id)]
fn find(code: &str) -> Option<User> {
    (code == "424242").then_some(User { id: 7 })
}

#[sqreen::track_auth(user_from = |user| user.id)]
fn flagged(code: &str) -> (bool, User) {
    (code == "424242", User { id: 7 })
}

#[sqreen::track_signup(user_from = |user| user.id)]
async fn sign_up(name: String) -> Result<User, String> {
    if name.is_empty() { Err(name) } else { Ok(User { id: name.len() as u64 }) }
}

#[sqreen::identify(user_from = |user| user.id)]
async fn current_user(session: &str) -> Option<User> {
    (session == "s3ss10n").then_some(User { id: 7 })
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let user = User { id: 7 };
    assert_eq!(login("424242").await, Ok(user.clone()));
    assert_eq!(login("1").await, Err("wrong code"));
    assert_eq!(login_or_nobody("424242").await, Ok(Some(user.clone())));
    assert_eq!(find("424242"), Some(user.clone()));
    assert_eq!(flagged("1"), (false, user.clone()));
    assert_eq!(sign_up("seven".to_owned()).await.map(|user| user.id), Ok(5));
    assert_eq!(current_user("s3ss10n").await, Some(user));
}
