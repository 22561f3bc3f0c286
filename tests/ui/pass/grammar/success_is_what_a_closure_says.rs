//! `success = |page| …`: for a returned value whose type does not tell.
#![deny(warnings)]
#![forbid(unsafe_code)]

#[derive(Debug, PartialEq)]
enum Page {
    Welcome { name: String },
    WrongPassword,
}

#[sqreen::track_auth(success = |page| matches!(page, Page::Welcome { .. }))]
async fn login(email: &str, password: &str) -> Page {
    if password == "correct horse" { Page::Welcome { name: email.to_owned() } } else { Page::WrongPassword }
}

#[sqreen::track_auth(success = |returned| matches!(returned, Ok(..400)))]
fn over_the_type(email: &str) -> Result<u16, String> {
    if email.is_empty() { Ok(401) } else { Ok(200) }
}

#[sqreen::track_signup(success = |&code: &i32| code == 0)]
fn with_a_pattern(email: &str) -> i32 {
    email.len() as i32
}

#[sqreen::track("invoice.paid", success = |paid| *paid > 0)]
fn pay(amount: u32) -> u32 {
    amount
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(login("alice", "correct horse").await, Page::Welcome { name: "alice".to_owned() });
    assert_eq!(login("alice", "letmein").await, Page::WrongPassword);
    assert_eq!(over_the_type("a"), Ok(200));
    assert_eq!(with_a_pattern("a"), 1);
    assert_eq!(pay(3), 3);
}
