//! Arguments whose type is a trait: `impl Into<String>`, closures, for any lifetime, boxed and borrowed.
#![deny(warnings)]
#![forbid(unsafe_code)]

use std::fmt::Display;
use std::future::Future;

use sqreen::IdentifierValue;

#[sqreen::track_auth]
fn into_text(email: &str, name: impl Into<String>) -> Option<String> {
    (!email.is_empty()).then(|| name.into())
}

#[sqreen::track_auth]
async fn called_once(email: &str, check: impl FnOnce(&str) -> bool) -> bool {
    check(email)
}

#[sqreen::track_auth]
fn called_and_changed(email: &str, mut count: impl FnMut() -> u32) -> bool {
    count() + count() == email.len() as u32
}

#[sqreen::track_auth]
fn for_any_lifetime<F>(email: &str, check: F) -> Option<String>
where
    F: for<'a> Fn(&'a str) -> &'a str,
{
    Some(check(email).to_owned())
}

#[sqreen::track_auth]
async fn async_closure(email: String, check: impl AsyncFnOnce(&str) -> bool) -> bool {
    check(&email).await
}

#[sqreen::track_auth]
async fn future<F>(email: String, check: F) -> bool
where
    F: Future<Output = bool> + Send,
{
    check.await && !email.is_empty()
}

#[sqreen::track_auth]
fn trait_object(email: &str, shown: &dyn Display, boxed: Box<dyn Fn(&str) -> bool + '_>) -> bool {
    boxed(&shown.to_string()) && boxed(email)
}

#[sqreen::track_auth]
fn generic_identifier<T: IdentifierValue + ?Sized>(email: &T) -> bool {
    size_of_val(email) > 0
}

#[sqreen::track_auth]
fn nameless_identifier(email: impl IdentifierValue + Copy, again: &impl IdentifierValue) -> bool {
    size_of_val(&email) == size_of_val(again)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(into_text("a", "b").as_deref(), Some("b"));
    assert!(called_once("a", |email| email == "a").await);
    assert!(called_and_changed("aa", || 1));
    assert_eq!(for_any_lifetime(" a ", |email| email.trim()).as_deref(), Some("a"));
    assert!(async_closure("a".to_owned(), async |email| email == "a").await);
    assert!(future("a".to_owned(), std::future::ready(true)).await);
    assert!(trait_object("a", &"a", Box::new(|text| text == "a")));
    assert!(generic_identifier("a") && nameless_identifier(1_u64, &2_u64));
}
