//! actix-web: its answers as outcomes. It has a `StatusCode` of its own.
//!
//! Not recommended by the compiler: what it says of a type that tells no outcome is the same with every feature.

use ::actix_web::HttpResponse;
use ::actix_web::http::StatusCode;

use crate::sdk::outcome::http::by_status;
use crate::sdk::outcome::{LoginOutcome, Outcome};

/// 2xx is a success, 4xx a failure, 5xx an error. A redirect may be either.
#[diagnostic::do_not_recommend]
impl LoginOutcome for StatusCode {
    fn login_outcome(&self) -> Outcome {
        by_status(self.as_u16())
    }
}

/// By its status.
#[diagnostic::do_not_recommend]
impl<B> LoginOutcome for HttpResponse<B> {
    fn login_outcome(&self) -> Outcome {
        self.status().login_outcome()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_by_its_status() {
        for (answer, outcome) in [
            (HttpResponse::Ok(), Outcome::Success),
            (HttpResponse::Unauthorized(), Outcome::Failure),
            (HttpResponse::ServiceUnavailable(), Outcome::Error),
            (HttpResponse::SeeOther(), Outcome::Unknown),
        ] {
            let mut answer = answer;
            let answer = answer.finish();
            assert_eq!(answer.login_outcome(), outcome);
            assert_eq!(answer.status().login_outcome(), outcome);
        }
    }
}
