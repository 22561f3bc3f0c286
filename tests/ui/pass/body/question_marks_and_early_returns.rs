//! `?`, `return`, coercions of errors, and all of it hidden in macros, at once and async.
#![deny(warnings)]

use std::error::Error;
use std::num::ParseIntError;

macro_rules! ensure {
    ($condition:expr, $error:expr) => {
        if !$condition {
            return Err($error.into());
        }
    };
}

struct Wrapped(ParseIntError);

impl From<ParseIntError> for Wrapped {
    fn from(error: ParseIntError) -> Self {
        Wrapped(error)
    }
}

#[sqreen::track_auth]
fn boxed_error(email: &str) -> Result<u32, Box<dyn Error + Send + Sync>> {
    ensure!(!email.is_empty(), "empty");
    if email == "zero" {
        return Ok(0);
    }
    let number: u32 = email.parse()?;
    Ok(number)
}

#[sqreen::track_auth]
async fn boxed_error_async(email: &str) -> Result<u32, Box<dyn Error + Send + Sync>> {
    ensure!(!email.is_empty(), "empty");
    if email == "zero" {
        return Ok(0);
    }
    let number: u32 = email.parse()?;
    Ok(number)
}

#[sqreen::track_auth]
fn converted(email: &str) -> Result<u32, Wrapped> {
    Ok(email.parse::<u32>()?)
}

#[sqreen::track_auth]
async fn converted_async(email: &str) -> Result<Option<u32>, Wrapped> {
    let number = email.parse()?;
    Ok(Some(number))
}

#[sqreen::track_auth]
fn question_mark_of_an_option(email: Option<&str>) -> Option<String> {
    let email = email?;
    'found: {
        if email.contains('@') {
            break 'found Some(email.into());
        }
        None
    }
}

fn main() {
    assert_eq!(boxed_error("7").ok(), Some(7));
    assert!(boxed_error("").is_err());
    assert_eq!(converted("8").ok(), Some(8));
    assert!(converted("x").is_err_and(|Wrapped(error)| error.to_string().contains("invalid")));
    assert!(question_mark_of_an_option(Some("@")).is_some());
    drop((boxed_error_async("zero"), converted_async("x")));
}
