//! What is kept of one subject: the events that may still count, and levels that no list of events can tell.
//!
//! With its key it is one cache line, which is why times and places are cut to 32 bits: a time is told from
//! others of the same 24 days, far beyond the longest window, and a place from others of two billion events.

use std::collections::HashMap;
use std::time::Duration;

use smallvec::SmallVec;

use crate::event::{Timestamp, millis};
use crate::policy::Playbook;

use super::seen::hands_over;
use super::subjects::Kept;
use super::usual::Usual;

/// One event that counts for one or more playbooks of a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    at: u32,
    place: u32,
    /// What tells it apart from others where distinct ones are counted.
    pub(super) value: u32,
    /// For which playbooks it counts.
    pub(super) marks: Marks,
}

/// A set of marks: one bit for each playbook of a lane, and for what goes before it.
pub(super) type Marks = u32;

/// A point in the stream: when, and the how many-th event.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    pub(super) at: Timestamp,
    pub(super) place: u64,
}

/// The history of one subject in a lane.
#[derive(Debug, Default)]
pub(super) struct History {
    /// Oldest first. Two without an allocation: there may be very many histories, and in most is one mistake.
    entries: SmallVec<[Entry; 2]>,
    levels: Option<Box<Levels>>,
    /// When it was last used: after [`Playbook::MAX_WITHIN`] nothing of it counts.
    used: Coarse,
    /// The values that entries may have, one bit for each of 32 kinds of them.
    values: u32,
}

/// Time in steps of 65 seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Coarse(u32);

/// What cannot be told from the events that are kept. Few playbooks need any.
#[derive(Debug, Default)]
pub(super) struct Levels {
    /// For each leaking playbook, when its bucket will be empty.
    buckets: SmallVec<[(Marks, Timestamp); 1]>,
    /// For each playbook with a share, how many events there were.
    tallies: SmallVec<[(Marks, Shares); 1]>,
    /// For each playbook that compares with what is usual, what is.
    usual: SmallVec<[(Marks, Usual); 1]>,
    /// For each playbook that counts handovers, who the last event came from, and when.
    clients: SmallVec<[(Marks, Option<Client>); 1]>,
    /// Up to where in the stream nothing is held against the subject.
    forgiven: u64,
}

/// Who an event came from, as one number, and when.
type Client = (u32, Timestamp);

/// How much a playbook needs to be kept.
#[derive(Debug)]
pub(super) struct Need {
    pub(super) mark: Marks,
    /// How many events.
    pub(super) most: usize,
    /// And of each value, where it counts each on its own.
    pub(super) of_each: usize,
    pub(super) within: Duration,
}

/// How many events there were of a playbook's kind, and how many of them it counted.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Shares {
    pub(super) all: Tally,
    pub(super) counted: Tally,
}

/// How many events there were in the last stretch of time, to within what the stretch before it spread evenly
/// would make: a sliding window counter.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    began: Timestamp,
    now: u32,
    before: u32,
}

impl Coarse {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "in 8,900 years it begins again"
    )]
    fn of(time: Timestamp) -> Self {
        Self((time.as_millis() >> 16) as u32)
    }

    fn is_long_before(self, now: Timestamp) -> bool {
        let steps = Self::of(now).0.saturating_sub(self.0);
        u64::from(steps) << 16 > millis(Playbook::MAX_WITHIN)
    }
}

impl Point {
    #[allow(clippy::cast_possible_truncation, reason = "see the module")]
    fn cut(self) -> (u32, u32) {
        (self.at.as_millis() as u32, self.place as u32)
    }
}

impl Entry {
    /// How many milliseconds before `now` it happened; events of a queue may come a little later than their
    /// time, and are of now.
    fn age(&self, now: Point) -> u64 {
        let age = now.cut().0.wrapping_sub(self.at).cast_signed();
        u64::try_from(age).unwrap_or(0)
    }

    /// When it happened.
    pub(super) fn at(&self, now: Point) -> Timestamp {
        let age = now.cut().0.wrapping_sub(self.at).cast_signed();
        let at = now.at.as_millis().saturating_add_signed(-i64::from(age));
        Timestamp::from_millis(at)
    }

    /// Its place in the stream.
    pub(super) fn place(&self, now: Point) -> u64 {
        now.place
            .saturating_sub(u64::from(now.cut().1.wrapping_sub(self.place)))
    }
}

impl History {
    /// It is looked at now: forgets what happened `longest` ago or longer.
    pub(super) fn slide(&mut self, now: Point, longest: Duration) {
        if self.used.is_long_before(now.at) {
            *self = Self::default();
        }
        self.used = Coarse::of(now.at);
        let longest = millis(longest);
        let gone = |entry: &Entry| entry.age(now) >= longest;
        if self.entries.first().is_some_and(gone) {
            self.entries.retain(|entry| !gone(entry));
        }
    }

    /// Keeps an event. Where `distinct` values are counted, it takes the place of an earlier one with the same
    /// value.
    pub(super) fn push(&mut self, now: Point, value: u32, marks: Marks, distinct: Marks) {
        let distinct = marks & distinct;
        if distinct != 0 && self.may_have(value) {
            self.unmark(distinct, |other| other.value == value);
        }
        let (at, place) = now.cut();
        let entry = Entry {
            at,
            place,
            value,
            marks,
        };
        // Events of a queue may come a little later than their time.
        let before = |other: &Entry| at.wrapping_sub(other.at).cast_signed() >= 0;
        let place = self.entries.iter().rposition(before);
        self.entries.insert(place.map_or(0, |n| n + 1), entry);
        self.values |= kind_of(value);
    }

    /// Whether an event with this value may be kept.
    pub(super) fn may_have(&self, value: u32) -> bool {
        self.values & kind_of(value) != 0
    }

    /// Where there are more than `most`, keeps for each playbook the most recent it needs: what one counts
    /// pushes out nothing that another does. Some more are let stand, so that this is seldom.
    pub(super) fn shorten(&mut self, now: Point, most: usize, needs: &[Need]) {
        if self.entries.len() <= most + most / 4 {
            return;
        }
        for need in needs {
            let within = millis(need.within);
            let (mut all, mut of_each) = (0, HashMap::new());
            for entry in self.entries.iter_mut().rev() {
                if entry.marks & need.mark == 0 {
                    continue;
                }
                all += 1;
                let same = of_each.entry(entry.value).or_insert(0);
                *same += 1;
                if all > need.most || *same > need.of_each || entry.age(now) >= within {
                    entry.marks &= !need.mark;
                }
            }
        }
        self.unmark(0, |_| false);
    }

    /// Forgets what happened up to this place in the stream.
    pub(super) fn forgive(&mut self, now: Point, place: u64) {
        self.unmark(Marks::MAX, |entry| entry.place(now) <= place);
        let levels = self.levels();
        if levels.forgiven < place {
            *levels = Levels {
                forgiven: place,
                ..Levels::default()
            };
        }
    }

    /// The events with any of these marks that happened less than `within` ago.
    pub(super) fn marked(
        &self,
        marks: Marks,
        now: Point,
        within: Duration,
    ) -> impl Iterator<Item = &Entry> + Clone {
        let within = millis(within);
        self.entries
            .iter()
            .filter(move |entry| entry.marks & marks != 0 && entry.age(now) < within)
    }

    /// Takes these marks from events, and forgets those without any.
    pub(super) fn unmark(&mut self, marks: Marks, of: impl Fn(&Entry) -> bool) {
        let mut values = 0;
        self.entries.retain(|entry| {
            if entry.marks & marks != 0 && of(entry) {
                entry.marks &= !marks;
            }
            if entry.marks != 0 {
                values |= kind_of(entry.value);
            }
            entry.marks != 0
        });
        self.values = values;
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
            translate(&mut levels.clients, &marks);
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

impl Kept for History {
    fn excess(&self) -> usize {
        self.entries.len().saturating_sub(1)
    }
}

/// Which of 32 kinds of values this is.
fn kind_of(value: u32) -> u32 {
    1 << (value % 32)
}

fn translate<T>(levels: &mut SmallVec<[(Marks, T); 1]>, marks: impl Fn(Marks) -> Marks) {
    levels.retain(|(of, _)| {
        *of = marks(*of);
        *of != 0
    });
}

impl Levels {
    /// Pours one into the bucket of a playbook, which overflows at `most`. Returns how many it holds now,
    /// rounded up: each `leaking` one leaks away.
    pub(super) fn pour(
        &mut self,
        mark: Marks,
        now: Timestamp,
        leaking: Duration,
        most: u32,
    ) -> u32 {
        let empty_at = level(&mut self.buckets, mark);
        let full = now.plus(leaking.saturating_mul(most));
        *empty_at = (*empty_at).max(now).plus(leaking).min(full);
        let held = empty_at.since(now).as_millis();
        let each = leaking.as_millis().max(1);
        u32::try_from(held.div_ceil(each)).unwrap_or(u32::MAX)
    }

    /// Whether the session [went from one client to another](hands_over) within this time: in a week a phone
    /// changes its network and its browser.
    pub(super) fn changes_hands(
        &mut self,
        mark: Marks,
        client: u32,
        now: Timestamp,
        within: Duration,
    ) -> bool {
        let before = level(&mut self.clients, mark).replace((client, now));
        before.is_some_and(|(before, at)| now.since(at) < within && hands_over(before, client))
    }

    pub(super) fn shares(&mut self, mark: Marks) -> &mut Shares {
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
        // A clock that was ahead for a moment does not stop the counting until then.
        self.began = self.began.min(now);
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WITHIN: Duration = Duration::from_millis(100);

    #[test]
    fn a_history_and_its_key_fill_a_cache_line() {
        assert_eq!(size_of::<History>() + size_of::<u64>(), 64);
    }

    #[test]
    fn what_is_older_than_its_32_bits_can_tell_is_forgotten() {
        let mut history = History::default();
        let start = 1_792_000_000_000;
        let point = |days: u64| Point {
            at: Timestamp::from_millis(start + days * 86_400_000),
            place: 1 + days,
        };
        history.slide(point(0), Playbook::MAX_WITHIN);
        history.push(point(0), 1, 1, 0);
        for days in [8, 24, 25, 49, 50, 51, 100, 10_000] {
            let mut later = History {
                entries: history.entries.clone(),
                levels: None,
                ..history
            };
            later.slide(point(days), Playbook::MAX_WITHIN);
            assert_eq!(later.len(), 0, "{days}");
        }
    }

    #[test]
    fn times_and_places_are_told_across_the_ends_of_their_bits() {
        let mut history = History::default();
        let wrap = u64::from(u32::MAX);
        let point = |after: u64| Point {
            at: Timestamp::from_millis(400 * (wrap + 1) - 10 + after),
            place: wrap - 3 + after,
        };
        let points = [0, 2, 5, 9, 20].map(point);
        for now in points {
            history.slide(now, WITHIN);
            history.push(now, 0, 1, 0);
        }
        let now = points[4];
        let told: Vec<_> = history
            .marked(1, now, WITHIN)
            .map(|entry| (entry.at(now), entry.place(now)))
            .collect();
        assert_eq!(told, points.map(|point| (point.at, point.place)));
    }

    proptest! {
        #[test]
        fn agrees_with_a_list_of_all_events(
            events in proptest::collection::vec((0..40_u64, 0..6_u32), 0..80),
        ) {
            let mut now = Point { at: Timestamp::from_millis(1_000), place: 0 };
            let mut history = History::default();
            let mut all = Vec::new();
            for (pause, value) in events {
                now = Point { at: now.at.plus(Duration::from_millis(pause)), place: now.place + 1 };
                history.slide(now, WITHIN);
                // The first mark counts events, the second distinct values.
                history.push(now, value, 3, 2);
                all.push((now.at, value));

                let counted: Vec<_> = all.iter().filter(|(at, _)| now.at.since(*at) < WITHIN).collect();
                let mut values: Vec<_> = counted.iter().map(|(_, value)| value).collect();
                values.sort_unstable();
                values.dedup();
                prop_assert_eq!(history.marked(1, now, WITHIN).count(), counted.len());
                prop_assert_eq!(history.marked(2, now, WITHIN).count(), values.len());
            }
        }

        #[test]
        fn the_order_of_arrival_does_not_matter(times in proptest::collection::vec(0..500_u64, 1..20)) {
            let history = |times: &[u64]| {
                let mut history = History::default();
                for time in times {
                    history.push(Point { at: Timestamp::from_millis(*time), place: 1 }, 0, 1, 0);
                }
                history.entries.iter().map(|entry| entry.at).collect::<Vec<_>>()
            };
            let mut sorted = times.clone();
            sorted.sort_unstable();
            prop_assert_eq!(history(&times), history(&sorted));
        }

        #[test]
        fn a_bucket_leaks_as_a_model_does(pauses in proptest::collection::vec(0..3_000_u64, 1..100)) {
            let leaking = Duration::from_secs(1);
            let mut levels = Levels::default();
            let mut now = Timestamp::from_millis(1_000_000);
            // In thousandths of what is poured.
            let mut held = 0_u64;
            for pause in pauses {
                now = now.plus(Duration::from_millis(pause));
                held = held.saturating_sub(pause) + 1_000;
                prop_assert_eq!(u64::from(levels.pour(1, now, leaking, u32::MAX)), held.div_ceil(1_000));
            }
        }
    }
}
