//! An agent's stream into a file: what is written when, and who is told where it fails.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::log::{Entry, Recording, create};
use crate::pipeline::{Followers, Trouble};

use super::builder::StartError;
use super::worker::Afterwards;

/// Where the stream goes. Only the agent's own thread writes to it: its lock is always free.
#[derive(Debug)]
struct Sink<W: Write> {
    recording: Recording<W>,
    failed: Failed,
}

/// What could not be written since somebody was last told.
#[derive(Debug, Default)]
struct Failed {
    times: u64,
    first: Option<io::Error>,
}

/// Begins to record to `wanted`, or to the next free name beside it, all that followers are shown. Returns the
/// file, and what keeps it up to date after each tick.
pub(super) fn start(
    wanted: &Path,
    followers: &mut Followers,
) -> Result<(PathBuf, Afterwards), StartError> {
    let begun =
        create(wanted).and_then(|(file, path)| Ok((Recording::new(file, Instant::now())?, path)));
    let (recording, path) = begun.map_err(|source| StartError::Record {
        path: wanted.into(),
        source,
    })?;
    if path == *wanted {
        tracing::info!(target: "sqreen", "events are recorded to {}", path.display());
    } else {
        tracing::warn!(
            target: "sqreen",
            "events are recorded to {}: {} is there already", path.display(), wanted.display()
        );
    }
    let afterwards = follow(recording, path.clone(), followers);
    Ok((path, afterwards))
}

fn follow<W: Write + Send + 'static>(
    recording: Recording<W>,
    path: PathBuf,
    followers: &mut Followers,
) -> Afterwards {
    let sink = Arc::new(Mutex::new(Sink {
        recording,
        failed: Failed::default(),
    }));
    followers.events.push({
        let sink = Arc::clone(&sink);
        Box::new(move |entry: &Entry| lock(&sink).write(entry))
    });
    Box::new(move |pipeline, is_awaited| {
        let failed = lock(&sink).settle(is_awaited);
        if let Some(first) = failed.first {
            let cause = format!("cannot record all events to {}: {first}", path.display());
            for _ in 0..failed.times {
                pipeline.note(Trouble::Record, &cause);
            }
        }
    })
}

impl<W: Write> Sink<W> {
    fn write(&mut self, entry: &Entry) {
        let written = self.recording.write(entry);
        self.failed.note(written);
    }

    fn settle(&mut self, is_awaited: bool) -> Failed {
        let settled = self.recording.settle(Instant::now(), is_awaited);
        self.failed.note(settled);
        std::mem::take(&mut self.failed)
    }
}

impl Failed {
    fn note(&mut self, result: io::Result<()>) {
        if let Err(error) = result {
            self.times += 1;
            self.first.get_or_insert(error);
        }
    }
}

fn lock<W: Write>(sink: &Mutex<Sink<W>>) -> MutexGuard<'_, Sink<W>> {
    sink.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Agent;
    use crate::event::{Event, Origin, Timestamp, What};
    use crate::identity::UserIdentifiers;

    /// Takes the header, and is full then.
    #[derive(Debug, Default)]
    struct Full {
        has_header: bool,
    }

    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if std::mem::replace(&mut self.has_header, true) {
                return Err(io::ErrorKind::StorageFull.into());
            }
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn event(name: &str) -> Event {
        Event {
            at: Timestamp::from_millis(1),
            origin: Origin::default(),
            what: What::SteppedUp {
                user: UserIdentifiers::new("name", name).unwrap(),
            },
        }
    }

    #[test]
    fn a_full_disk_is_counted_and_told_and_harms_nobody() {
        let agent = Agent::builder().build().unwrap();
        let mut followers = Followers::default();
        let recording = Recording::new(Full::default(), Instant::now()).unwrap();
        let mut afterwards = follow(recording, "events.ndjson".into(), &mut followers);
        let mut show = |place| {
            let entry = Entry {
                place,
                event: Arc::new(event("alice")),
            };
            (followers.events[0])(&entry);
        };
        show(1);
        afterwards(agent.pipeline(), false);
        assert_eq!(agent.diagnostics(), [], "held back");
        show(2);
        afterwards(agent.pipeline(), true);
        afterwards(agent.pipeline(), true);
        let [full] = &agent.diagnostics()[..] else {
            panic!("one kind of trouble")
        };
        assert_eq!((full.trouble, full.count), (Trouble::Record, 2));
        assert!(
            full.cause
                .starts_with("cannot record all events to events.ndjson: "),
            "{}",
            full.cause
        );
    }
}
