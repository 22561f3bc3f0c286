//! Writing a stream.

use std::io::{self, Write};
use std::num::NonZeroU64;

use super::{EVENTS, Header, MAX_LINE, VERSION, beginning};
use crate::event::Event;

/// Writes a stream of events, one a line.
///
/// Each event goes out in one piece; wrap what writes to a disk or a socket in a
/// [`BufWriter`](std::io::BufWriter).
///
/// ```
/// use sqreen_runtime::event::{Event, Origin, Timestamp, What};
/// use sqreen_runtime::identity::UserIdentifiers;
/// use sqreen_runtime::log::Writer;
///
/// let mut writer = Writer::new(Vec::new())?;
/// writer.write(&Event {
///     at: Timestamp::from_millis(1_792_000_000_000),
///     origin: Origin::default(),
///     what: What::SteppedUp { user: UserIdentifiers::new("email", "alice@example.com")? },
/// })?;
/// assert_eq!(
///     String::from_utf8(writer.into_inner())?,
///     r#"{"sqreen":"events","version":1}
/// {"at":1792000000000,"type":"stepped_up","user":{"email":"alice@example.com"}}
/// "#
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Writer<W> {
    to: W,
    /// Kept from event to event for its memory.
    line: Vec<u8>,
}

impl<W: Write> Writer<W> {
    /// Begins a stream.
    ///
    /// # Errors
    ///
    /// Those of `to`.
    pub fn new(to: W) -> io::Result<Self> {
        Self::starting_at(to, beginning())
    }

    /// Begins with the event at this place of a stream, where those before it are not written.
    ///
    /// # Errors
    ///
    /// Those of `to`.
    pub fn starting_at(to: W, first: NonZeroU64) -> io::Result<Self> {
        let mut writer = Self {
            to,
            line: Vec::new(),
        };
        let header = Header {
            sqreen: EVENTS,
            version: VERSION,
            first,
        };
        writer.write_line(&header)?;
        Ok(writer)
    }

    /// Writes the next event.
    ///
    /// # Errors
    ///
    /// Those of what it writes to, and [`InvalidInput`](io::ErrorKind::InvalidInput) for an event that is
    /// longer than [`MAX_LINE`]: no reader would take it. Nothing of such an event is written.
    pub fn write(&mut self, event: &Event) -> io::Result<()> {
        self.write_line(event)
    }

    /// Leaves out an event: an empty line stands for it, so that those after it keep their places. A reader has
    /// an error there, and goes on.
    ///
    /// # Errors
    ///
    /// Those of what it writes to.
    pub fn leave_out(&mut self) -> io::Result<()> {
        self.to.write_all(b"\n")
    }

    fn write_line(&mut self, line: &impl serde::Serialize) -> io::Result<()> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, line)?;
        if self.line.len() > MAX_LINE {
            let problem = format!(
                "an event of {} bytes is longer than {MAX_LINE}",
                self.line.len()
            );
            return Err(io::Error::new(io::ErrorKind::InvalidInput, problem));
        }
        self.line.push(b'\n');
        self.to.write_all(&self.line)
    }

    /// Writes out what `to` holds back.
    ///
    /// # Errors
    ///
    /// Those of what it writes to.
    pub fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }

    /// What it wrote to. Nothing is held back here; what a buffer inside holds back still has to be flushed.
    pub fn into_inner(self) -> W {
        self.to
    }
}
