//! What stands against users for a time without turning them away: that they have to prove themselves once
//! more, and that their account may be in other hands.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use serde::Serialize;
use smallvec::SmallVec;

use crate::event::{Decision, DecisionId, Response, Severity, Timestamp};
use crate::identity::UserIdentifiers;

/// A decision that something of a user's rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// Under which it can be found.
    pub decision: DecisionId,
    /// The playbook that decided.
    pub playbook: Box<str>,
    /// How bad it is where it is true.
    pub severity: Severity,
    /// When it was decided.
    pub since: Timestamp,
    /// When it ends.
    pub until: Timestamp,
}

impl Cause {
    pub(super) fn of(decision: &Decision, since: Timestamp, until: Timestamp) -> Self {
        Self {
            decision: decision.id,
            playbook: decision.playbook.clone(),
            severity: decision.severity,
            since,
            until,
        }
    }

    fn is_live(&self, now: Timestamp) -> bool {
        now < self.until
    }
}

/// A user who has to prove themselves once more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepUp {
    /// Who.
    pub user: UserIdentifiers,
    /// The decision that asks for it; of several, the one that does so for the longest.
    #[serde(flatten)]
    pub cause: Cause,
}

/// A user whose account may be in other hands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AtRisk {
    /// Who.
    pub user: UserIdentifiers,
    /// How bad the worst of the causes is.
    pub severity: Severity,
    /// When the first of the causes was decided.
    pub since: Timestamp,
    /// When the last of the causes ends.
    pub until: Timestamp,
    /// The decisions behind it, the worst first. At most [`Marks::CAUSES`].
    pub causes: Vec<Cause>,
}

/// Users, each with the decisions that mark them.
#[derive(Debug)]
pub struct Marks {
    /// How many users are marked: while nobody is, a look is this one load.
    live: AtomicUsize,
    exact: RwLock<Exact>,
    limit: usize,
}

type Causes = SmallVec<[Cause; 1]>;

#[derive(Debug, Default)]
struct Exact {
    causes: HashMap<UserIdentifiers, Causes>,
    /// When the last cause of each user ends, soonest first.
    ends: BTreeSet<(Timestamp, UserIdentifiers)>,
    evicted: u64,
}

impl Marks {
    /// How many decisions are kept for one user; of more, the worst, and of these the ones that end last.
    pub const CAUSES: usize = 8;

    /// Nobody is marked, and at most `limit` users ever are at once.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self {
            live: AtomicUsize::new(0),
            exact: RwLock::default(),
            limit: limit.max(1),
        }
    }

    /// Whether anybody is marked.
    #[inline]
    #[must_use]
    pub fn any(&self) -> bool {
        self.live.load(Ordering::Acquire) != 0
    }

    /// How bad the worst is that stands against a user; `None` where nothing does.
    ///
    /// `now` is asked only where the user is marked.
    #[inline]
    pub fn severity_of(
        &self,
        user: &UserIdentifiers,
        now: impl FnOnce() -> Timestamp,
    ) -> Option<Severity> {
        if !self.any() {
            return None;
        }
        self.look(user, now)
    }

    fn look(&self, user: &UserIdentifiers, now: impl FnOnce() -> Timestamp) -> Option<Severity> {
        let exact = self.read();
        let causes = exact.causes.get(user)?;
        let now = now();
        let live = causes.iter().filter(|cause| cause.is_live(now));
        live.map(|cause| cause.severity).max()
    }

    /// Who is marked, and by which decisions: for each the worst first. In no order.
    #[must_use]
    pub fn standing(&self, now: Timestamp) -> Vec<(UserIdentifiers, Vec<Cause>)> {
        let live = |causes: &Causes| -> Vec<Cause> {
            let live = causes.iter().filter(|cause| cause.is_live(now));
            let mut live: Vec<_> = live.cloned().collect();
            live.sort_by_key(|cause| Reverse((cause.severity, cause.until)));
            live
        };
        let exact = self.read();
        let all = exact
            .causes
            .iter()
            .map(|(user, causes)| (user, live(causes)));
        all.filter(|(_, causes)| !causes.is_empty())
            .map(|(user, causes)| (user.clone(), causes))
            .collect()
    }

    /// Marks a user.
    pub(super) fn add(&self, user: &UserIdentifiers, cause: Cause) {
        let mut exact = self.write();
        if !exact.causes.contains_key(user) && exact.causes.len() >= self.limit {
            exact.evict();
        }
        exact.add(user, cause);
        self.live.store(exact.causes.len(), Ordering::Release);
    }

    /// Nothing stands against the user any more.
    pub(super) fn lift(&self, user: &UserIdentifiers) {
        if !self.any() {
            return;
        }
        let mut exact = self.write();
        exact.remove(user);
        self.live.store(exact.causes.len(), Ordering::Release);
    }

    /// Drops what has ended, so that it takes no memory. It ends on time whether this is called or not.
    pub(super) fn sweep(&self, now: Timestamp) {
        let ended = |exact: &Exact| exact.ends.first().is_some_and(|(until, _)| now >= *until);
        if !self.any() || !ended(&self.read()) {
            return;
        }
        let mut exact = self.write();
        while ended(&exact)
            && let Some((_, user)) = exact.ends.pop_first()
        {
            exact.causes.remove(&user);
        }
        self.live.store(exact.causes.len(), Ordering::Release);
    }

    /// How many users were dropped before their end because there were too many.
    pub(super) fn evicted(&self) -> u64 {
        self.read().evicted
    }

    // As with the bans: a panic leaves nothing here that is worse than not answering.
    fn read(&self) -> RwLockReadGuard<'_, Exact> {
        self.exact.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Exact> {
        self.exact.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Exact {
    fn add(&mut self, user: &UserIdentifiers, cause: Cause) {
        let causes = self.causes.entry(user.clone()).or_default();
        if let Some(end) = end(causes) {
            self.ends.remove(&(end, user.clone()));
        }
        causes.push(cause);
        if causes.len() > Marks::CAUSES {
            causes.sort_by_key(|cause| Reverse((cause.severity, cause.until)));
            causes.truncate(Marks::CAUSES);
        }
        if let Some(end) = end(causes) {
            self.ends.insert((end, user.clone()));
        }
    }

    fn remove(&mut self, user: &UserIdentifiers) {
        if let Some((user, causes)) = self.causes.remove_entry(user)
            && let Some(end) = end(&causes)
        {
            self.ends.remove(&(end, user));
        }
    }

    /// Makes room by dropping the user whose last cause would end first.
    fn evict(&mut self) {
        if let Some((_, user)) = self.ends.pop_first() {
            self.causes.remove(&user);
            self.evicted += 1;
        }
    }
}

fn end(causes: &Causes) -> Option<Timestamp> {
    causes.iter().map(|cause| cause.until).max()
}

impl StepUp {
    /// What a decision asks, and of whom.
    pub(crate) fn asked_by(decision: &Decision, at: Timestamp) -> impl Iterator<Item = Self> {
        decision
            .responses
            .iter()
            .filter_map(move |response| match response {
                Response::StepUp { user, until } => Some(Self {
                    user: user.clone(),
                    cause: Cause::of(decision, at, *until),
                }),
                _ => None,
            })
    }

    /// Of the decisions that ask it of a user.
    pub(crate) fn of(user: UserIdentifiers, causes: Vec<Cause>) -> Option<Self> {
        let cause = causes.into_iter().max_by_key(|cause| cause.until)?;
        Some(Self { user, cause })
    }
}

impl AtRisk {
    /// Of the decisions behind it, the worst first.
    pub(crate) fn of(user: UserIdentifiers, causes: Vec<Cause>) -> Option<Self> {
        Some(Self {
            severity: causes.iter().map(|cause| cause.severity).max()?,
            since: causes.iter().map(|cause| cause.since).min()?,
            until: causes.iter().map(|cause| cause.until).max()?,
            user,
            causes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(marks.standing(at(10))[0].1.len(), 2);
        marks.sweep(at(29));
        assert!(marks.any());
        marks.sweep(at(30));
        assert!(!marks.any());
        assert_eq!(marks.standing(at(0)), []);
    }

    #[test]
    fn one_user_keeps_so_many_causes_and_never_loses_the_worst() {
        let marks = Marks::new(10);
        marks.add(&user(1), cause(0, Severity::Critical, 5));
        for n in 1..100 {
            marks.add(&user(1), cause(n, Severity::Low, 1000 + n));
        }
        let [(_, causes)] = &marks.standing(at(0))[..] else {
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
}
