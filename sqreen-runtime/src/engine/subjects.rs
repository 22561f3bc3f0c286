//! State for each of very many subjects, in bounded memory.

use super::slots::Slots;

/// A table that keeps what was used last and forgets the rest.
///
/// Two generations: subjects are used in the young one; when that holds half of what may be held, the old
/// one is forgotten and the young one becomes old. Whoever is still active is carried over on use, so a
/// flood of new subjects pushes out those that were quiet for longest, and an attacker at work stays in
/// sight. Each use costs the same, and what is forgotten depends on the order of uses alone.
#[derive(Debug)]
pub(super) struct Subjects<V> {
    young: Slots<V>,
    old: Slots<V>,
    /// How many subjects each generation holds.
    half: usize,
    /// What the young one holds beyond one entry for each subject, in entries.
    excess: usize,
    forgotten: u64,
}

/// How many entries a subject may have on average: what one generation holds is bounded, however many things
/// are held against each.
const ENTRIES: usize = 4;

/// What is kept of a subject.
pub(super) trait Kept: Default {
    /// How many entries it has beyond one.
    fn excess(&self) -> usize {
        0
    }
}

impl Kept for u32 {}
impl Kept for u64 {}

impl<V: Kept> Subjects<V> {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            young: Slots::default(),
            old: Slots::default(),
            half: (capacity / 2).max(1),
            excess: 0,
            forgotten: 0,
        }
    }

    /// The state of a subject, which counts as using it.
    pub(super) fn entry(&mut self, fingerprint: u64) -> &mut V {
        let full = self.young.len() >= self.half || self.excess >= ENTRIES * self.half;
        // With nobody to carry over and room for one more, looking once is enough.
        if !full && self.old.len() == 0 {
            return self.young.get_or_insert_with(fingerprint, V::default);
        }
        let carried = if self.young.get(fingerprint).is_some() {
            None
        } else {
            let carried = self.old.remove(fingerprint).unwrap_or_default();
            if full {
                self.forgotten += self.old.len() as u64;
                self.old = std::mem::take(&mut self.young);
                self.excess = 0;
            }
            self.excess += carried.excess();
            Some(carried)
        };
        self.young
            .get_or_insert_with(fingerprint, || carried.unwrap_or_default())
    }

    /// Sends for what will be used: several that are sent for are waited for together.
    #[inline]
    pub(super) fn touch(&self, fingerprint: u64) -> u64 {
        self.young.touch(fingerprint)
    }

    /// A subject that was just used has changed: it had so many entries beyond one, and has so many now.
    pub(super) fn changed(&mut self, before: usize, now: usize) {
        self.excess = (self.excess + now).saturating_sub(before);
    }

    /// The state of a subject, if there is one.
    pub(super) fn get(&self, fingerprint: u64) -> Option<&V> {
        match self.young.get(fingerprint) {
            None => self.old.get(fingerprint),
            young => young,
        }
    }

    /// The state of a subject, if there is one, to change it; this is no use of it.
    pub(super) fn get_mut(&mut self, fingerprint: u64) -> Option<&mut V> {
        match self.young.get_mut(fingerprint) {
            None => self.old.get_mut(fingerprint),
            young => young,
        }
    }

    /// Drops what `keep` says no to.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&mut V) -> bool) {
        self.young.retain(&mut keep);
        self.old.retain(&mut keep);
    }

    pub(super) fn remove(&mut self, fingerprint: u64) {
        if let Some(removed) = self.young.remove(fingerprint) {
            self.excess = self.excess.saturating_sub(removed.excess());
        } else {
            self.old.remove(fingerprint);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn len(&self) -> usize {
        self.young.len() + self.old.len()
    }

    pub(super) fn forgotten(&self) -> u64 {
        self.forgotten
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_flood_of_new_subjects_never_exceeds_the_capacity_and_is_counted() {
        let mut subjects = Subjects::<u32>::new(100);
        for fingerprint in 1..=10_000 {
            *subjects.entry(fingerprint) += 1;
            assert!(subjects.len() <= 100);
        }
        assert_eq!(subjects.forgotten() + subjects.len() as u64, 10_000);
    }

    #[test]
    fn a_subject_in_use_survives_a_flood() {
        let mut subjects = Subjects::<u32>::new(100);
        for fingerprint in 1..10_000 {
            subjects.entry(fingerprint);
            if fingerprint % 40 == 0 {
                *subjects.entry(0) += 1;
            }
        }
        assert_eq!(subjects.get(0), Some(&249));
    }

    proptest! {
        #[test]
        fn what_fits_is_never_forgotten(uses in proptest::collection::vec(1..50_u64, 0..500)) {
            let mut subjects = Subjects::<u32>::new(100);
            let mut model = std::collections::BTreeMap::<u64, u32>::new();
            for fingerprint in uses {
                *subjects.entry(fingerprint) += 1;
                *model.entry(fingerprint).or_default() += 1;
            }
            for (fingerprint, count) in model {
                prop_assert_eq!(subjects.get(fingerprint), Some(&count));
            }
        }
    }
}
