//! What stands against somebody for a time without turning them away, and the decisions it rests on.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use smallvec::SmallVec;

use crate::event::{Severity, Timestamp};
use crate::identity::UserIdentifiers;

use super::Cause;

/// Users, or others, each with the decisions that mark them.
#[derive(Debug)]
pub struct Marks<Who = UserIdentifiers> {
    /// How many are marked: while nobody is, a look is this one load.
    live: AtomicUsize,
    exact: RwLock<Exact<Who>>,
    limit: usize,
}

type Causes = SmallVec<[Cause; 1]>;

#[derive(Debug)]
struct Exact<Who> {
    causes: HashMap<Who, Causes>,
    /// When the last cause of each ends, soonest first.
    ends: BTreeSet<(Timestamp, Who)>,
    evicted: u64,
}

impl Marks {
    /// How many decisions are kept for one user or address; of more, the worst, and of these the ones that end
    /// last.
    pub const CAUSES: usize = 8;
}

impl<Who: Clone + Eq + Hash + Ord> Marks<Who> {
    /// Nobody is marked, and at most `limit` ever are at once.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self {
            live: AtomicUsize::new(0),
            exact: RwLock::new(Exact {
                causes: HashMap::new(),
                ends: BTreeSet::new(),
                evicted: 0,
            }),
            limit: limit.max(1),
        }
    }

    /// Whether anybody is marked.
    #[inline]
    #[must_use]
    pub fn any(&self) -> bool {
        self.live.load(Ordering::Acquire) != 0
    }

    /// How bad the worst is that stands against somebody; `None` where nothing does.
    ///
    /// `now` is asked only where they are marked.
    #[inline]
    pub fn severity_of(&self, who: &Who, now: impl FnOnce() -> Timestamp) -> Option<Severity> {
        if !self.any() {
            return None;
        }
        self.look(who, now)
    }

    fn look(&self, who: &Who, now: impl FnOnce() -> Timestamp) -> Option<Severity> {
        let exact = self.read();
        let causes = exact.causes.get(who)?;
        let now = now();
        let live = causes.iter().filter(|cause| cause.is_live(now));
        live.map(|cause| cause.severity).max()
    }

    /// Who of those who are meant is marked, and by which decisions: for each the worst first. In no order.
    #[must_use]
    pub fn standing(
        &self,
        now: Timestamp,
        is_meant: impl Fn(&Who) -> bool,
    ) -> Vec<(Who, Vec<Cause>)> {
        let exact = self.read();
        let all = exact.causes.iter().filter(|(who, _)| is_meant(who));
        all.map(|(who, causes)| (who, live(causes, now)))
            .filter(|(_, causes)| !causes.is_empty())
            .map(|(who, causes)| (who.clone(), causes))
            .collect()
    }

    /// The decisions that mark somebody, the worst first.
    #[must_use]
    pub fn of(&self, who: &Who, now: Timestamp) -> Vec<Cause> {
        let exact = self.read();
        let causes = exact.causes.get(who);
        causes.map_or_else(Vec::new, |causes| live(causes, now))
    }

    /// Marks somebody.
    pub(super) fn add(&self, who: &Who, cause: Cause) {
        let mut exact = self.write();
        if !exact.causes.contains_key(who) && exact.causes.len() >= self.limit {
            exact.evict();
        }
        exact.add(who, cause);
        self.live.store(exact.causes.len(), Ordering::Release);
    }

    /// Nothing stands against them any more.
    pub(super) fn lift(&self, who: &Who) {
        if !self.any() {
            return;
        }
        let mut exact = self.write();
        exact.remove(who);
        self.live.store(exact.causes.len(), Ordering::Release);
    }

    /// Nothing stands any more against all who are meant.
    pub(super) fn lift_all(&self, is_meant: impl Fn(&Who) -> bool) {
        if !self.any() {
            return;
        }
        let mut exact = self.write();
        let exact = &mut *exact;
        exact.causes.retain(|who, _| !is_meant(who));
        exact.ends.retain(|(_, who)| !is_meant(who));
        self.live.store(exact.causes.len(), Ordering::Release);
    }

    /// Drops what has ended, so that it takes no memory. It ends on time whether this is called or not.
    pub(super) fn sweep(&self, now: Timestamp) {
        let ended = |exact: &Exact<Who>| exact.ends.first().is_some_and(|(until, _)| now >= *until);
        if !self.any() || !ended(&self.read()) {
            return;
        }
        let mut exact = self.write();
        while ended(&exact)
            && let Some((_, who)) = exact.ends.pop_first()
        {
            exact.causes.remove(&who);
        }
        self.live.store(exact.causes.len(), Ordering::Release);
    }

    /// How many were dropped before their end because there were too many.
    pub(super) fn evicted(&self) -> u64 {
        self.read().evicted
    }

    // As with the bans: a panic leaves nothing here that is worse than not answering.
    fn read(&self) -> RwLockReadGuard<'_, Exact<Who>> {
        self.exact.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Exact<Who>> {
        self.exact.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<Who: Clone + Eq + Hash + Ord> Exact<Who> {
    fn add(&mut self, who: &Who, cause: Cause) {
        let causes = self.causes.entry(who.clone()).or_default();
        if let Some(end) = end(causes) {
            self.ends.remove(&(end, who.clone()));
        }
        let mut present = causes.iter_mut();
        match present.find(|present| present.decision == cause.decision) {
            Some(present) => present.join(&cause),
            None => causes.push(cause),
        }
        if causes.len() > Marks::CAUSES {
            worst_first(causes);
            causes.truncate(Marks::CAUSES);
        }
        if let Some(end) = end(causes) {
            self.ends.insert((end, who.clone()));
        }
    }

    fn remove(&mut self, who: &Who) {
        if let Some((who, causes)) = self.causes.remove_entry(who)
            && let Some(end) = end(&causes)
        {
            self.ends.remove(&(end, who));
        }
    }

    /// Makes room by dropping the one whose last cause would end first.
    fn evict(&mut self) {
        if let Some((_, who)) = self.ends.pop_first() {
            self.causes.remove(&who);
            self.evicted += 1;
        }
    }
}

/// Those that have not ended, the worst first.
fn live(causes: &Causes, now: Timestamp) -> Vec<Cause> {
    let live = causes.iter().filter(|cause| cause.is_live(now));
    let mut live: Vec<_> = live.cloned().collect();
    worst_first(&mut live);
    live
}

/// Of equally bad ones, those that end last.
pub(super) fn worst_first(causes: &mut [Cause]) {
    causes.sort_by_key(|cause| (Reverse((cause.severity, cause.until)), cause.decision));
}

fn end(causes: &Causes) -> Option<Timestamp> {
    causes.iter().map(|cause| cause.until).max()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::bans::Effect;
    use crate::event::DecisionId;

    fn user(n: u32) -> UserIdentifiers {
        UserIdentifiers::new("id", &n).unwrap()
    }

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn cause(n: u64, severity: Severity, until: u64) -> Cause {
        Cause {
            decision: DecisionId::new(0, n, 0),
            playbook: "test".into(),
            severity,
            effect: Effect::AtRisk,
            since: at(n),
            until: at(until),
        }
    }

    #[test]
    fn nobody_is_marked_at_first_and_the_clock_is_not_asked() {
        let marks = Marks::new(10);
        let no_clock = || panic!("asked for the time");
        assert_eq!(marks.severity_of(&user(1), no_clock), None);
        marks.add(&user(2), cause(1, Severity::Low, 10));
        assert_eq!(marks.severity_of(&user(1), no_clock), None);
    }

    #[test]
    fn each_cause_ends_by_itself_and_the_worst_that_is_left_counts() {
        let marks = Marks::new(10);
        let alice = user(1);
        marks.add(&alice, cause(1, Severity::Critical, 10));
        marks.add(&alice, cause(2, Severity::Low, 30));
        marks.add(&alice, cause(3, Severity::High, 20));
        let severity = |now| marks.severity_of(&alice, || at(now));
        let severities = [9, 10, 19, 20, 29, 30].map(severity);
        let [low, high, critical] = [Severity::Low, Severity::High, Severity::Critical].map(Some);
        assert_eq!(severities, [critical, high, high, low, low, None]);
        assert_eq!(marks.of(&alice, at(10)).len(), 2);
        marks.sweep(at(29));
        assert!(marks.any());
        marks.sweep(at(30));
        assert!(!marks.any());
        assert_eq!(marks.standing(at(0), |_| true), []);
    }

    #[test]
    fn one_user_keeps_so_many_causes_and_never_loses_the_worst() {
        let marks = Marks::new(10);
        marks.add(&user(1), cause(0, Severity::Critical, 5));
        for n in 1..100 {
            marks.add(&user(1), cause(n, Severity::Low, 1000 + n));
        }
        let [(_, causes)] = &marks.standing(at(0), |_| true)[..] else {
            panic!("one user")
        };
        assert_eq!(causes.len(), Marks::CAUSES);
        assert_eq!(causes[0].severity, Severity::Critical);
        assert_eq!(causes[1].until, at(1099));
        marks.lift(&user(1));
        assert!(!marks.any() && marks.read().ends.is_empty());
    }

    #[test]
    fn past_the_limit_the_users_whose_marks_end_first_go_and_are_counted() {
        let marks = Marks::new(2);
        marks.add(&user(1), cause(1, Severity::High, 30));
        marks.add(&user(2), cause(2, Severity::High, 10));
        // Now the second is marked for longest.
        marks.add(&user(2), cause(3, Severity::Low, 40));
        marks.add(&user(3), cause(4, Severity::Low, 20));
        let marked = [1, 2, 3].map(|n| marks.severity_of(&user(n), || at(0)).is_some());
        assert_eq!(marked, [false, true, true]);
        assert_eq!(marks.evicted(), 1);
        assert_eq!(marks.read().ends.len(), 2);
    }
    #[test]
    fn a_decision_that_says_it_twice_counts_once_and_for_the_longer_time() {
        let marks = Marks::new(10);
        for until in [10, 30, 20] {
            marks.add(&user(1), cause(1, Severity::High, until));
        }
        assert_eq!(marks.of(&user(1), at(0)), [cause(1, Severity::High, 30)]);
        assert_eq!(marks.of(&user(2), at(0)), []);
        assert_eq!(marks.of(&user(1), at(30)), []);
    }

    #[test]
    fn whoever_is_meant_is_lifted_and_leaves_nothing_behind() {
        let marks = Marks::new(10);
        for n in 0..6_u64 {
            marks.add(&n, cause(n, Severity::Low, 10));
        }
        marks.lift_all(|n| n % 2 == 0);
        let mut left: Vec<u64> = marks
            .standing(at(0), |_| true)
            .into_iter()
            .map(|(n, _)| n)
            .collect();
        left.sort_unstable();
        assert_eq!(left, [1, 3, 5]);
        assert_eq!(marks.read().ends.len(), 3);
        marks.lift_all(|_| true);
        assert!(!marks.any());
    }

    #[derive(Debug, Clone)]
    enum Step {
        Add(u8, u64, Severity, u64),
        Lift(u8),
        LiftOdd,
        Sweep(u64),
    }

    fn step() -> impl Strategy<Value = Step> {
        let severity = prop_oneof![Just(Severity::Low), Just(Severity::High)];
        prop_oneof![
            8 => (0..6_u8, 0..20_u64, severity, 1..50_u64)
                .prop_map(|(who, id, severity, until)| Step::Add(who, id, severity, until)),
            1 => (0..6_u8).prop_map(Step::Lift),
            1 => Just(Step::LiftOdd),
            1 => (0..50_u64).prop_map(Step::Sweep),
        ]
    }

    proptest! {
        #[test]
        fn when_each_ends_is_always_known_and_none_is_over_the_limit(
            steps in proptest::collection::vec(step(), 0..80)
        ) {
            let marks = Marks::new(4);
            for step in steps {
                match step {
                    Step::Add(who, id, severity, until) => marks.add(&who, cause(id, severity, until)),
                    Step::Lift(who) => marks.lift(&who),
                    Step::LiftOdd => marks.lift_all(|who| who % 2 == 1),
                    Step::Sweep(now) => marks.sweep(at(now)),
                }
                let exact = marks.read();
                let ends = exact.causes.iter().map(|(who, causes)| (end(causes).unwrap(), *who));
                prop_assert_eq!(&exact.ends, &ends.collect());
                prop_assert!(exact.causes.values().all(|causes| causes.len() <= Marks::CAUSES));
                prop_assert!(exact.causes.len() <= 4);
                prop_assert_eq!(marks.live.load(Ordering::Acquire), exact.causes.len());
            }
        }
    }
}
