//! Facts about an address: its country, place and provider, and whether Tor, a data centre, a VPN or a proxy
//! stands behind it.
//!
//! The only place that knows where such facts come from: lists and databases in files that people name, and the
//! special ranges that are known without a file. Serves the pipeline, which stamps each event before the engine
//! sees it. Files are read when the agent starts and again when they change; nothing is downloaded.

#[cfg(feature = "geoip")]
mod database;
mod file;
mod list;
mod ranges;
mod sight;
mod sources;
mod special;

pub use list::{List, ListError, ListProblem};
#[cfg(feature = "config-file")]
pub(crate) use sight::Sight;
pub use sources::{Problem, SourceKind, SourceStatus, Sources, UnreadableSource};

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::event::{Address, AddressKind, Facts, Timestamp};

#[cfg(feature = "geoip")]
use database::Database;
use file::{Content, File, Reading, Unusable};
use ranges::{Ranges, Table};

/// How often the files are looked at. One that changed is read when it has looked the same twice.
const CHECKED_EVERY: Duration = Duration::from_secs(2);

/// What one agent knows of addresses, and the files it is from.
#[derive(Debug)]
pub(crate) struct Intel {
    shared: Arc<Shared>,
    checked: AtomicU64,
    /// The thread that reads what has changed; one at a time.
    reader: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug)]
struct Shared {
    known: RwLock<Known>,
    files: Mutex<Vec<File>>,
    /// What is wrong with files and was not told yet.
    problems: Mutex<Vec<Problem>>,
}

/// All that is known, ready to be asked.
#[derive(Debug)]
struct Known {
    kinds: Table,
    #[cfg(feature = "geoip")]
    databases: Vec<Arc<Database>>,
}

impl Known {
    fn new(files: &[Arc<Content>]) -> Self {
        let special: Vec<(AddressKind, Ranges)> = special::ranges().collect();
        let mut sources: Vec<(AddressKind, &Ranges)> = Vec::new();
        sources.extend(special.iter().map(|(kind, ranges)| (*kind, ranges)));
        sources.extend(files.iter().filter_map(|content| content.ranges()));
        Self {
            kinds: Table::new(&sources),
            #[cfg(feature = "geoip")]
            databases: files
                .iter()
                .filter_map(|content| content.database())
                .collect(),
        }
    }

    #[inline]
    fn facts(&self, address: Address) -> Facts {
        #[cfg_attr(not(feature = "geoip"), expect(unused_mut))]
        let mut facts = Facts {
            kinds: self.kinds.kinds(address),
            ..Facts::default()
        };
        #[cfg(feature = "geoip")]
        for database in &self.databases {
            database.add_to(&mut facts, address);
        }
        facts
    }
}

impl Intel {
    /// Reads all the files. One that holds nonsense is reported and done without: what a download left behind
    /// should not keep an application from starting.
    ///
    /// # Errors
    ///
    /// Where a file is not there, or cannot be read: that is a mistake in the settings.
    pub(crate) fn read(sources: &Sources, now: Timestamp) -> Result<Self, UnreadableSource> {
        let mut files = Vec::new();
        for (kind, path) in sources.iter() {
            let mut file = File::new(kind, path.into());
            let outcome = file.reading().read();
            if let Err(Unusable::Unreadable(source)) = outcome.content {
                let path = path.into();
                return Err(UnreadableSource { kind, path, source });
            }
            file.take(outcome, now);
            files.push(file);
        }
        let problems = files.iter().filter_map(File::problem).cloned().collect();
        let known = Known::new(&files.iter().filter_map(File::content).collect::<Vec<_>>());
        Ok(Self {
            shared: Arc::new(Shared {
                known: RwLock::new(known),
                files: Mutex::new(files),
                problems: Mutex::new(problems),
            }),
            checked: AtomicU64::new(now.as_millis()),
            reader: Mutex::default(),
        })
    }

    /// What is known of an address.
    #[inline]
    pub(crate) fn facts(&self, address: Address) -> Facts {
        let known = self.shared.known.read();
        known.unwrap_or_else(PoisonError::into_inner).facts(address)
    }

    /// Looks from time to time whether files have changed, and has a thread of its own read those that have, so
    /// that whoever calls this does not wait. Returns what was found to be wrong since the last call.
    pub(crate) fn check(&self, now: Timestamp) -> Vec<Problem> {
        let checked = self.checked.load(Ordering::Relaxed);
        // Either way, for a clock that was set back.
        let elapsed = Duration::from_millis(now.as_millis().abs_diff(checked));
        if elapsed >= CHECKED_EVERY {
            self.checked.store(now.as_millis(), Ordering::Relaxed);
            self.look(now);
        }
        std::mem::take(&mut lock(&self.shared.problems))
    }

    fn look(&self, now: Timestamp) {
        let mut reader = lock(&self.reader);
        if reader.as_ref().is_some_and(|reader| !reader.is_finished()) {
            return;
        }
        let mut changed = Vec::new();
        for (n, file) in lock(&self.shared.files).iter_mut().enumerate() {
            let trouble = file.trouble_in_use(now);
            lock(&self.shared.problems).extend(trouble.cloned());
            changed.extend(file.look().map(|reading| (n, reading)));
        }
        if changed.is_empty() {
            return;
        }
        let shared = Arc::clone(&self.shared);
        let thread = thread::Builder::new().name("sqreen-intel".into());
        match thread.spawn(move || shared.read_again(changed, now)) {
            Ok(thread) => *reader = Some(thread),
            // They stay changed, and are tried at the next look.
            Err(error) => lock(&self.shared.problems).push(Problem {
                at: now,
                cause: format!("cannot start a thread to read files that have changed: {error}"),
            }),
        }
    }

    /// How it stands with each file.
    pub(crate) fn status(&self) -> Vec<SourceStatus> {
        lock(&self.shared.files).iter().map(File::status).collect()
    }

    /// Waits until what has changed is read.
    #[cfg(test)]
    pub(crate) fn wait(&self) {
        let reader = lock(&self.reader).take();
        reader.map(JoinHandle::join).transpose().unwrap();
    }
}

impl Shared {
    fn read_again(&self, changed: Vec<(usize, Reading)>, now: Timestamp) {
        for (n, reading) in changed {
            let outcome = reading.read();
            // The files are those that were there at the start, in their order.
            if let Some(file) = lock(&self.files).get_mut(n) {
                let problem = file.take(outcome, now).cloned();
                lock(&self.problems).extend(problem);
            }
        }
        let contents: Vec<_> = lock(&self.files).iter().filter_map(File::content).collect();
        let known = Known::new(&contents);
        let mut place = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *place, known);
        // Freeing a database takes a while, and nobody should wait for it.
        drop(place);
        drop(before);
    }
}

// Each change under these locks is whole in itself, so a panic leaves nothing half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
