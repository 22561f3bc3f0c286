//! Reading a stream on a thread of its own, ahead of whoever takes the events.

use std::io::{self, BufRead};
use std::panic;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::vec;

use super::{MAX_LINE, ReadError, Reader};
use crate::event::Event;

/// The events of a stream, read on another thread while those before them are looked at.
///
/// It gives what the [`Reader`] would, in the same order. Reading a login and deciding about it cost about
/// the same, so that a replay takes half the time. Dropped before its end, it ends the thread.
///
/// ```
/// use sqreen_runtime::log::Reader;
///
/// let file = r#"{"sqreen":"events","version":1}
/// {"at":1792000000000,"type":"session","user":{"email":"alice@example.com"}}"#;
/// let events = Reader::new(file.as_bytes())?.ahead()?;
/// assert_eq!(events.filter_map(Result::ok).count(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct ReadAhead {
    batch: vec::IntoIter<Line>,
    batches: Receiver<Vec<Line>>,
    thread: Option<JoinHandle<()>>,
    next_place: u64,
}

type Line = Result<Event, ReadError>;

/// How many lines are handed over at once: handing over costs a few microseconds, as a dozen events do.
const LINES: usize = 512;

/// A batch of long lines ends at so many bytes. With the two that wait, the one being made and the one being
/// taken, text of some 8 MiB is in memory at most.
const BYTES: usize = MAX_LINE;

/// How many batches wait to be taken.
const WAITING: usize = 2;

impl<R: BufRead + Send + 'static> Reader<R> {
    /// Reads on, on a thread of its own.
    ///
    /// # Errors
    ///
    /// Where the system has no thread left.
    pub fn ahead(self) -> io::Result<ReadAhead> {
        let next_place = self.next_place();
        let (sender, batches) = sync_channel(WAITING);
        let thread = thread::Builder::new()
            .name("sqreen-read-ahead".into())
            .spawn(move || read(self, &sender))?;
        Ok(ReadAhead {
            batch: Vec::new().into_iter(),
            batches,
            thread: Some(thread),
            next_place,
        })
    }
}

/// Reads to the end, or until nobody takes what is read.
fn read<R: BufRead>(mut reader: Reader<R>, to: &SyncSender<Vec<Line>>) {
    loop {
        let mut batch = Vec::with_capacity(LINES);
        let mut bytes = 0;
        while batch.len() < LINES && bytes < BYTES {
            let Some(line) = reader.next() else {
                break;
            };
            batch.push(line);
            bytes += reader.line_length();
        }
        if batch.is_empty() || to.send(batch).is_err() {
            return;
        }
    }
}

impl ReadAhead {
    /// The place in the stream of the next line's event.
    #[must_use]
    pub fn next_place(&self) -> u64 {
        self.next_place
    }

    /// What is read next, once it is.
    fn next_batch(&mut self) -> Option<Vec<Line>> {
        if let Ok(batch) = self.batches.recv() {
            return Some(batch);
        }
        // It is done, unless reading panicked: then what is missing must not look like the end of the file.
        if let Some(Err(panicked)) = self.thread.take().map(JoinHandle::join) {
            panic::resume_unwind(panicked);
        }
        None
    }
}

impl Iterator for ReadAhead {
    type Item = Result<Event, ReadError>;

    fn next(&mut self) -> Option<Line> {
        if self.batch.len() == 0 {
            self.batch = self.next_batch()?.into_iter();
        }
        self.next_place = self.next_place.saturating_add(1);
        self.batch.next()
    }
}
