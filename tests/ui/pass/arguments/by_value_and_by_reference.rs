//! Whatever way an argument is handed over, it identifies the user and reaches the body as it was.
#![deny(warnings)]
#![forbid(unsafe_code)]

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

#[sqreen::track_auth]
fn by_reference(email: &str) -> usize_or_none::Found {
    Some(email.len())
}

mod usize_or_none {
    pub(crate) type Found = Option<usize>;
}

#[sqreen::track_auth]
fn by_value(email: String) -> Option<String> {
    Some(email)
}

#[sqreen::track_auth]
fn by_mutable_reference(email: &mut String) -> bool {
    email.push('!');
    true
}

#[sqreen::track_auth]
fn with_a_lifetime<'a>(email: &'a str, _password: &str) -> Option<&'a str> {
    Some(email)
}

#[sqreen::track_auth]
fn optional(email: Option<&str>) -> Option<usize> {
    email.map(str::len)
}

#[sqreen::track_auth]
fn optional_and_owned(email: &Option<String>) -> bool {
    email.is_some()
}

#[sqreen::track_auth]
fn borrowed_or_owned(email: Cow<'_, str>) -> Option<String> {
    Some(email.into_owned())
}

#[sqreen::track_auth]
fn boxed(email: Box<str>) -> Option<Box<str>> {
    Some(email)
}

#[sqreen::track_auth]
fn shared(email: Arc<str>, login: Rc<String>) -> Option<(Arc<str>, Rc<String>)> {
    Some((email, login))
}

#[sqreen::track_auth]
fn twice_referenced(email: &&str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth]
fn number(login: u128) -> bool {
    login > 1
}

#[sqreen::track_auth]
fn static_text(email: &'static str) -> Option<&'static str> {
    Some(email)
}

fn main() {
    let mut text = "a".to_owned();
    assert_eq!(by_reference("a"), Some(1));
    assert_eq!(by_value("a".into()).as_deref(), Some("a"));
    assert!(by_mutable_reference(&mut text) && text == "a!");
    assert_eq!(with_a_lifetime("a", ""), Some("a"));
    assert_eq!(optional(None), None);
    assert!(optional_and_owned(&Some(text)));
    assert_eq!(borrowed_or_owned("a".into()).as_deref(), Some("a"));
    assert_eq!(boxed("a".into()).as_deref(), Some("a"));
    assert!(shared("a".into(), Rc::new("b".into())).is_some());
    assert!(!twice_referenced(&"a") && number(2));
    assert_eq!(static_text("a"), Some("a"));
}
