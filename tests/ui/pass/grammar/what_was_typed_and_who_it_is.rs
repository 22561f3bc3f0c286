//! `user` beside `user_from`: the one is what was typed, the other who it turned out to be.
#![deny(warnings)]
#![forbid(unsafe_code)]

#[derive(Debug, PartialEq)]
struct User {
    id: u64,
}

#[sqreen::track_auth(user = phone, user_from = |user| user.id)]
async fn login(phone: String, password: &str) -> Result<User, &'static str> {
    if phone.ends_with('7') && password == "correct horse" { Ok(User { id: 7 }) } else { Err("wrong password") }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(login("+49 30 7".to_owned(), "correct horse").await, Ok(User { id: 7 }));
    assert_eq!(login("+49 30 7".to_owned(), "letmein").await, Err("wrong password"));
}
