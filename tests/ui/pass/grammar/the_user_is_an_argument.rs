//! `user = email`: the argument, and its name as the key.
#![deny(warnings)]
#![forbid(unsafe_code)]

#[derive(Debug, PartialEq)]
struct User {
    email: String,
}

#[sqreen::track_auth(user = email)]
async fn login(email: &str, password: &str) -> Option<User> {
    (password == "correct horse").then(|| User { email: email.to_owned() })
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let alice = User { email: "alice@example.com".to_owned() };
    assert_eq!(login("alice@example.com", "correct horse").await, Some(alice));
    assert_eq!(login("alice@example.com", "letmein").await, None);
}
