//! `banned = …`: a value, or a closure of the refusal, where the type has no word for it.
#![deny(warnings)]
#![forbid(unsafe_code)]

use sqreen::Refused;

#[derive(Debug, PartialEq)]
enum Page {
    Welcome,
    WrongPassword,
    Closed(String),
}

#[derive(Debug, PartialEq)]
enum LoginError {
    WrongPassword,
    Banned,
}

#[sqreen::track_auth(banned = Err(LoginError::Banned))]
fn with_a_value(email: &str) -> Result<u64, LoginError> {
    email.parse().map_err(|_| LoginError::WrongPassword)
}

#[sqreen::track_auth(success = |page| *page == Page::Welcome, banned = |refused| Page::Closed(refused.to_string()))]
fn with_a_closure(email: &str) -> Page {
    if email.is_empty() { Page::WrongPassword } else { Page::Welcome }
}

#[sqreen::track_auth(success = |page| *page == Page::Welcome, banned = |_| Page::Closed(String::new()))]
async fn later(email: &str) -> Page {
    if email.is_empty() { Page::WrongPassword } else { Page::Welcome }
}

#[sqreen::identify(user = session, banned = |refused: Refused| Some(Page::Closed(refused.to_string())))]
async fn at_a_session(session: u64) -> Option<Page> {
    (session == 7).then_some(Page::Welcome)
}

#[sqreen::track_signup(banned = None)]
async fn with_what_it_would_be_anyway(email: &str) -> Option<Page> {
    (!email.is_empty()).then_some(Page::Welcome)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(with_a_value("7"), Ok(7));
    assert_eq!(with_a_closure("a"), Page::Welcome);
    assert_eq!(later("").await, Page::WrongPassword);
    assert_eq!(at_a_session(7).await, Some(Page::Welcome));
    assert_eq!(with_what_it_would_be_anyway("").await, None);
}
