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
