//! `impl Trait` in what is returned: bare, in results and options, with lifetimes and `use<…>`.
#![deny(warnings)]
#![forbid(unsafe_code)]

use std::fmt::Display;

#[derive(Debug)]
struct Wrapped<T: Iterator>(T);

#[sqreen::track_auth]
fn in_a_result(email: &str) -> Result<impl Display + use<'_>, String> {
    if email.is_empty() {
        return Err("nobody".to_owned());
    }
    Ok(email)
}

#[sqreen::track_auth]
async fn later(email: &str) -> Result<impl Display + use<>, String> {
    if email.is_empty() {
        return Err("nobody".to_owned());
    }
    Ok(email.to_owned())
}

#[sqreen::track_auth]
async fn in_both(email: &str) -> Result<Option<impl Iterator<Item = char>>, String> {
    if email.is_empty() {
        return Ok(None);
    }
    Ok(Some(email.chars()))
}

#[sqreen::track_auth]
fn in_a_bounded_type(email: &str) -> Option<Wrapped<impl Iterator<Item = u8> + '_>> {
    Some(Wrapped(email.bytes()))
}

#[sqreen::track_auth(success = |_| true)]
fn bare(email: &str) -> impl Display + Clone + use<> {
    email.len()
}

#[sqreen::identify(user = email)]
async fn nested(email: String) -> impl Iterator<Item = impl Display> {
    email.into_bytes().into_iter().rev()
}

#[sqreen::track_auth]
fn pair(email: &str) -> Option<(impl Display, impl Fn() -> usize)> {
    Some((email, || email.len()))
}

#[sqreen::track_auth(success = |words| words.size_hint().0 > 0)]
fn double_ended<'a>(email: &'a str, more: &'a [&'a str]) -> impl DoubleEndedIterator<Item = &'a str> + 'a {
    more.iter().copied().filter(move |word| *word != email)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(in_a_result("a").map(|shown| shown.to_string()), Ok("a".to_owned()));
    assert!(later("").await.is_err_and(|error| error == "nobody"));
    assert!(in_both("a").await.is_ok_and(|letters| letters.is_some_and(|letters| letters.count() == 1)));
    assert!(in_a_bounded_type("a").is_some_and(|Wrapped(bytes)| bytes.count() == 1));
    assert_eq!(bare("abc").to_string(), "3");
    assert_eq!(nested("ab".to_owned()).await.map(|byte| byte.to_string()).collect::<Vec<_>>(), ["98", "97"]);
    assert!(pair("abc").is_some_and(|(shown, length)| shown.to_string().len() == length()));
    assert_eq!(double_ended("a", &["a", "b"]).next_back(), Some("b"));
}
