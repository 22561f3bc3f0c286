//! What the shop says to a login.

use std::fmt;

use hyper::StatusCode;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Passed,
    WrongPassword,
    /// Not even looked at.
    Refused,
    Other(StatusCode),
}

impl Verdict {
    pub(crate) fn of(status: StatusCode) -> Self {
        match status {
            StatusCode::OK => Verdict::Passed,
            StatusCode::UNAUTHORIZED => Verdict::WrongPassword,
            StatusCode::FORBIDDEN => Verdict::Refused,
            other => Verdict::Other(other),
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Passed => f.write_str("with a welcome"),
            Verdict::WrongPassword => f.write_str("that it is wrong (401)"),
            Verdict::Refused => f.write_str("with a refusal (403)"),
            Verdict::Other(status) => write!(f, "{status}"),
        }
    }
}
