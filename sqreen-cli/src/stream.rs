//! Reading a stream of events from a file, with progress for whoever watches.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use sqreen::event::{Event, What};
use sqreen::identity::UserIdentifiers;
use sqreen::log::{ReadAhead, ReadError, Reader};
use thiserror::Error;

/// How many bad lines are told one by one.
const TOLD: usize = 5;

/// A stream as it is read: its events in their order, each with its place.
#[derive(Debug)]
pub struct Stream {
    path: PathBuf,
    events: ReadAhead,
    progress: ProgressBar,
    /// The first lines that were no events.
    told: Vec<ReadError>,
    bad: u64,
}

/// Why a stream cannot be read.
#[derive(Debug, Error)]
pub enum StreamError {
    /// There is no such file, or it may not be read.
    #[error("{} cannot be read", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// What is in it is no stream, or it could not be read on.
    #[error("{} is no stream that can be read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: ReadError,
    },
}

impl Stream {
    /// Opens the stream in this file; `-` is the standard input.
    ///
    /// # Errors
    ///
    /// Where there is no such file, or no stream in it.
    pub fn open(path: &Path) -> Result<Self, StreamError> {
        let failed = |source| StreamError::Open {
            path: path.to_owned(),
            source,
        };
        if path.as_os_str() == "-" {
            return Self::of(path, BufReader::new(io::stdin()), ProgressBar::hidden());
        }
        let file = File::open(path).map_err(failed)?;
        let bytes = file.metadata().map_err(failed)?.len();
        let progress = bar(bytes);
        let file = BufReader::with_capacity(1 << 20, progress.wrap_read(file));
        Self::of(path, file, progress)
    }

    fn of(
        path: &Path,
        from: impl BufRead + Send + 'static,
        progress: ProgressBar,
    ) -> Result<Self, StreamError> {
        let path = path.to_owned();
        let events = match Reader::new(from) {
            Ok(reader) => reader.ahead(),
            Err(source) => return Err(StreamError::Read { path, source }),
        };
        match events {
            Ok(events) => Ok(Self {
                path,
                events,
                progress,
                told: Vec::new(),
                bad: 0,
            }),
            Err(source) => Err(StreamError::Open { path, source }),
        }
    }

    /// The next event and its place.
    ///
    /// A line that is no event has its place and is left out; [`Stream::unread`] tells of it.
    ///
    /// # Errors
    ///
    /// Where the file could not be read on.
    pub fn next_event(&mut self) -> Result<Option<(u64, Event)>, StreamError> {
        loop {
            let place = self.events.next_place();
            match self.events.next() {
                None => {
                    self.progress.finish_and_clear();
                    return Ok(None);
                }
                Some(Ok(event)) => return Ok(Some((place, event))),
                Some(Err(source @ ReadError::Io { .. })) => {
                    let path = self.path.clone();
                    return Err(StreamError::Read { path, source });
                }
                Some(Err(error)) => self.skip(error),
            }
        }
    }

    fn skip(&mut self, error: ReadError) {
        self.bad += 1;
        if self.told.len() < TOLD {
            self.told.push(error);
        }
    }

    /// What was left out because it could not be read, in words; nothing where all was.
    #[must_use]
    pub fn unread(&self) -> Option<String> {
        let mut text = match self.bad {
            0 => return None,
            1 => "1 line is no event and was left out:".to_owned(),
            bad => format!("{bad} lines are no events and were left out:"),
        };
        for error in &self.told {
            text += &format!("\n  {error}");
        }
        if self.bad > self.told.len() as u64 {
            text += "\n  …";
        }
        Some(text)
    }
}

/// In whose name an event is.
#[must_use]
pub fn user(event: &Event) -> Option<&UserIdentifiers> {
    match &event.what {
        What::Login(attempt) | What::SignUp(attempt) => attempt.who(),
        What::Session(session) => Some(&session.user),
        What::Custom(custom) => custom.user.as_ref(),
        _ => None,
    }
}

/// A bar for somebody who watches; nothing where nobody does.
fn bar(bytes: u64) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(bytes);
    match ProgressStyle::with_template("{wide_bar} {bytes} of {total_bytes}, {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
