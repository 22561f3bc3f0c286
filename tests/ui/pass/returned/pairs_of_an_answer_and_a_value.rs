//! `(bool, T)` and `Result<(bool, T), E>`: the first says how it ended.
#![deny(warnings)]
#![forbid(unsafe_code)]

#[derive(Debug, PartialEq, sqreen::Identity)]
struct User {
    email: String,
}

#[sqreen::track_auth]
fn with_attempts(email: &str, attempts: u32) -> (bool, u32) {
    (!email.is_empty(), attempts + 1)
}

#[sqreen::track_auth]
async fn in_a_result(email: &str) -> Result<(bool, String), u32> {
    if email.is_empty() { Err(7) } else { Ok((email.contains('@'), email.to_owned())) }
}

#[sqreen::track_signup]
async fn found_or_made(code: u32) -> (bool, User) {
    (code == 7, User { email: "a".to_owned() })
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(with_attempts("a", 1), (true, 2));
    assert_eq!(in_a_result("").await, Err(7));
    assert_eq!(found_or_made(7).await, (true, User { email: "a".to_owned() }));
}
