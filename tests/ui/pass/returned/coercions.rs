//! What the last expression is coerced to stays so: trait objects, slices, function pointers, never.
#![deny(warnings)]
#![forbid(unsafe_code)]

use std::error::Error;
use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

#[sqreen::track_auth]
fn boxed(email: &str) -> Option<Box<dyn Display + '_>> {
    Some(Box::new(email))
}

#[sqreen::track_auth]
async fn boxed_later(email: &str) -> Result<Box<dyn Display + Send + '_>, Box<dyn Error + Send>> {
    if email.is_empty() { Err(Box::new(std::fmt::Error)) } else { Ok(Box::new(email)) }
}

#[sqreen::track("seen", user = email)]
fn bare(email: &str) -> Box<dyn Display + '_> {
    Box::new(email)
}

#[sqreen::track("seen", user = email)]
async fn bare_later(email: String) -> Rc<dyn Display> {
    Rc::new(email)
}

#[sqreen::track_auth]
fn slice(email: &str) -> Option<&'static [u8]> {
    if email.is_empty() { Some(&[1, 2]) } else { Some(&[1]) }
}

#[sqreen::track_auth]
async fn function(email: &str) -> Option<fn(&str) -> usize> {
    if email.is_empty() { None } else { Some(str::len) }
}

#[sqreen::track_auth(success = Result::is_ok)]
fn future_in_a_result(email: &str) -> Result<Pin<Box<dyn Future<Output = usize> + '_>>, String> {
    if email.is_empty() { Err("nobody".to_owned()) } else { Ok(Box::pin(async move { email.len() })) }
}

#[sqreen::track_auth]
fn never(email: &str) -> bool {
    if email.is_empty() { std::process::exit(0) } else { true }
}

#[sqreen::track_auth]
async fn chosen(email: &str) -> Option<Box<dyn Fn() -> usize + '_>> {
    match email {
        "" => None,
        "a" => Some(Box::new(|| 1)),
        _ => Some(Box::new(|| email.len())),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(boxed("a").is_some_and(|shown| shown.to_string() == "a"));
    assert!(boxed_later("a").await.is_ok_and(|shown| shown.to_string() == "a"));
    assert_eq!(bare("a").to_string(), bare_later("a".to_owned()).await.to_string());
    assert_eq!(slice("a"), Some(&[1][..]));
    assert!(function("a").await.is_some_and(|length| length("abc") == 3));
    match future_in_a_result("abc") {
        Ok(length) => assert_eq!(length.await, 3),
        Err(_) => assert!(never("")),
    }
    assert_eq!(chosen("abc").await.map(|length| length()), Some(3));
}
