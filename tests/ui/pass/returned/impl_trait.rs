//! `impl Trait` in the arguments and in what is returned, inside results and out.
#![deny(warnings)]

use std::fmt::{Debug, Display};

pub struct Sse<T: Iterator>(pub T);

#[derive(Debug)]
pub enum Error {
    Refused(sqreen::Refused),
    Bad,
}

impl From<sqreen::Refused> for Error {
    fn from(refused: sqreen::Refused) -> Self {
        Error::Refused(refused)
    }
}

#[sqreen::track_auth]
fn result(email: &str) -> Result<impl Display + use<'_>, Error> {
    if email.is_empty() {
        return Err(Error::Bad);
    }
    Ok(email)
}

#[sqreen::track_auth]
async fn result_async(email: &str) -> Result<impl Display, Error> {
    if email.is_empty() {
        return Err(Error::Bad);
    }
    Ok(email.to_owned())
}

#[sqreen::track_auth]
async fn bounded(email: &str) -> Result<Sse<impl Iterator<Item = char>>, Error> {
    Ok(Sse(email.to_owned().into_bytes().into_iter().map(char::from)))
}

#[sqreen::track_auth]
async fn optional(email: &str) -> Result<Option<impl Display>, String> {
    let number: u32 = email.parse().map_err(|_| "no number")?;
    Ok(Some(number))
}

#[sqreen::track_auth]
fn from_impl_arguments(email: impl AsRef<str> + sqreen::IdentifierValue, check: impl FnOnce(&str) -> bool) -> Option<impl Debug> {
    check(email.as_ref()).then(|| email.as_ref().to_owned())
}

#[sqreen::track_auth]
fn trait_object<'a>(email: &'a str) -> Option<Box<dyn Iterator<Item = char> + 'a>> {
    Some(Box::new(email.chars()))
}

fn main() {
    assert!(result("a").is_ok_and(|shown| shown.to_string() == "a"));
    assert!(matches!(result("").err(), Some(Error::Bad)));
    assert!(from_impl_arguments("a", |email| email == "a").is_some());
    assert!(trait_object("a").is_some());
    drop((result_async("a"), bounded("a"), optional("a")));
}
