//! The compiler's warning about an unused argument is kept, and stands on the argument.
#![deny(warnings)]
#![forbid(unsafe_code)]

#[sqreen::track_auth]
fn by_reference(email: &str, #[expect(unused_variables)] unused: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth]
fn by_value(email: String, #[expect(unused_variables)] unused: String, more: String) -> bool {
    email == more
}

#[sqreen::track_auth]
async fn later(email: &str, #[expect(unused_variables)] unused: &mut u8) -> bool {
    email.is_empty()
}

#[sqreen::track_auth]
async fn later_by_value(#[expect(unused_variables)] unused: String, email: String, more: Vec<u8>) -> bool {
    email.len() == more.len()
}

#[expect(unused_variables)]
#[sqreen::track_auth]
fn in_a_pattern((email, unused): (&str, u8)) -> bool {
    email.is_empty()
}

#[sqreen::identify(user = email)]
async fn at_a_session(email: &str, #[expect(unused_variables)] unused: u8) -> Option<bool> {
    Some(email.is_empty())
}

#[sqreen::track("order.placed", properties(amount = amount))]
fn at_an_event(amount: u8, #[expect(unused_variables)] unused: u8) -> u8 {
    amount
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(by_reference("", "") && by_value(String::new(), String::new(), String::new()));
    assert!(later("", &mut 1).await && later_by_value(String::new(), String::new(), Vec::new()).await);
    assert!(in_a_pattern(("", 1)));
    assert_eq!(at_a_session("", 1).await, Some(true));
    assert_eq!(at_an_event(1, 2), 1);
}
