//! HTTP answers as outcomes, for handlers that bear the attribute themselves.

use http::{Response, StatusCode};

use super::{LoginOutcome, Outcome};

/// 2xx is a success, 4xx a failure, 5xx an error. A redirect may be either.
impl LoginOutcome for StatusCode {
    fn login_outcome(&self) -> Outcome {
        by_status(self.as_u16())
    }
}

/// What a status says, whichever crate's it is.
pub(crate) fn by_status(code: u16) -> Outcome {
    match code {
        200..=299 => Outcome::Success,
        400..=499 => Outcome::Failure,
        500..=599 => Outcome::Error,
        _ => Outcome::Unknown,
    }
}

/// By its status.
impl<B> LoginOutcome for Response<B> {
    fn login_outcome(&self) -> Outcome {
        self.status().login_outcome()
    }
}

macro_rules! answers {
    ($([$($part:ident)+])+) => {$(
        /// By its status, as frameworks make an answer of it.
        impl<$($part),+> LoginOutcome for (StatusCode, $($part),+) {
            fn login_outcome(&self) -> Outcome {
                self.0.login_outcome()
            }
        }
    )+};
}
answers!([A] [A B] [A B C]);
