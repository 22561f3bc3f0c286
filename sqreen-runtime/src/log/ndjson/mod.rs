//! A stream of events as a file: one JSON object a line, behind a first line that says what it is.
//!
//! The only place that knows lines and the header; what stands in a line is `event`'s. Each kind of event
//! and its fields are described in `docs/events.md` of the repository.

mod ahead;
mod error;
mod reader;
mod recording;
mod writer;

use std::num::NonZeroU64;

use serde::{Deserialize, Serialize};

pub use ahead::ReadAhead;
pub use error::ReadError;
pub use reader::Reader;
pub(crate) use recording::{Recording, create};
pub use writer::Writer;

/// The version of the file that is written, and the only one that is read.
///
/// It changes where old readers would misunderstand new files. New fields do not change it: readers ignore
/// fields they do not know.
pub const VERSION: u64 = 1;

/// The longest line, in bytes without its end: 1 MiB.
///
/// An event holds at most a few dozen user names, traits and properties of half a kilobyte each, six times as
/// much where all of it has to be escaped: some hundred kilobytes. What is longer is no event.
pub const MAX_LINE: usize = 1 << 20;

/// What the header calls the file.
const EVENTS: &str = "events";

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
struct Header<'a> {
    /// What follows.
    sqreen: &'a str,
    version: u64,
    /// The place in the stream of the first event that follows.
    #[serde(default = "beginning", skip_serializing_if = "is_beginning")]
    first: NonZeroU64,
}

/// The place of the first event there ever was.
const fn beginning() -> NonZeroU64 {
    NonZeroU64::MIN
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_beginning(place: &NonZeroU64) -> bool {
    *place == beginning()
}

#[cfg(test)]
mod tests;
