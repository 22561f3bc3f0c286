//! `?` converts errors as in the plain function: by `From`, into `Box<dyn Error>`, of options.
#![deny(warnings)]
#![forbid(unsafe_code)]

use std::error::Error;
use std::num::ParseIntError;

use thiserror::Error as ThisError;

#[derive(Debug, ThisError)]
enum LoginError {
    #[error("no number: {0}")]
    Number(#[from] ParseIntError),
    #[error("no text")]
    Text(#[from] std::str::Utf8Error),
}

#[sqreen::track_auth]
fn by_from(login: &str, signature: &[u8]) -> Result<u32, LoginError> {
    Ok(std::str::from_utf8(signature)?.len() as u32 + login.parse::<u32>()?)
}

#[sqreen::track_auth]
async fn by_from_later(login: &str) -> Result<Option<u32>, LoginError> {
    let number = login.parse()?;
    std::future::ready(()).await;
    Ok(Some(number))
}

#[sqreen::track_auth]
fn boxed(login: &str) -> Result<u32, Box<dyn Error>> {
    if login.is_empty() {
        Err("nobody")?
    }
    Ok(login.parse()?)
}

#[sqreen::track_auth]
async fn boxed_later(login: &str) -> Result<u32, Box<dyn Error + Send + Sync>> {
    if login.is_empty() {
        Err("nobody")?
    }
    Ok(login.parse()?)
}

#[sqreen::track_auth]
async fn of_an_option(login: Option<&str>) -> Option<char> {
    login?.chars().next()?.to_lowercase().next()
}

#[sqreen::identify(user = login)]
async fn inferred_from_the_return_type(login: &str) -> Result<Vec<u32>, ParseIntError> {
    login.split(',').map(str::parse).collect()
}

#[sqreen::track_auth]
async fn ends_with_a_question_mark(login: &str) -> Result<(), ParseIntError> {
    login.parse::<u8>().map(drop)?;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(by_from("7", b"a").ok(), Some(8));
    assert!(by_from_later("x").await.is_err_and(|error| error.to_string().starts_with("no number")));
    assert!(boxed("").is_err_and(|error| error.to_string() == "nobody"));
    assert_eq!(boxed_later("7").await.ok(), Some(7));
    assert_eq!(of_an_option(Some("A")).await, Some('a'));
    assert_eq!(inferred_from_the_return_type("1,2").await, Ok(vec![1, 2]));
    assert!(ends_with_a_question_mark("256").await.is_err());
}
