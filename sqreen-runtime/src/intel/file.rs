//! One file: whether it has changed, and what it holds.
//!
//! A file that changed is read only after it has looked the same twice, so that one that is being written is
//! left alone until it is whole; a file that is put in place by a rename is whole at once, and waits all the
//! same. What was read last stays in use until something better is.

use std::fs;
use std::io::{self, Read as _};
use std::path::PathBuf;
use std::sync::Arc;

use super::list::List;
use super::ranges::Ranges;
use super::sight::Sight;
use super::sources::{Problem, SourceKind, SourceStatus};
use crate::event::{AddressKind, Timestamp};

#[cfg(feature = "geoip")]
use super::database::Database;

/// The largest list that is read, in bytes: some four million lines.
const LARGEST_LIST: u64 = 64 << 20;
/// The largest database that is read, in bytes. The largest there are have some hundreds of megabytes.
const LARGEST_DATABASE: u64 = 2 << 30;

/// A file that facts come from.
#[derive(Debug)]
pub(super) struct File {
    kind: SourceKind,
    path: PathBuf,
    /// How it looked at the last look.
    seen: Sight,
    /// How it looked when it was last read, for better or worse.
    read: Sight,
    /// What is in use from it, and since when.
    good: Option<(Arc<Content>, Timestamp)>,
    /// Why it is not in use as it is now.
    problem: Option<Problem>,
}

/// What a file holds.
#[derive(Debug)]
pub(super) enum Content {
    List(AddressKind, List),
    #[cfg(feature = "geoip")]
    Database(Arc<Database>),
}

/// What can be sent to another thread, to read a file there.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    kind: SourceKind,
    path: PathBuf,
}

/// What came of it.
#[derive(Debug)]
pub(super) struct Outcome {
    before: Sight,
    after: Sight,
    pub(super) content: Result<Content, Unusable>,
}

/// Why a file cannot be used.
#[derive(Debug)]
pub(super) enum Unusable {
    /// It cannot be read.
    Unreadable(io::Error),
    /// It can, and is not what it should be.
    Wrong { line: Option<usize>, what: String },
}

impl Reading {
    pub(super) fn read(&self) -> Outcome {
        let before = Sight::of(&self.path);
        // What is read was written by somebody else: a mistake in reading it must not end in a loop of panics.
        let content = std::panic::catch_unwind(|| self.content()).unwrap_or_else(|_| {
            let what = "reading it panicked; please report this, with the file".into();
            Err(Unusable::Wrong { line: None, what })
        });
        let after = Sight::of(&self.path);
        if let (Ok(content), true) = (&content, before == after) {
            let entries = content.entries();
            // Told here, where no lock is held: whoever listens may do anything.
            tracing::info!(target: "sqreen", entries, "read {}", self.path.display());
        }
        Outcome {
            before,
            after,
            content,
        }
    }

    fn content(&self) -> Result<Content, Unusable> {
        match self.kind.kind() {
            Some(kind) => {
                let bytes = self.bytes(LARGEST_LIST)?;
                let list = List::parse(&bytes).map_err(|error| Unusable::Wrong {
                    line: error.line,
                    what: error.problem.to_string(),
                })?;
                Ok(Content::List(kind, list))
            }
            None => database(self.bytes(LARGEST_DATABASE)?),
        }
    }

    fn bytes(&self, most: u64) -> Result<Vec<u8>, Unusable> {
        let read = || {
            let metadata = fs::metadata(&self.path)?;
            // Opening a pipe would wait for somebody to write into it.
            if !metadata.is_file() {
                let problem = "it is not a file";
                return Err(io::Error::new(io::ErrorKind::InvalidInput, problem));
            }
            let mut bytes = Vec::new();
            let file = fs::File::open(&self.path)?;
            file.take(most + 1).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        let bytes = read().map_err(Unusable::Unreadable)?;
        if bytes.len() as u64 > most {
            let what = format!("it has more than {} MiB, the most that is read", most >> 20);
            return Err(Unusable::Wrong { line: None, what });
        }
        Ok(bytes)
    }
}

#[cfg(feature = "geoip")]
fn database(bytes: Vec<u8>) -> Result<Content, Unusable> {
    match Database::read(bytes) {
        Ok(database) => Ok(Content::Database(Arc::new(database))),
        Err(what) => Err(Unusable::Wrong { line: None, what }),
    }
}

#[cfg(not(feature = "geoip"))]
fn database(_: Vec<u8>) -> Result<Content, Unusable> {
    let what = "sqreen was built without the feature `geoip`".into();
    Err(Unusable::Wrong { line: None, what })
}

impl Content {
    pub(super) fn entries(&self) -> usize {
        match self {
            Self::List(_, list) => list.len(),
            #[cfg(feature = "geoip")]
            Self::Database(database) => database.networks(),
        }
    }

    /// The ranges of a list, and what is in them.
    pub(super) fn ranges(&self) -> Option<(AddressKind, &Ranges)> {
        match self {
            Self::List(kind, list) => Some((*kind, list.ranges())),
            #[cfg(feature = "geoip")]
            Self::Database(_) => None,
        }
    }

    #[cfg(feature = "geoip")]
    pub(super) fn database(&self) -> Option<Arc<Database>> {
        match self {
            Self::List(..) => None,
            Self::Database(database) => Some(Arc::clone(database)),
        }
    }
}

impl File {
    pub(super) fn new(kind: SourceKind, path: PathBuf) -> Self {
        Self {
            kind,
            path,
            seen: Sight::Never,
            read: Sight::Never,
            good: None,
            problem: None,
        }
    }

    /// Looks at the file. Returns how to read it, if it has changed and stands still.
    pub(super) fn look(&mut self) -> Option<Reading> {
        let sight = Sight::of(&self.path);
        let before = std::mem::replace(&mut self.seen, sight);
        (sight == before && sight != self.read).then(|| self.reading())
    }

    pub(super) fn reading(&self) -> Reading {
        Reading {
            kind: self.kind,
            path: self.path.clone(),
        }
    }

    /// Takes in what was read. What is in use changes only for the better.
    pub(super) fn take(&mut self, outcome: Outcome, now: Timestamp) -> Option<&Problem> {
        if outcome.before != outcome.after {
            // Somebody is writing: it will be read once it stands still.
            return None;
        }
        self.read = outcome.before;
        let (line, what) = match outcome.content {
            Ok(content) => {
                self.good = Some((Arc::new(content), now));
                self.problem = None;
                return None;
            }
            Err(Unusable::Unreadable(error)) => (None, format!("cannot read it: {error}")),
            Err(Unusable::Wrong { line, what }) => (line, what),
        };
        let line = line.map(|line| format!(":{line}")).unwrap_or_default();
        let left = match &self.good {
            Some((content, _)) => {
                format!(
                    "what was read before, {} entries, stays in use",
                    content.entries()
                )
            }
            None => "nothing of it is in use".into(),
        };
        let cause = format!("{}{line}: {what}; {left}", self.path.display());
        Some(self.problem.insert(Problem { at: now, cause }))
    }

    /// What turned out to be wrong in use, if it was not told yet.
    #[cfg(feature = "geoip")]
    pub(super) fn trouble_in_use(&mut self, now: Timestamp) -> Option<&Problem> {
        let (content, _) = self.good.as_ref().filter(|_| self.problem.is_none())?;
        let trouble = content.database()?.trouble()?.to_owned();
        let cause = format!("{}: {trouble}", self.path.display());
        Some(self.problem.insert(Problem { at: now, cause }))
    }

    #[cfg(not(feature = "geoip"))]
    pub(super) fn trouble_in_use(&mut self, _: Timestamp) -> Option<&Problem> {
        None
    }

    pub(super) fn content(&self) -> Option<Arc<Content>> {
        self.good.as_ref().map(|(content, _)| Arc::clone(content))
    }

    pub(super) fn problem(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    pub(super) fn status(&self) -> SourceStatus {
        let content = self.good.as_ref().map(|(content, _)| content);
        #[cfg(feature = "geoip")]
        let database = content.and_then(|content| content.database());
        SourceStatus {
            path: self.path.clone(),
            kind: self.kind,
            entries: content.map_or(0, |content| content.entries()),
            #[cfg(feature = "geoip")]
            database: database.as_ref().map(|database| database.name()),
            #[cfg(feature = "geoip")]
            built: database.as_ref().map(|database| database.built()),
            #[cfg(not(feature = "geoip"))]
            database: None,
            #[cfg(not(feature = "geoip"))]
            built: None,
            loaded: self.good.as_ref().map(|(_, loaded)| *loaded),
            problem: self.problem.clone(),
        }
    }
}
