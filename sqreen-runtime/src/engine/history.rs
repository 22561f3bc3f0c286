//! What is kept of one subject: the events that may still count, and levels that no list of events can tell.

use std::time::Duration;

use smallvec::SmallVec;

use crate::event::{Timestamp, millis};

use super::usual::Usual;

/// One event that counts for one or more playbooks of a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) at: Timestamp,
    /// Its place in the stream.
    pub(super) place: u64,
    /// What tells it apart from others where distinct ones are counted.
    pub(super) value: u32,
    /// For which playbooks it counts: see [`Mark`].
    pub(super) marks: Marks,
}

/// A set of marks: one bit for each playbook of a lane, and for what goes before it.
pub(super) type Marks = u32;

/// The history of one subject in a lane.
#[derive(Debug, Default)]
pub(super) struct History {
    /// Oldest first. One without an allocation: there may be very many histories, and in most is one mistake.
    entries: SmallVec<[Entry; 1]>,
    levels: Option<Box<Levels>>,
}

/// What cannot be told from the events that are kept. Few playbooks need any.
#[derive(Debug, Default)]
pub(super) struct Levels {
    /// For each leaking playbook, when its bucket will be empty.
    buckets: SmallVec<[(Marks, Timestamp); 1]>,
    /// For each playbook with a share, how many events there were of its kind.
    tallies: SmallVec<[(Marks, Tally); 1]>,
    /// For each playbook that compares with what is usual, what is.
    usual: SmallVec<[(Marks, Usual); 1]>,
    /// Who the last event came from, where handovers are counted: network and user agent, 16 bits each.
    client: Option<u32>,
}

/// How many events there were in the last stretch of time, to within what the stretch before it spread evenly
/// would make: a sliding window counter.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    began: Timestamp,
    now: u32,
    before: u32,
}

impl History {
    /// Forgets what happened `longest` before `now` or longer ago.
    pub(super) fn slide(&mut self, now: Timestamp, longest: Duration) {
        let longest = millis(longest);
        let gone = |entry: &Entry| now.millis_since(entry.at) >= longest;
        if self.entries.first().is_some_and(gone) {
            self.entries.retain(|entry| !gone(entry));
        }
    }

    /// Keeps an event. Where `distinct` values are counted, it takes the place of an earlier one with the same
    /// value. Returns the marks for which there was one.
    pub(super) fn push(&mut self, entry: Entry, distinct: Marks) -> Marks {
        let distinct = entry.marks & distinct;
        let mut superseded = 0;
        if distinct != 0 {
            self.entries.retain(|other| {
                if other.value == entry.value {
                    superseded |= other.marks & distinct;
                    other.marks &= !distinct;
                }
                other.marks != 0
            });
        }
        // Events of a queue may come a little later than their time.
        let place = self.entries.iter().rposition(|other| other.at <= entry.at);
        self.entries.insert(place.map_or(0, |n| n + 1), entry);
        superseded
    }

    /// Keeps the most recent `most`. Some more are let stand, so that this is seldom.
    pub(super) fn shorten(&mut self, most: usize) {
        if self.entries.len() > most + most / 4 {
            self.entries.drain(..self.entries.len() - most);
        }
    }

    /// The events with any of these marks that happened less than `within` before `now`.
    pub(super) fn marked(
        &self,
        marks: Marks,
        now: Timestamp,
        within: Duration,
    ) -> impl Iterator<Item = &Entry> + Clone {
        let within = millis(within);
        self.entries
            .iter()
            .filter(move |entry| entry.marks & marks != 0 && now.millis_since(entry.at) < within)
    }

    /// Takes these marks from events, and forgets those without any.
    pub(super) fn unmark(&mut self, marks: Marks, of: impl Fn(&Entry) -> bool) {
        self.entries.retain(|entry| {
            if entry.marks & marks != 0 && of(entry) {
                entry.marks &= !marks;
            }
            entry.marks != 0
        });
    }

    /// Starts over for these marks.
    pub(super) fn restart(&mut self, marks: Marks) {
        self.unmark(marks, |_| true);
        if let Some(levels) = &mut self.levels {
            levels.buckets.retain(|(of, _)| *of & marks == 0);
        }
    }

    /// Gives each mark another meaning.
    pub(super) fn translate(&mut self, marks: impl Fn(Marks) -> Marks) {
        self.entries.retain(|entry| {
            entry.marks = marks(entry.marks);
            entry.marks != 0
        });
        if let Some(levels) = &mut self.levels {
            translate(&mut levels.buckets, &marks);
            translate(&mut levels.tallies, &marks);
            translate(&mut levels.usual, &marks);
        }
    }

    /// Whether there is nothing to remember.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.levels.is_none()
    }

    /// How many events are kept.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn levels(&mut self) -> &mut Levels {
        self.levels.get_or_insert_default()
    }
}

fn translate<T>(levels: &mut SmallVec<[(Marks, T); 1]>, marks: impl Fn(Marks) -> Marks)
where
    [(Marks, T); 1]: smallvec::Array<Item = (Marks, T)>,
{
    levels.retain(|(of, _)| {
        *of = marks(*of);
        *of != 0
    });
}

impl Levels {
    /// Pours one into the bucket of a playbook. Returns how many it holds now, rounded up: each `leaking` one
    /// leaks away.
    pub(super) fn pour(&mut self, mark: Marks, now: Timestamp, leaking: Duration) -> u32 {
        let empty_at = level(&mut self.buckets, mark);
        *empty_at = (*empty_at).max(now).plus(leaking);
        let held = empty_at.since(now).as_millis();
        let each = leaking.as_millis().max(1);
        u32::try_from(held.div_ceil(each)).unwrap_or(u32::MAX)
    }

    /// Whether the session went to another network and another user agent at once.
    pub(super) fn changes_hands(&mut self, client: u32) -> bool {
        let changed = self
            .client
            .replace(client)
            .map_or(0, |before| before ^ client);
        changed & 0xFFFF_0000 != 0 && changed & 0xFFFF != 0
    }

    pub(super) fn tally(&mut self, mark: Marks) -> &mut Tally {
        level(&mut self.tallies, mark)
    }

    pub(super) fn usual(&mut self, mark: Marks) -> &mut Usual {
        level(&mut self.usual, mark)
    }
}

fn level<T: Default>(levels: &mut SmallVec<[(Marks, T); 1]>, mark: Marks) -> &mut T
where
    [(Marks, T); 1]: smallvec::Array<Item = (Marks, T)>,
{
    let place = levels.iter().position(|(of, _)| *of == mark);
    let place = place.unwrap_or_else(|| {
        levels.push((mark, T::default()));
        levels.len() - 1
    });
    &mut levels[place].1
}

impl Tally {
    /// Counts one.
    pub(super) fn count(&mut self, now: Timestamp, stretch: Duration) {
        self.slide(now, stretch);
        self.now = self.now.saturating_add(1);
    }

    /// How many there were in the stretch that ends now.
    pub(super) fn recent(&mut self, now: Timestamp, stretch: Duration) -> u32 {
        self.slide(now, stretch);
        let stretch = stretch.as_millis().max(1);
        let left = stretch.saturating_sub(now.since(self.began).as_millis());
        let before = u128::from(self.before) * left / stretch;
        self.now
            .saturating_add(u32::try_from(before).unwrap_or(u32::MAX))
    }

    fn slide(&mut self, now: Timestamp, stretch: Duration) {
        let passed = now.since(self.began);
        if passed < stretch {
            return;
        }
        let next = passed < 2 * stretch;
        self.before = if next { self.now } else { 0 };
        self.began = if next { self.began.plus(stretch) } else { now };
        self.now = 0;
    }
}
