//! Reading a stream.

use std::io::{BufRead, Read};
use std::num::NonZeroU64;

use serde::Deserialize;

use super::error::without_place;
use super::{EVENTS, Header, MAX_LINE, ReadError, VERSION};
use crate::event::Event;

/// Reads a stream of events, one a line.
///
/// An iterator of events in their order. A line that is no event is an error, after which reading goes on
/// with the next line for a caller who asks for it. Where the file itself cannot be read, that error is the
/// last item. A line takes [`MAX_LINE`] bytes of memory at most, whatever the file holds; the last line need
/// not have an end.
///
/// # Places
///
/// An event's place in the stream, by which the evidence of a decision names it, is its line: the line after
/// the header is the place that the header calls `first`, which is 1 unless it says otherwise, and each line
/// is one more, whether it could be read or not. [`Reader::next_place`] tells it.
///
/// ```
/// use sqreen_runtime::log::Reader;
///
/// let file = r#"{"sqreen":"events","version":1}
/// {"at":1792000000000,"type":"login","outcome":"success","user":{"email":"alice@example.com"}}
/// {"at":1792000000250,"type":"login","outcome":"maybe"}
/// {"at":1792000000500,"type":"session","user":{"email":"alice@example.com"}}"#;
///
/// let events: Vec<_> = Reader::new(file.as_bytes())?.collect();
/// assert_eq!(events[0].as_ref().unwrap().at.as_millis(), 1_792_000_000_000);
/// let problem = events[1].as_ref().unwrap_err();
/// assert!(problem.to_string().starts_with("line 3, column 52: `outcome`: unknown variant `maybe`"));
/// assert!(events[2].is_ok());
/// # Ok::<(), sqreen_runtime::log::ReadError>(())
/// ```
#[derive(Debug)]
pub struct Reader<R> {
    from: R,
    /// Kept from line to line for its memory.
    line: Vec<u8>,
    /// Lines begun, the header among them.
    lines: u64,
    first: NonZeroU64,
    /// Whether the file could not be read on.
    broken: bool,
}

impl<R: BufRead> Reader<R> {
    /// Reads the header.
    ///
    /// # Errors
    ///
    /// [`ReadError::Header`] or [`ReadError::Version`] where this is no stream, or of another version;
    /// [`ReadError::TooLong`] and [`ReadError::Io`].
    pub fn new(from: R) -> Result<Self, ReadError> {
        let mut reader = Self {
            from,
            line: Vec::new(),
            lines: 0,
            first: NonZeroU64::MIN,
            broken: false,
        };
        if !reader.next_line()? {
            return Err(ReadError::header(b"", "it is empty"));
        }
        reader.first = first_place(&reader.line)?;
        Ok(reader)
    }

    /// The place in the stream of the next line's event.
    #[must_use]
    pub fn next_place(&self) -> u64 {
        self.first.get().saturating_add(self.lines - 1)
    }

    /// The length of the line that was read last, in bytes.
    pub(super) fn line_length(&self) -> usize {
        self.line.len()
    }

    /// The memory that lines take, in bytes.
    #[cfg(test)]
    pub(super) fn buffered(&self) -> usize {
        self.line.capacity()
    }

    /// Reads the next line, without its end, into `self.line`. Returns whether there was one.
    fn next_line(&mut self) -> Result<bool, ReadError> {
        let line = self.lines + 1;
        let failed = |source| ReadError::Io { line, source };
        self.line.clear();
        let limited = (&mut self.from).take(MAX_LINE as u64 + 1);
        let read = { limited }
            .read_until(b'\n', &mut self.line)
            .map_err(failed)?;
        if read == 0 {
            return Ok(false);
        }
        self.lines = line;
        if self.line.last() == Some(&b'\n') {
            self.line.pop();
        } else if self.line.len() > MAX_LINE {
            self.from.skip_until(b'\n').map_err(failed)?;
            return Err(ReadError::TooLong { line });
        }
        Ok(true)
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<Event, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.broken {
            return None;
        }
        match self.next_line() {
            Ok(true) => Some(event(self.lines, &self.line)),
            Ok(false) => None,
            Err(error) => {
                self.broken = matches!(error, ReadError::Io { .. });
                Some(Err(error))
            }
        }
    }
}

/// The event in a line.
fn event(line: u64, text: &[u8]) -> Result<Event, ReadError> {
    // Checked once for the whole line rather than string by string, which is slower.
    let json = str::from_utf8(text).map_err(|error| ReadError::not_text(line, text, error))?;
    serde_json::from_str(json).map_err(|error| ReadError::event(line, text, &error))
}

/// Checks the header, and takes the place of the first event out of it.
fn first_place(line: &[u8]) -> Result<NonZeroU64, ReadError> {
    /// What a header has in every version.
    #[derive(Deserialize)]
    struct Mark<'a> {
        sqreen: &'a str,
        version: u64,
    }

    let refused = |error| ReadError::header(line, &without_place(&error));
    let mark: Mark<'_> = serde_json::from_slice(line).map_err(refused)?;
    if mark.sqreen != EVENTS {
        let because = format!("it is of `{}`, not of `{EVENTS}`", mark.sqreen);
        return Err(ReadError::header(line, &because));
    }
    if mark.version != VERSION {
        return Err(ReadError::Version {
            version: mark.version,
        });
    }
    let header: Header<'_> = serde_json::from_slice(line).map_err(refused)?;
    Ok(header.first)
}
