//! The question "is this fingerprint banned?", answered without a lock.
//!
//! An open-addressed table of 32-bit tags that readers walk while one writer, who holds the lock of the exact
//! table, changes it. A tag that is found may belong to somebody else (about once in 10⁹ questions), so a
//! yes is always checked in the exact table; a no is final.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

/// A slot nobody has used since the table was last rebuilt; a walk ends here.
const EMPTY: u32 = 0;
/// A slot that was used; a walk goes on.
const REMOVED: u32 = 1;

/// Slots of the smallest table, as a power of two.
const SMALLEST: u32 = 10;
/// Tables of 2¹⁰ to 2³⁰ slots.
const SIZES: usize = 21;

/// The tables of all sizes up to the one in use. Smaller ones stay where they are, because a reader may still
/// be walking one: together they take as much as the one in use.
#[derive(Debug, Default)]
pub(super) struct Index {
    tables: [OnceLock<Box<[AtomicU32]>>; SIZES],
    /// The size in use (low byte) and, above it, a number that is odd while the table is being rebuilt and
    /// changes whenever it was. Readers compare it before and after a walk, as in a sequence lock.
    state: AtomicUsize,
    /// Slots that are not `EMPTY`, and fingerprints. Only the writer looks at them.
    used: AtomicUsize,
    kept: AtomicUsize,
}

/// What the low byte of the state holds, and one step of the number above it.
const SIZE: usize = 0xFF;
const STEP: usize = 0x100;

impl Index {
    /// Whether `fingerprint` may be in the index; `false` is certain.
    #[inline]
    pub(super) fn may_contain(&self, fingerprint: u64) -> bool {
        let before = self.state.load(Ordering::Acquire);
        if before & STEP != 0 {
            return true;
        }
        let Some(table) = self.tables[before & SIZE].get() else {
            return false;
        };
        // The loads of the walk are acquiring, so the last one cannot come before them.
        finds(table, fingerprint) || self.state.load(Ordering::Relaxed) != before
    }

    /// Adds a fingerprint that is not there. `all` gives every fingerprint that should be, this one included,
    /// in case the table has to be rebuilt.
    pub(super) fn insert<F: Iterator<Item = u64>>(&self, fingerprint: u64, all: impl Fn() -> F) {
        let kept = self.kept.fetch_add(1, Ordering::Relaxed) + 1;
        let size = self.state.load(Ordering::Relaxed) & SIZE;
        if let Some(table) = self.tables[size].get()
            && self.used.load(Ordering::Relaxed) < table.len() / 4 * 3
        {
            self.place(table, fingerprint);
        } else {
            self.rebuild(kept, all());
        }
    }

    /// Removes a fingerprint that is there.
    pub(super) fn remove(&self, fingerprint: u64) {
        let size = self.state.load(Ordering::Relaxed) & SIZE;
        let Some(table) = self.tables[size].get() else {
            return;
        };
        if let Walk::Found(slot) = walk(table, fingerprint) {
            table[slot].store(REMOVED, Ordering::Release);
            self.kept.fetch_sub(1, Ordering::Relaxed);
        }
    }

    fn place(&self, table: &[AtomicU32], fingerprint: u64) {
        let slot = match walk(table, fingerprint) {
            // Another fingerprint with the same tag and way: a slot for each, so that one can go.
            Walk::Found(_) => free_slot(table, fingerprint),
            Walk::Missing(slot) => slot,
        };
        if table[slot].load(Ordering::Relaxed) == EMPTY {
            self.used.fetch_add(1, Ordering::Relaxed);
        }
        table[slot].store(tag(fingerprint), Ordering::Release);
    }

    /// Starts over in a table that is at most half full. Meanwhile readers ask the exact table, which waits.
    fn rebuild(&self, kept: usize, all: impl Iterator<Item = u64>) {
        let slots = (kept * 2).next_power_of_two().max(1 << SMALLEST);
        let size = (slots.trailing_zeros() - SMALLEST) as usize;
        let size = size
            .min(SIZES - 1)
            .max(self.state.load(Ordering::Relaxed) & SIZE);
        let number = self.state.load(Ordering::Relaxed) & !SIZE;
        self.state.store((number + STEP) | size, Ordering::Relaxed);

        let table = self.tables[size].get_or_init(|| {
            (0..1_usize << (SMALLEST as usize + size))
                .map(|_| AtomicU32::new(EMPTY))
                .collect()
        });
        for slot in table {
            slot.store(EMPTY, Ordering::Release);
        }
        self.used.store(0, Ordering::Relaxed);
        for fingerprint in all {
            self.place(table, fingerprint);
        }
        self.state
            .store((number + 2 * STEP) | size, Ordering::Release);
    }

    pub(super) fn bytes(&self) -> usize {
        self.tables
            .iter()
            .filter_map(OnceLock::get)
            .map(|table| table.len() * 4)
            .sum()
    }
}

/// The walk of a reader.
#[inline]
fn finds(table: &[AtomicU32], fingerprint: u64) -> bool {
    let (tag, mask) = (tag(fingerprint), table.len() - 1);
    let begin = start(fingerprint) & mask;
    // To the end, and from the beginning: slices, so that no step checks its bounds.
    for slot in table[begin..].iter().chain(&table[..begin]) {
        match slot.load(Ordering::Acquire) {
            EMPTY => return false,
            found if found == tag => return true,
            _ => {}
        }
    }
    false
}

enum Walk {
    /// The slot with the tag.
    Found(usize),
    /// The first slot where the tag could go.
    Missing(usize),
}

/// The walk of the writer.
fn walk(table: &[AtomicU32], fingerprint: u64) -> Walk {
    let (tag, mask) = (tag(fingerprint), table.len() - 1);
    let mut slot = start(fingerprint) & mask;
    let mut reusable = None;
    // A table always has empty slots.
    for _ in 0..=mask {
        match table[slot].load(Ordering::Acquire) {
            EMPTY => return Walk::Missing(reusable.unwrap_or(slot)),
            REMOVED => reusable = reusable.or(Some(slot)),
            found if found == tag => return Walk::Found(slot),
            _ => {}
        }
        slot = (slot + 1) & mask;
    }
    Walk::Missing(reusable.unwrap_or(slot))
}

fn free_slot(table: &[AtomicU32], fingerprint: u64) -> usize {
    let mask = table.len() - 1;
    let mut slot = start(fingerprint) & mask;
    while table[slot].load(Ordering::Relaxed) > REMOVED {
        slot = (slot + 1) & mask;
    }
    slot
}

/// The upper half of a fingerprint says what is looked for, the lower half where.
#[inline]
#[allow(clippy::cast_possible_truncation)] // the halves are taken on purpose
fn tag(fingerprint: u64) -> u32 {
    ((fingerprint >> 32) as u32).max(REMOVED + 1)
}

#[inline]
#[allow(clippy::cast_possible_truncation)] // the halves are taken on purpose
fn start(fingerprint: u64) -> usize {
    fingerprint as u32 as usize
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Mutex;
    use std::sync::atomic::AtomicBool;

    use proptest::prelude::*;

    use super::*;

    /// Spreads small numbers as a hash would.
    fn fingerprint(n: u64) -> u64 {
        (n + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }

    proptest! {
        #[test]
        fn knows_what_was_inserted_and_not_removed(
            steps in proptest::collection::vec((any::<bool>(), 0..2_000_u64), 0..4_000),
        ) {
            let (index, mut model) = (Index::default(), BTreeSet::new());
            for (insert, n) in steps {
                let fingerprint = fingerprint(n);
                if insert && model.insert(fingerprint) {
                    index.insert(fingerprint, || model.iter().copied());
                } else if !insert && model.remove(&fingerprint) {
                    index.remove(fingerprint);
                }
            }
            for n in 0..2_000 {
                prop_assert_eq!(index.may_contain(fingerprint(n)), model.contains(&fingerprint(n)));
            }
        }
    }

    #[test]
    fn two_fingerprints_with_one_tag_and_way_come_and_go_alone() {
        let (index, one, other) = (Index::default(), 7 << 32 | 5, 7 << 32 | 5 | 1 << 20);
        index.insert(one, || [one].into_iter());
        index.insert(other, || [one, other].into_iter());
        index.remove(one);
        assert!(index.may_contain(other));
        index.remove(other);
        assert!(!index.may_contain(one) && !index.may_contain(other));
    }

    #[test]
    fn coming_and_going_forever_does_not_grow_the_index() {
        let index = Index::default();
        for n in 0..200_000_u64 {
            let live = n.saturating_sub(99)..=n;
            index.insert(fingerprint(n), || live.clone().map(fingerprint));
            if n >= 99 {
                index.remove(fingerprint(n - 99));
            }
        }
        assert_eq!(index.bytes(), 4 << SMALLEST);
    }

    #[test]
    fn a_banned_fingerprint_is_never_missed_while_others_come_and_go() {
        let index = Index::default();
        let all = Mutex::new(BTreeSet::from([fingerprint(0)]));
        index.insert(fingerprint(0), || [fingerprint(0)].into_iter());
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while !done.load(Ordering::Relaxed) {
                        assert!(index.may_contain(fingerprint(0)));
                    }
                });
            }
            for n in 1..100_000_u64 {
                let mut all = all.lock().unwrap();
                all.insert(fingerprint(n));
                index.insert(fingerprint(n), || all.iter().copied());
                if n > 3_000 && all.remove(&fingerprint(n - 3_000)) {
                    index.remove(fingerprint(n - 3_000));
                }
            }
            done.store(true, Ordering::Relaxed);
        });
    }
}
