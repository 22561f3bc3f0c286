//! What can be wrong with a stream.

use std::io;

use thiserror::Error;

use super::{MAX_LINE, VERSION};

/// Why a line of a stream cannot be read.
///
/// What it shows of the file is short and escaped, because attackers choose user names. It is still data of
/// users: take care where you write it.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The file could not be read. Nothing follows.
    #[error("line {line} cannot be read: {source}")]
    Io {
        /// The line, counted from 1.
        line: u64,
        /// Why.
        source: io::Error,
    },
    /// The first line does not say that events follow.
    #[error(
        "line 1 is not the header of a stream of events, such as \
         {{\"sqreen\":\"events\",\"version\":{VERSION}}}: {because}, in {shown}"
    )]
    Header {
        /// What is wrong with it.
        because: Box<str>,
        /// The beginning of the line, escaped and shortened.
        shown: Box<str>,
    },
    /// The stream is of another version.
    #[error(
        "the stream has version {version}, and this sqreen reads version {VERSION} only: read it with the \
         sqreen that wrote it, or a newer one"
    )]
    Version {
        /// The version that the header names.
        version: u64,
    },
    /// A line is longer than [`MAX_LINE`].
    #[error("line {line} is longer than {MAX_LINE} bytes")]
    TooLong {
        /// The line, counted from 1.
        line: u64,
    },
    /// A line is no event.
    #[error("line {line}, column {column}: {because}, in {shown}")]
    Event {
        /// The line, counted from 1; the header is line 1.
        line: u64,
        /// The byte of the line up to which it was understood, counted from 1; 0 where it is unknown.
        column: usize,
        /// What is wrong with it, escaped and shortened; names the field.
        because: Box<str>,
        /// The text around the column, escaped and shortened.
        shown: Box<str>,
    },
}

impl ReadError {
    /// The line, counted from 1; the header is line 1.
    #[must_use]
    pub fn line(&self) -> u64 {
        match self {
            Self::Header { .. } | Self::Version { .. } => 1,
            Self::Io { line, .. } | Self::TooLong { line } | Self::Event { line, .. } => *line,
        }
    }

    #[cold]
    pub(super) fn header(text: &[u8], because: &str) -> Self {
        Self::Header {
            because: readable(because),
            shown: excerpt(text, 0),
        }
    }

    #[cold]
    pub(super) fn event(line: u64, text: &[u8], error: &serde_json::Error) -> Self {
        Self::Event {
            line,
            column: error.column(),
            because: readable(&without_place(error)),
            shown: excerpt(text, error.column()),
        }
    }

    #[cold]
    pub(super) fn not_text(line: u64, text: &[u8], error: std::str::Utf8Error) -> Self {
        let column = error.valid_up_to() + 1;
        Self::Event {
            line,
            column,
            because: "it is not UTF-8".into(),
            shown: excerpt(text, column),
        }
    }
}

/// What serde_json says, without the place: each line is a text of its own to it, so that its line is 1.
pub(super) fn without_place(error: &serde_json::Error) -> String {
    let mut because = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    if because.ends_with(&place) {
        because.truncate(because.len() - place.len());
    }
    because
}

/// How much an error shows of a line, in bytes before they are escaped.
const SHOWN: usize = 64;

/// How long a description is at most, in bytes. The longest of our own lists all kinds of events.
const LONGEST: usize = 400;

/// What may hold what an attacker wrote, without control characters and line breaks, and shortened.
fn readable(text: &str) -> Box<str> {
    let mut shown = String::new();
    for c in text.chars() {
        if shown.len() >= LONGEST {
            shown.push_str("...");
            break;
        }
        match c {
            '"' | '\'' | '\\' => shown.push(c),
            _ => shown.extend(c.escape_debug()),
        }
    }
    shown.into()
}

/// The text around the byte at `column`, counted from 1.
fn excerpt(text: &[u8], column: usize) -> Box<str> {
    let from = column.saturating_sub(SHOWN / 2).min(text.len());
    let until = text.len().min(from + SHOWN);
    let before = if from == 0 { "" } else { "..." };
    let after = if until == text.len() { "" } else { "..." };
    let around = String::from_utf8_lossy(&text[from..until]);
    format!("`{before}{}{after}`", readable(&around)).into()
}
