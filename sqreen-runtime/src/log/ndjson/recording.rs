//! A stream that is written to a file while it goes on.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::{MAX_LINE, Writer};
use crate::log::Entry;

/// For how long an event may wait in memory before it is in the file: as much as is lost where the process is
/// killed.
const HELD_BACK: Duration = Duration::from_secs(1);

/// How many names are tried for a new file. Whoever has as many should move some away.
const NAMES: u32 = 10_000;

/// A stream on its way into a file, one event a line from the stream's beginning.
///
/// Where an event could not be written, its line is empty: those after it stay at their places.
#[derive(Debug)]
pub(crate) struct Recording<W: Write> {
    writer: Writer<BufWriter<W>>,
    /// The place of the event that the next line is for.
    next: u64,
    /// When it was last written out.
    flushed: Instant,
    holds_back: bool,
}

impl<W: Write> Recording<W> {
    /// Writes the header, so that what cannot be written to is known at once.
    pub(crate) fn new(to: W, now: Instant) -> io::Result<Self> {
        // Longer than any line: each is taken whole or not at all, and of what a full disk interrupts the rest is
        // still there when it has room again.
        let buffered = BufWriter::with_capacity(MAX_LINE + 2, to);
        let mut writer = Writer::new(buffered)?;
        writer.flush()?;
        Ok(Self {
            writer,
            next: 1,
            flushed: now,
            holds_back: false,
        })
    }

    /// Writes the next event there is, which need not be the next of the stream.
    pub(crate) fn write(&mut self, entry: &Entry) -> io::Result<()> {
        self.holds_back = true;
        while self.next < entry.place {
            self.writer.leave_out()?;
            self.next += 1;
        }
        self.writer.write(&entry.event)?;
        self.next += 1;
        Ok(())
    }

    /// Writes out what is held back, where somebody waits for that or it was for long enough.
    pub(crate) fn settle(&mut self, now: Instant, is_awaited: bool) -> io::Result<()> {
        let is_due = is_awaited || now.saturating_duration_since(self.flushed) >= HELD_BACK;
        if !self.holds_back || !is_due {
            return Ok(());
        }
        self.flushed = now;
        self.writer.flush()?;
        self.holds_back = false;
        Ok(())
    }
}

/// A new file: at `path`, or where something is there already at the next name that is free, as in
/// `events-2.ndjson`. On Unix only its owner can read it, since users are named in it.
pub(crate) fn create(path: &Path) -> io::Result<(File, PathBuf)> {
    let mut options = OpenOptions::new();
    // Never through a link that somebody else put there.
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    for number in 1..=NAMES {
        let path = numbered(path, number);
        match options.open(&path) {
            Ok(file) => return Ok((file, path)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// `events.ndjson`, `events-2.ndjson`, `events-3.ndjson` and so on.
fn numbered(path: &Path, number: u32) -> PathBuf {
    let Some(stem) = path.file_stem().filter(|_| number > 1) else {
        return path.into();
    };
    let mut name = stem.to_owned();
    name.push(format!("-{number}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::fs;
    use std::rc::Rc;
    use std::sync::Arc;

    use super::*;
    use crate::event::{Event, Origin, Timestamp, What};
    use crate::identity::UserIdentifiers;
    use crate::log::Reader;
    use crate::testing::Folder;

    fn entry(place: u64) -> Entry {
        let user = UserIdentifiers::new("id", &place).unwrap();
        Entry {
            place,
            event: Arc::new(Event {
                at: Timestamp::from_millis(place),
                origin: Origin::default(),
                what: What::SteppedUp { user },
            }),
        }
    }

    /// A disk with room for so many bytes.
    #[derive(Debug, Default)]
    struct Disk {
        room: Rc<Cell<usize>>,
        written: Vec<u8>,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let taken = bytes.len().min(self.room.get());
            if taken == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.room.set(self.room.get() - taken);
            self.written.extend_from_slice(&bytes[..taken]);
            Ok(taken)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn disk(room: usize) -> (Disk, Rc<Cell<usize>>) {
        let room = Rc::new(Cell::new(room));
        let written = Vec::new();
        let disk = Disk {
            room: Rc::clone(&room),
            written,
        };
        (disk, room)
    }

    fn read(recording: Recording<Disk>) -> Vec<Option<u64>> {
        let (disk, unwritten) = recording.writer.into_inner().into_parts();
        assert_eq!(unwritten.unwrap(), b"");
        let reader = Reader::new(&disk.written[..]).unwrap();
        let times = reader.map(|event| Some(event.ok()?.at.as_millis()));
        times.collect()
    }

    #[test]
    fn an_event_that_is_missing_leaves_its_line_empty_and_the_others_at_their_places() {
        let now = Instant::now();
        let (disk, _) = disk(usize::MAX);
        let mut recording = Recording::new(disk, now).unwrap();
        for place in [1, 2, 5] {
            recording.write(&entry(place)).unwrap();
        }
        recording.settle(now, true).unwrap();
        assert_eq!(read(recording), [Some(1), Some(2), None, None, Some(5)]);
    }

    #[test]
    fn it_is_written_out_once_a_second_or_when_somebody_waits() {
        let now = Instant::now();
        let (disk, room) = disk(1000);
        let mut recording = Recording::new(disk, now).unwrap();
        let header = room.get();
        recording.write(&entry(1)).unwrap();
        recording.settle(now + HELD_BACK / 2, false).unwrap();
        assert_eq!(room.get(), header, "held back");
        recording.settle(now + HELD_BACK, false).unwrap();
        let first = room.get();
        assert!(first < header);
        recording.write(&entry(2)).unwrap();
        recording.settle(now + HELD_BACK, true).unwrap();
        assert!(room.get() < first);
    }

    #[test]
    fn a_disk_that_was_full_for_a_while_leaves_no_half_line() {
        let now = Instant::now();
        let (disk, room) = disk(50);
        let mut recording = Recording::new(disk, now).unwrap();
        recording.write(&entry(1)).unwrap();
        let error = recording.settle(now, true).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        assert_eq!(room.get(), 0, "half of the line is there");
        let mut place = 1;
        let lost = loop {
            place += 1;
            if recording.write(&entry(place)).is_err() {
                break place;
            }
        };
        assert!(recording.write(&entry(lost + 1)).is_err());
        room.set(usize::MAX);
        recording.write(&entry(lost + 2)).unwrap();
        recording.settle(now, true).unwrap();
        let places = 1..=lost + 2;
        let expected: Vec<_> = places
            .map(|place| (place < lost || place == lost + 2).then_some(place))
            .collect();
        assert_eq!(read(recording), expected);
    }

    #[test]
    fn what_cannot_be_written_to_is_known_at_once() {
        let (disk, _) = disk(10);
        assert!(Recording::new(disk, Instant::now()).is_err());
    }

    #[test]
    fn nothing_is_overwritten_and_the_next_name_is_taken() {
        let folder = Folder::new();
        let path = folder.write("events.ndjson", "precious");
        fs::create_dir(folder.path("events-2.ndjson")).unwrap();
        let (_, taken) = create(&path).unwrap();
        assert_eq!(taken, folder.path("events-3.ndjson"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "precious");
        assert_eq!(create(&path).unwrap().1, folder.path("events-4.ndjson"));
        assert!(create(&folder.path("nowhere/events.ndjson")).is_err());
    }

    #[test]
    fn names_are_numbered_before_what_they_end_with() {
        let named = |path: &str| numbered(Path::new(path), 2);
        assert_eq!(named("a.b/events"), Path::new("a.b/events-2"));
        assert_eq!(named("events.tar.gz"), Path::new("events.tar-2.gz"));
        assert_eq!(named(".events"), Path::new(".events-2"));
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_can_read_it_and_a_link_is_not_followed() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = Folder::new();
        let (file, path) = create(&folder.path("events")).unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        let link = folder.path("link");
        symlink(folder.path("elsewhere"), &link).unwrap();
        assert_ne!(create(&link).unwrap().1, link);
        assert!(path.exists() && !folder.path("elsewhere").exists());
    }
}
