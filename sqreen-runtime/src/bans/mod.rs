//! Who is refused now, and until when; who has to prove themselves once more, who is at risk, and who attacks.
//!
//! A projection of the stream: [`Bans::apply`] takes in each event in order, and everybody else only asks.
//! Asking whether somebody is banned who is not neither waits nor writes to memory that others read: the lock is
//! taken only for somebody who is, in all likelihood, banned. Asking for a step-up or for a risk, which applications do
//! where it matters, is one load while no user at all is marked; while any is, it takes a lock that is shared
//! with all who ask, and waits for a mark that is being made.

mod allow;
mod attempt;
mod cause;
mod exact;
mod index;
mod listed;
mod marked;
mod marks;
mod prefixes;
mod score;
mod standing;

pub use allow::AllowList;
pub use attempt::{AttemptKind, Attempting, Named, Standard};
pub use cause::{Cause, Effect};
pub use listed::{AtRisk, Attacker, StepUp, UserStanding};
pub use marks::Marks;
pub use standing::Standing;

use std::cell::LazyCell;
use std::hash::BuildHasher;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use foldhash::quality::FixedState;
use smallvec::SmallVec;

use crate::event::{Address, Decision, Event, Network, Reach, Response, Subject, Timestamp, What};
use crate::identity::UserIdentifiers;

use exact::{Exact, covers, is_user};
use index::Index;
use marked::Marked;
use prefixes::Prefixes;

/// The bans in force.
#[derive(Debug)]
pub struct Bans {
    /// How many stand: while nobody is banned, a check is this one load.
    live: AtomicUsize,
    /// How many of them send the banned to a page of the same site.
    redirects: AtomicUsize,
    index: Index,
    /// Of banned networks.
    prefixes: Prefixes,
    /// Of networks where single users are banned.
    prefixes_of_pairs: Prefixes,
    exact: RwLock<Exact>,
    marked: Marked,
    seed: FixedState,
    limit: usize,
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
            redirects: AtomicUsize::new(0),
            index: Index::default(),
            prefixes: Prefixes::default(),
            prefixes_of_pairs: Prefixes::default(),
            exact: RwLock::default(),
            marked: Marked::new(limit),
            seed: FixedState::with_seed(seed),
            limit: limit.max(1),
        }
    }

    /// Takes in the next event of the stream.
    pub fn apply(&self, event: &Event) {
        match &event.what {
            What::Decision(decision) if decision.enforced => {
                for response in &decision.responses {
                    self.respond(decision, response);
                }
                self.marked.decide(event.at, decision, &self.read().allowed);
            }
            What::Ban(ban) => self.insert(ban.clone().into()),
            What::Pardon { subject } => {
                self.marked.pardon(subject);
                let mut exact = self.write();
                self.lift(&mut exact, |standing| covers(subject, &standing.subject));
            }
            What::Allow { subject } => {
                self.marked.allow(subject);
                let mut exact = self.write();
                self.lift(&mut exact, |standing| covers(subject, &standing.subject));
                exact.allowed.insert(subject.clone());
            }
            What::SteppedUp { user } => self.marked.stepped_up(user),
            _ => {}
        }
    }

    fn respond(&self, decision: &Decision, response: &Response) {
        if let Response::Ban {
            subject,
            reach,
            until,
            redirect,
        } = response
        {
            self.insert(Standing {
                id: decision.id,
                subject: subject.clone(),
                reach: *reach,
                until: Some(*until),
                redirect: redirect.clone(),
                because: decision.playbook.clone(),
            });
        }
    }

    /// The ban that turns away all requests of an address: the most specific one that has not ended.
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

    /// The ban that turns away all requests of a user.
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

    /// The ban that keeps somebody from logging in, or from opening an account: one of the address, of the
    /// user, or of the two together.
    ///
    /// `is_known` tells whether the user is known there by that standard. It is asked only where that matters, and may
    /// wait: no lock is held.
    #[inline]
    pub fn of_attempt(
        &self,
        attempting: &Attempting<'_>,
        now: impl FnOnce() -> Timestamp,
        is_known: impl FnOnce(Standard) -> bool,
    ) -> Option<Arc<Standing>> {
        if !self.any() {
            return None;
        }
        let (ban, verdict) = self.look_for_attempt(attempting, now)?;
        let is_admitted = verdict.standard().is_some_and(is_known);
        (!is_admitted).then_some(ban)
    }

    /// Whether anybody is banned.
    #[inline]
    #[must_use]
    pub fn any(&self) -> bool {
        self.count() != 0
    }

    /// Whether any ban sends the banned to a page of the same site.
    #[inline]
    #[must_use]
    pub fn any_page(&self) -> bool {
        self.redirects.load(Ordering::Acquire) != 0
    }

    /// Whether some ban sends the banned to this path of the same site. It stays open to all whom bans send
    /// to such pages, so that nobody is sent in circles.
    #[must_use]
    pub fn is_page(&self, path: &str) -> bool {
        self.any_page() && self.read().pages.contains_key(path)
    }

    /// Who has to prove themselves once more.
    #[inline]
    #[must_use]
    pub fn step_ups(&self) -> &Marks {
        &self.marked.step_ups
    }

    /// Whose account may be in other hands.
    #[inline]
    #[must_use]
    pub fn risks(&self) -> &Marks {
        &self.marked.risks
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
            let found = exact.find(fingerprint, *now, |ban| {
                ban.subject == Subject::Network(network) && ban.reach == Reach::Everything
            });
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
        self.read().find(fingerprint, at, |ban| {
            is_user(&ban.subject, user) && ban.reach == Reach::Everything
        })
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

    /// The bans of a user, and of the user at one address, that have not ended; those that end last first.
    fn standing_of(&self, user: &UserIdentifiers, now: Timestamp) -> Vec<Standing> {
        let subject = user.into();
        let exact = self.read();
        let all = exact.standing.values().flatten();
        let of_user = all.filter(|ban| ban.is_live(now) && covers(&subject, &ban.subject));
        let mut of_user: Vec<_> = of_user.map(|ban| Standing::clone(ban)).collect();
        Standing::last_first(&mut of_user);
        of_user
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
        let ended = |exact: &Exact| exact.ends.first().is_some_and(|(until, _)| now >= *until);
        self.marked.sweep(now);
        if !self.any() || !ended(&self.read()) {
            return;
        }
        let mut exact = self.write();
        while ended(&exact)
            && let Some((_, fingerprint)) = exact.ends.pop_first()
        {
            self.drop_from(&mut exact, fingerprint, |standing| !standing.is_live(now));
        }
    }

    /// How many bans, demands for a step-up, users at risk and attackers were dropped before their end because
    /// there were too many.
    #[must_use]
    pub fn evicted(&self) -> u64 {
        self.read().evicted + self.marked.evicted()
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
        let same = |other: &Standing| other.subject == ban.subject && other.reach == ban.reach;
        let exact = &mut *exact;
        let standing = exact.standing.get_mut(&fingerprint);
        if let Some(present) = standing.and_then(|all| all.iter_mut().find(|ban| same(ban))) {
            // The longer of two bans stands: a short one on top never sets anybody free early.
            if !present.outlasts(&ban) {
                let ends = ban.until.map(|until| (until, fingerprint));
                let ban = Arc::new(ban);
                // In place, so that whoever looks meanwhile finds one or the other.
                let before = std::mem::replace(present, Arc::clone(&ban));
                exact.ends.extend(ends);
                exact.forget_end(fingerprint, &before);
                self.open_page(exact, &ban);
                self.close_page(exact, &before);
            }
            return;
        }
        if self.count() >= self.limit {
            self.evict(exact);
        }
        self.open_page(exact, &ban);
        if let Some((prefixes, network)) = self.prefixes_for(&ban.subject) {
            prefixes.add(network);
        }
        let ends = ban.until.map(|until| (until, fingerprint));
        let standing = exact.standing.entry(fingerprint).or_default();
        let new = standing.is_empty();
        standing.push(Arc::new(ban));
        exact.ends.extend(ends);
        if new {
            let all = &exact.standing;
            self.index.insert(fingerprint, || all.keys().copied());
        }
        self.live.fetch_add(1, Ordering::Release);
    }

    fn open_page(&self, exact: &mut Exact, ban: &Standing) {
        if exact.open_page(ban) {
            self.redirects.fetch_add(1, Ordering::Release);
        }
    }

    fn close_page(&self, exact: &mut Exact, ban: &Standing) {
        if exact.close_page(ban) {
            self.redirects.fetch_sub(1, Ordering::Release);
        }
    }

    fn prefixes_for(&self, subject: &Subject) -> Option<(&Prefixes, Network)> {
        match subject {
            Subject::User(_) => None,
            Subject::Network(network) => Some((&self.prefixes, *network)),
            Subject::UserAt { network, .. } => Some((&self.prefixes_of_pairs, *network)),
        }
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
        while let Some((until, fingerprint)) = exact.ends.pop_first() {
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
        let mut gone: SmallVec<[Arc<Standing>; 1]> = SmallVec::new();
        standing.retain(|ban| {
            let drop = dropped(ban);
            if drop {
                gone.push(Arc::clone(ban));
            }
            !drop
        });
        if standing.is_empty() {
            exact.standing.remove(&fingerprint);
            self.index.remove(fingerprint);
        }
        for ban in &gone {
            if let Some((prefixes, network)) = self.prefixes_for(&ban.subject) {
                prefixes.remove(network);
            }
            exact.forget_end(fingerprint, ban);
            self.close_page(exact, ban);
        }
        self.live.fetch_sub(gone.len(), Ordering::Release);
        gone.len()
    }

    fn fingerprint(&self, subject: &Subject) -> u64 {
        match subject {
            Subject::User(user) => user.fingerprint(&self.seed),
            Subject::Network(network) => self.network_fingerprint(*network),
            Subject::UserAt { user, network } => {
                self.pair_fingerprint(user.fingerprint(&self.seed), *network)
            }
        }
    }

    fn pair_fingerprint(&self, user: u64, network: Network) -> u64 {
        self.seed
            .hash_one((user, self.network_fingerprint(network)))
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

#[cfg(test)]
mod tests;
