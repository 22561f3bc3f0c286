//! Where the stream of events is kept.
//!
//! Embedded, and in memory: the most recent events of this process. As a file, written and read again.

#[cfg(feature = "ndjson")]
mod ndjson;

#[cfg(feature = "ndjson")]
pub use ndjson::{MAX_LINE, ReadAhead, ReadError, Reader, VERSION, Writer};
#[cfg(feature = "ndjson")]
pub(crate) use ndjson::{Recording, create};

use std::collections::VecDeque;
use std::sync::Arc;

use crate::event::{DecisionId, Event, What};

/// One event and its place in the stream, which begins with 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its place.
    pub place: u64,
    /// The event.
    pub event: Arc<Event>,
}

/// The end of the stream.
#[derive(Debug)]
pub struct Log {
    entries: VecDeque<Entry>,
    /// Decisions and people's bans, which are looked up long after everything around them is forgotten.
    decisions: VecDeque<Entry>,
    capacity: usize,
    next: u64,
}

impl Log {
    /// How many events an agent keeps unless it is told otherwise.
    pub const DEFAULT_CAPACITY: usize = 10_000;

    /// An empty log that keeps the last `capacity` events, and as many decisions and bans.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self {
            entries: VecDeque::new(),
            decisions: VecDeque::new(),
            capacity: capacity.max(1),
            next: 1,
        }
    }

    /// Appends an event.
    pub fn append(&mut self, event: Event) -> Entry {
        let entry = Entry {
            place: self.next,
            event: Arc::new(event),
        };
        self.next += 1;
        if matches!(entry.event.what, What::Decision(_) | What::Ban(_)) {
            push(&mut self.decisions, self.capacity, entry.clone());
        }
        push(&mut self.entries, self.capacity, entry.clone());
        entry
    }

    /// The place the next event will have.
    #[must_use]
    pub fn next_place(&self) -> u64 {
        self.next
    }

    /// What is kept, oldest first.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.iter()
    }

    /// The decision, or a person's ban, with this id, if it is still kept.
    #[must_use]
    pub fn find(&self, id: DecisionId) -> Option<&Entry> {
        self.decisions
            .iter()
            .rev()
            .find(|entry| match &entry.event.what {
                What::Decision(decision) => decision.id == id,
                What::Ban(ban) => ban.id == id,
                _ => false,
            })
    }
}

fn push(ring: &mut VecDeque<Entry>, capacity: usize, entry: Entry) {
    if ring.len() == capacity {
        ring.pop_front();
    }
    ring.push_back(entry);
}

#[cfg(test)]
mod tests {
    use crate::event::{Origin, Timestamp};
    use crate::identity::UserIdentifiers;

    use super::*;

    fn pardon(n: u64) -> Event {
        let subject = UserIdentifiers::new("id", &n).unwrap().into();
        Event {
            at: Timestamp::from_millis(n),
            origin: Origin::default(),
            what: What::Pardon { subject },
        }
    }

    #[test]
    fn keeps_the_most_recent_events_and_their_places() {
        let mut log = Log::new(3);
        for n in 1..=5 {
            assert_eq!(log.append(pardon(n)).place, n);
        }
        let places: Vec<u64> = log.entries().map(|entry| entry.place).collect();
        assert_eq!(places, [3, 4, 5]);
        assert_eq!(log.next_place(), 6);
    }
}
