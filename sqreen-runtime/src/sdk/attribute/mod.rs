//! What expanded attributes call. Small on purpose: all that does not depend on the function is here.
//!
//! Whatever an attribute reads, from arguments before the body or from the value after it, it reads in a
//! closure that is run only where an agent is there, and whose panics stay here.

mod attempt;
mod custom;
mod early;
mod nesting;
mod parking;
mod session;
mod told;

pub use attempt::Attempt;
pub use custom::custom;
pub use early::Early;
pub(super) use nesting::told_by_hand;
use parking::{Parking, Stopped};
pub use session::{Session, session, session_of};
pub use told::{RequestContext, Told};

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::pipeline::{Pipeline, Trouble};

/// How a function's result is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The user is logged in, the account is open.
    Success,
    /// The credentials were wrong, the account was not opened.
    Failure,
    /// The function could not tell: a database was down.
    Error,
    /// The value says neither, as a redirect does. Recorded as an error, and told by the agent's
    /// diagnostics.
    Unknown,
}

impl Outcome {
    /// Whether the user got in.
    #[must_use]
    pub fn is_success(self) -> bool {
        self == Self::Success
    }
}

/// Runs what a user wrote in an attribute; `None` where it panicked. The function under the attribute has
/// nothing to do with that, and goes on.
fn contained<R>(run: impl FnOnce() -> R) -> Option<R> {
    catch_unwind(AssertUnwindSafe(run)).ok()
}

#[cold]
fn note_panic(pipeline: &Pipeline, place: &dyn fmt::Display) {
    pipeline.note(
        Trouble::Attribute,
        &format_args!(
            "an expression in the attribute of {place} panicked: what it tells is missing"
        ),
    );
}
