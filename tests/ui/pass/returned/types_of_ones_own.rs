//! `LoginOutcome` for an enum of the application's, bare, in a `Result`, and as a bound.
#![deny(warnings)]
#![forbid(unsafe_code)]

use sqreen::{LoginOutcome, Outcome};

#[derive(Debug, PartialEq)]
enum Reply {
    Welcome(String),
    TryAgain,
    Broken,
}

impl LoginOutcome for Reply {
    fn login_outcome(&self) -> Outcome {
        match self {
            Self::Welcome(_) => Outcome::Success,
            Self::TryAgain => Outcome::Failure,
            Self::Broken => Outcome::Error,
        }
    }
}

#[sqreen::track_auth]
async fn bare(email: &str) -> Reply {
    if email.is_empty() { Reply::TryAgain } else { Reply::Welcome(email.to_owned()) }
}

#[sqreen::track_auth]
async fn in_a_result(email: &str) -> Result<Reply, u32> {
    if email.is_empty() { Ok(Reply::Broken) } else { Err(7) }
}

#[sqreen::track_auth]
fn as_a_bound<T: LoginOutcome + From<bool>>(email: &str) -> T {
    email.is_empty().into()
}

#[sqreen::track_auth]
fn the_outcome_itself(email: &str) -> Outcome {
    if email.is_empty() { Outcome::Failure } else { Outcome::Success }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(bare("a").await, Reply::Welcome("a".to_owned()));
    assert_eq!(in_a_result("").await, Ok(Reply::Broken));
    assert!(as_a_bound::<bool>(""));
    assert_eq!(the_outcome_itself("a"), Outcome::Success);
}
