//! `sqreen replay`: what a policy would have decided on a stream, and what another would have done otherwise.

mod command;
mod diff;
mod report;
mod tally;

pub use command::{Command, ReplayError};
pub use diff::{Difference, Moved};
pub use report::{DifferenceReport, Report};
pub use tally::{Banned, Decided, Honest, Outcomes, Recorded, Run, Tally};
