//! Rocket: its answers as outcomes.
//!
//! Not recommended by the compiler: what it says of a type that tells no outcome is the same with every feature.

use ::rocket::Either;
use ::rocket::http::Status;
use ::rocket::response::status::Custom;

use crate::sdk::outcome::http::by_status;
use crate::sdk::outcome::{LoginOutcome, Outcome};

/// 2xx is a success, 4xx a failure, 5xx an error. A redirect may be either.
#[diagnostic::do_not_recommend]
impl LoginOutcome for Status {
    fn login_outcome(&self) -> Outcome {
        by_status(self.code)
    }
}

/// By its status.
#[diagnostic::do_not_recommend]
impl<T> LoginOutcome for (Status, T) {
    fn login_outcome(&self) -> Outcome {
        self.0.login_outcome()
    }
}

/// By its status.
#[diagnostic::do_not_recommend]
impl<T> LoginOutcome for Custom<T> {
    fn login_outcome(&self) -> Outcome {
        self.0.login_outcome()
    }
}

/// As the one that it is.
#[diagnostic::do_not_recommend]
impl<L: LoginOutcome, R: LoginOutcome> LoginOutcome for Either<L, R> {
    fn login_outcome(&self) -> Outcome {
        match self {
            Self::Left(left) => left.login_outcome(),
            Self::Right(right) => right.login_outcome(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_by_its_status() {
        for (status, outcome) in [
            (Status::NoContent, Outcome::Success),
            (Status::Forbidden, Outcome::Failure),
            (Status::InternalServerError, Outcome::Error),
            (Status::Found, Outcome::Unknown),
        ] {
            let either: [Either<Status, (Status, u8)>; 2] =
                [Either::Left(status), Either::Right((status, 1))];
            assert_eq!(status.login_outcome(), outcome);
            assert_eq!((status, "body").login_outcome(), outcome);
            assert_eq!(Custom(status, "body").login_outcome(), outcome);
            assert_eq!(either.map(|either| either.login_outcome()), [outcome; 2]);
        }
    }
}
