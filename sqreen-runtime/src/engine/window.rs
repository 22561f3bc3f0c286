//! A sliding window over the events of one subject.

use std::time::Duration;

use smallvec::SmallVec;

use crate::event::Timestamp;

/// One counted event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) at: Timestamp,
    /// Its place in the stream.
    pub(super) place: u64,
    /// What is told apart where distinct values are counted.
    pub(super) value: u64,
}

/// The events that count now, oldest first; exact, and never more than the threshold that empties it.
#[derive(Debug, Default)]
pub(super) struct Window {
    /// One without an allocation: there may be very many windows, and in most of them is one mistake.
    entries: SmallVec<[Entry; 1]>,
}

impl Window {
    /// Forgets what happened `within` before `now` or longer ago, and what stands up to `pardoned` in the
    /// stream.
    pub(super) fn slide(&mut self, now: Timestamp, within: Duration, pardoned: u64) {
        let stays = |entry: &Entry| now.since(entry.at) < within && entry.place > pardoned;
        if !self.entries.first().is_none_or(stays) || pardoned > 0 {
            self.entries.retain(|entry| stays(entry));
        }
    }

    /// Counts an event.
    pub(super) fn push(&mut self, entry: Entry) {
        // Events of a queue may come a little later than their time.
        let at = self
            .entries
            .iter()
            .rposition(|other| other.at <= entry.at)
            .map_or(0, |n| n + 1);
        self.entries.insert(at, entry);
    }

    /// Counts an event whose value is distinct; one that was seen before only becomes recent again.
    pub(super) fn push_distinct(&mut self, entry: Entry) {
        self.entries.retain(|other| other.value != entry.value);
        self.push(entry);
    }

    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.entries.len()).unwrap_or(u32::MAX)
    }

    /// Drops the oldest so that at most `most` remain.
    pub(super) fn truncate_oldest(&mut self, most: u32) {
        let excess = self.len().saturating_sub(most) as usize;
        self.entries.drain(..excess);
    }

    /// Empties the window and gives what was in it.
    pub(super) fn take(&mut self) -> impl ExactSizeIterator<Item = Entry> + Clone + use<> {
        std::mem::take(&mut self.entries).into_iter()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WITHIN: Duration = Duration::from_millis(100);

    proptest! {
        #[test]
        fn agrees_with_a_list_of_all_events(
            events in proptest::collection::vec((0..40_u64, 0..6_u64), 0..80),
        ) {
            let mut now = Timestamp::from_millis(1_000);
            let (mut window, mut distinct) = (Window::default(), Window::default());
            let mut all = Vec::new();
            for (place, (pause, value)) in events.into_iter().enumerate() {
                now = now.plus(Duration::from_millis(pause));
                let entry = Entry { at: now, place: place as u64 + 1, value };
                all.push(entry);
                for window in [&mut window, &mut distinct] {
                    window.slide(now, WITHIN, 0);
                }
                window.push(entry);
                distinct.push_distinct(entry);

                let counted: Vec<_> = all.iter().filter(|e| now.since(e.at) < WITHIN).collect();
                let mut values: Vec<_> = counted.iter().map(|entry| entry.value).collect();
                values.sort_unstable();
                values.dedup();
                prop_assert_eq!(window.len() as usize, counted.len());
                prop_assert_eq!(distinct.len() as usize, values.len());
            }
        }

        #[test]
        fn the_order_of_arrival_does_not_matter(times in proptest::collection::vec(0..500_u64, 1..20)) {
            let window = |times: &[u64]| {
                let mut window = Window::default();
                for (place, time) in times.iter().enumerate() {
                    window.push(Entry {
                        at: Timestamp::from_millis(*time), place: place as u64, value: 0,
                    });
                }
                window.take().map(|entry| entry.at).collect::<Vec<_>>()
            };
            let mut sorted = times.clone();
            sorted.sort_unstable();
            prop_assert_eq!(window(&times), window(&sorted));
        }
    }
}
