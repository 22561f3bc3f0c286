//! `failure = Ok(pattern)` or `Err(pattern)`, and the pattern of a value that is no `Result`.
#![deny(warnings)]
#![forbid(unsafe_code)]

#[derive(Debug, PartialEq)]
enum Reply {
    Welcome,
    SecondFactor,
    TryAgain,
}

#[sqreen::track_auth(failure = Ok(Reply::TryAgain))]
async fn in_the_success(email: &str) -> Result<Reply, String> {
    if email.is_empty() { Ok(Reply::TryAgain) } else { Ok(Reply::Welcome) }
}

#[sqreen::track_auth(failure = Ok(Reply::TryAgain) | Err(_))]
fn in_both(email: &str) -> Result<Reply, String> {
    Err(email.to_owned())
}

#[sqreen::track_auth(failure = Reply::TryAgain, error = Reply::SecondFactor)]
fn of_what_is_no_result(email: &str) -> Reply {
    if email.is_empty() { Reply::TryAgain } else { Reply::SecondFactor }
}

#[sqreen::track_auth(failure = None | Some(0))]
fn of_an_option(email: &str) -> Option<usize> {
    Some(email.len())
}

#[sqreen::track_auth(failure = 400..500, error = 500..)]
fn of_a_number(email: &str) -> u16 {
    400 + email.len() as u16
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(in_the_success("").await, Ok(Reply::TryAgain));
    assert_eq!(in_the_success("a").await, Ok(Reply::Welcome));
    assert_eq!(in_both("a"), Err("a".to_owned()));
    assert_eq!(of_what_is_no_result("a"), Reply::SecondFactor);
    assert_eq!(of_an_option(""), Some(0));
    assert_eq!(of_a_number("a"), 401);
}
