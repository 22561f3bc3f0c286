//! Who is refused now, and until when.
//!
//! A projection of the stream: [`Bans::apply`] takes in each event in order, and everybody else only asks.
//! Asking never waits and never writes to memory that others read: the lock is taken only for somebody who
//! is, in all likelihood, banned.

mod allow;
mod index;
mod prefixes;

pub use allow::AllowList;

use std::cell::LazyCell;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::hash::BuildHasher;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use foldhash::quality::FixedState;
use serde::Serialize;
use smallvec::SmallVec;

use crate::event::{
    Address, Ban, Decision, DecisionId, Event, Network, Reach, Response, Subject, Timestamp, What,
};
use crate::identity::UserIdentifiers;

use index::Index;
use prefixes::Prefixes;

/// A ban that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The decision, or the person's ban, it rests on.
    pub id: DecisionId,
    /// Who is banned.
    pub subject: Subject,
    /// What they are kept from.
    pub reach: Reach,
    /// When it ends; `None`: when somebody pardons. Playbooks' bans always end.
    pub until: Option<Timestamp>,
    /// The playbook that decided, or the person's words.
    pub because: Box<str>,
}

impl Standing {
    fn is_live(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }

    /// Whether this ban covers all that `other` does.
    fn outlasts(&self, other: &Self) -> bool {
        match (self.until, other.until) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(this), Some(that)) => this >= that,
        }
    }
}

/// The bans in force.
#[derive(Debug)]
pub struct Bans {
    /// How many stand: while nobody is banned, a check is this one load.
    live: AtomicUsize,
    index: Index,
    prefixes: Prefixes,
    exact: RwLock<Exact>,
    seed: FixedState,
    limit: usize,
}

/// All there is to know about the bans, behind the index.
#[derive(Debug, Default)]
struct Exact {
    /// By fingerprint: as a rule one, more where a subject is banned from more than one thing.
    standing: HashMap<u64, SmallVec<[Arc<Standing>; 1]>>,
    /// What ends next.
    ends: BinaryHeap<Reverse<(Timestamp, u64)>>,
    allowed: AllowList,
    evicted: u64,
}

impl Bans {
    /// How many bans an agent keeps unless it is told otherwise. When more are made, those that would end
    /// first are dropped, and counted.
    pub const DEFAULT_LIMIT: usize = 1_000_000;

    /// Nobody is banned. `seed` should be random; it keeps attackers from preparing collisions.
    #[must_use]
    pub fn new(seed: u64, limit: usize) -> Self {
        Self {
            live: AtomicUsize::new(0),
            index: Index::default(),
            prefixes: Prefixes::default(),
            exact: RwLock::default(),
            seed: FixedState::with_seed(seed),
            limit: limit.max(1),
        }
    }

    /// Takes in the next event of the stream.
    pub fn apply(&self, event: &Event) {
        match &event.what {
            What::Decision(decision) if decision.enforced => {
                decision
                    .responses
                    .iter()
                    .for_each(|response| self.respond(decision, response));
            }
            What::Ban(Ban {
                id,
                subject,
                reach,
                until,
                because,
                ..
            }) => self.insert(Standing {
                id: *id,
                subject: subject.clone(),
                reach: *reach,
                until: *until,
                because: because.clone(),
            }),
            What::Pardon { subject } => self.pardon(subject),
            What::Allow { subject } => {
                let mut exact = self.write();
                self.lift(&mut exact, |standing| covers(subject, &standing.subject));
                exact.allowed.insert(subject.clone());
            }
            _ => {}
        }
    }

    /// The ban that stands against an address: the most specific one that has not ended.
    ///
    /// `now` is asked only where there is likely to be one.
    #[inline]
    pub fn of_address(
        &self,
        address: Address,
        now: impl FnOnce() -> Timestamp,
    ) -> Option<Arc<Standing>> {
        if !self.any() {
            return None;
        }
        self.look_for_address(address, now)
    }

    /// The ban that stands against a user; where there are several, the one that reaches furthest.
    ///
    /// `now` is asked only where there is likely to be one.
    #[inline]
    pub fn of_user(
        &self,
        user: &UserIdentifiers,
        now: impl FnOnce() -> Timestamp,
    ) -> Option<Arc<Standing>> {
        if !self.any() {
            return None;
        }
        self.look_for_user(user, now)
    }

    /// Whether anybody is banned.
    #[inline]
    #[must_use]
    pub fn any(&self) -> bool {
        self.count() != 0
    }

    fn respond(&self, decision: &Decision, response: &Response) {
        if let Response::Ban {
            subject,
            reach,
            until,
            ..
        } = response
        {
            self.insert(Standing {
                id: decision.id,
                subject: subject.clone(),
                reach: *reach,
                until: Some(*until),
                because: decision.playbook.clone(),
            });
        }
    }

    fn look_for_address(
        &self,
        address: Address,
        now: impl FnOnce() -> Timestamp,
    ) -> Option<Arc<Standing>> {
        let now = LazyCell::new(now);
        for network in self.prefixes.networks_of(address) {
            let fingerprint = self.network_fingerprint(network);
            if !self.index.may_contain(fingerprint) {
                continue;
            }
            let exact = self.read();
            let is_network = |subject: &Subject| *subject == Subject::Network(network);
            let found = exact.find(fingerprint, *now, is_network);
            if found.is_some() && !exact.allowed.contains_address(address) {
                return found;
            }
        }
        None
    }

    fn look_for_user(
        &self,
        user: &UserIdentifiers,
        now: impl FnOnce() -> Timestamp,
    ) -> Option<Arc<Standing>> {
        let fingerprint = user.fingerprint(&self.seed);
        if !self.index.may_contain(fingerprint) {
            return None;
        }
        let at = now();
        let is_user =
            |subject: &Subject| matches!(subject, Subject::User(banned) if banned == user);
        self.read().find(fingerprint, at, is_user)
    }

    /// All bans that have not ended, in no order.
    #[must_use]
    pub fn standing(&self, now: Timestamp) -> Vec<Arc<Standing>> {
        let exact = self.read();
        exact
            .standing
            .values()
            .flatten()
            .filter(|ban| ban.is_live(now))
            .cloned()
            .collect()
    }

    /// Whether the allow list keeps all of `subject` from being banned.
    #[must_use]
    pub fn is_allowed(&self, subject: &Subject) -> bool {
        self.read().allowed.contains(subject)
    }

    /// How many bans stand, those that have ended but were not swept yet included.
    #[inline]
    #[must_use]
    pub fn count(&self) -> usize {
        self.live.load(Ordering::Acquire)
    }

    /// Drops what has ended, so that it takes no memory. Bans end on time whether this is called or not.
    pub fn sweep(&self, now: Timestamp) {
        let ended = |exact: &Exact| {
            exact
                .ends
                .peek()
                .is_some_and(|Reverse((until, _))| now >= *until)
        };
        if !self.any() || !ended(&self.read()) {
            return;
        }
        let mut exact = self.write();
        while let Some(&Reverse((until, fingerprint))) = exact.ends.peek() {
            if now < until {
                break;
            }
            exact.ends.pop();
            self.drop_from(&mut exact, fingerprint, |standing| !standing.is_live(now));
        }
    }

    /// How many bans were dropped before their end because there were too many.
    #[must_use]
    pub fn evicted(&self) -> u64 {
        self.read().evicted
    }

    /// What the index, which is all that most checks look at, takes in memory, in bytes.
    #[must_use]
    pub fn index_bytes(&self) -> usize {
        self.index.bytes()
    }

    fn insert(&self, ban: Standing) {
        let mut exact = self.write();
        if exact.allowed.contains(&ban.subject) {
            return;
        }
        let fingerprint = self.fingerprint(&ban.subject);
        let same = |other: &Arc<Standing>| other.subject == ban.subject && other.reach == ban.reach;
        if let Some(standing) = exact.standing.get_mut(&fingerprint)
            && let Some(present) = standing.iter_mut().find(|other| same(other))
        {
            // The longer of two bans stands: a short one on top never sets anybody free early.
            if !present.outlasts(&ban) {
                let ends = ban.until.map(|until| Reverse((until, fingerprint)));
                *present = Arc::new(ban);
                exact.ends.extend(ends);
            }
            return;
        }
        if self.count() >= self.limit {
            self.evict(&mut exact);
        }
        let standing = exact.standing.entry(fingerprint).or_default();
        let new = standing.is_empty();
        let (ends, network) = (ban.until, network(&ban.subject));
        standing.push(Arc::new(ban));
        exact
            .ends
            .extend(ends.map(|until| Reverse((until, fingerprint))));
        if new {
            let all = &exact.standing;
            self.index.insert(fingerprint, || all.keys().copied());
        }
        if let Some(network) = network {
            self.prefixes.add(network);
        }
        self.live.fetch_add(1, Ordering::Release);
    }

    fn pardon(&self, subject: &Subject) {
        let mut exact = self.write();
        self.lift(&mut exact, |standing| covers(subject, &standing.subject));
    }

    fn lift(&self, exact: &mut Exact, lifted: impl Fn(&Standing) -> bool) {
        let fingerprints: Vec<u64> = exact
            .standing
            .iter()
            .filter(|(_, bans)| bans.iter().any(|ban| lifted(ban)))
            .map(|(fingerprint, _)| *fingerprint)
            .collect();
        for fingerprint in fingerprints {
            self.drop_from(exact, fingerprint, &lifted);
        }
    }

    /// Makes room by dropping the ban that would end first.
    fn evict(&self, exact: &mut Exact) {
        while let Some(Reverse((until, fingerprint))) = exact.ends.pop() {
            let dropped = self.drop_from(exact, fingerprint, |ban| ban.until == Some(until));
            if dropped > 0 {
                exact.evicted += dropped as u64;
                return;
            }
        }
    }

    fn drop_from(
        &self,
        exact: &mut Exact,
        fingerprint: u64,
        dropped: impl Fn(&Standing) -> bool,
    ) -> usize {
        let Some(standing) = exact.standing.get_mut(&fingerprint) else {
            return 0;
        };
        let before = standing.len();
        standing.retain(|ban| {
            let drop = dropped(ban);
            if drop && let Some(network) = network(&ban.subject) {
                self.prefixes.remove(network);
            }
            !drop
        });
        let after = standing.len();
        if after == 0 {
            exact.standing.remove(&fingerprint);
            self.index.remove(fingerprint);
        }
        self.live.fetch_sub(before - after, Ordering::Release);
        before - after
    }

    fn fingerprint(&self, subject: &Subject) -> u64 {
        match subject {
            Subject::User(user) => user.fingerprint(&self.seed),
            Subject::Network(network) => self.network_fingerprint(*network),
            Subject::UserAt { user, network } => self.seed.hash_one((
                user.fingerprint(&self.seed),
                self.network_fingerprint(*network),
            )),
        }
    }

    #[inline]
    fn network_fingerprint(&self, network: Network) -> u64 {
        let (bits, family) = match network.base() {
            IpAddr::V4(base) => (u128::from(base.to_bits()), 4_u64),
            IpAddr::V6(base) => (base.to_bits(), 6),
        };
        self.seed
            .hash_one((bits, (family << 8) | u64::from(network.prefix())))
    }

    // A panic while a lock is held cannot leave these tables half changed in a way that matters more than
    // refusing to answer would: they go on with what is there.
    fn read(&self) -> RwLockReadGuard<'_, Exact> {
        self.exact.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Exact> {
        self.exact.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Exact {
    fn find(
        &self,
        fingerprint: u64,
        now: Timestamp,
        is_subject: impl Fn(&Subject) -> bool,
    ) -> Option<Arc<Standing>> {
        let standing = self.standing.get(&fingerprint)?;
        let mut live = standing
            .iter()
            .filter(|ban| ban.is_live(now) && is_subject(&ban.subject));
        let first = live.next()?;
        let furthest = live
            .find(|ban| ban.reach == Reach::Everything)
            .unwrap_or(first);
        Some(Arc::clone(furthest))
    }
}

fn network(subject: &Subject) -> Option<Network> {
    match subject {
        Subject::Network(network) => Some(*network),
        Subject::User(_) | Subject::UserAt { .. } => None,
    }
}

/// Whether allowing or pardoning `subject` lifts a ban on `banned`.
fn covers(subject: &Subject, banned: &Subject) -> bool {
    match (subject, banned) {
        (Subject::Network(wide), Subject::Network(narrow)) => wide.covers(*narrow),
        _ => subject == banned,
    }
}

#[cfg(test)]
mod tests;
