//! How events become decisions.
//!
//! The engine is a pure function of the events it has seen: it reads no clock, does no I/O and draws no
//! random number. Time comes in with each event, and what it needs to be unpredictable to attackers comes in
//! once, as a seed. The same seed and the same events in the same order give the same decisions.
//!
//! ```
//! use sqreen_runtime::engine::Engine;
//! use sqreen_runtime::event::{Attempt, Event, Origin, Outcome, Timestamp, What};
//! use sqreen_runtime::identity::UserIdentifiers;
//! use sqreen_runtime::policy::Policy;
//!
//! let mut engine = Engine::new(Policy::default(), 42);
//! let attacker: std::net::IpAddr = "203.0.113.9".parse()?;
//! let mut decisions = Vec::new();
//! for second in 0..10 {
//!     decisions = engine.observe(&Event {
//!         at: Timestamp::from_millis(second * 1000),
//!         origin: Origin { address: Some(attacker.into()), user_agent: None, facts: None },
//!         what: What::Login(Attempt::new(
//!             Outcome::Failure,
//!             Some(UserIdentifiers::new("email", "alice@example.com")?),
//!         )),
//!     });
//! }
//! assert_eq!(&*decisions[0].playbook, "credential-cracking");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod counter;
mod places;
mod subjects;
mod window;

use foldhash::quality::FixedState;

use std::hash::BuildHasher;

use crate::bans::AllowList;
use crate::event::{
    Address, Attempt, Decision, DecisionId, Event, Evidence, Network, Outcome, Reach, Response,
    Severity, Subject, Timestamp, What,
};
use crate::identity::UserIdentifiers;
use crate::policy::{By, Mode, Playbook, Policy, Then};

use counter::Counter;
use places::Places;
use subjects::Subjects;

/// How many subjects each table of an engine holds unless it is told otherwise.
///
/// A million users and as many addresses with one failure each were measured to take 560 MB with the built-in
/// policy. A subject takes 24 bytes more for each further event that still counts against it, which its
/// playbook's threshold bounds. Smaller machines want a smaller figure.
pub const DEFAULT_CAPACITY: usize = 1_000_000;

/// The detection engine; see the [module](self).
#[derive(Debug)]
pub struct Engine {
    policy: Policy,
    version: Box<str>,
    seed: u64,
    /// What fingerprints are made with.
    state: FixedState,
    /// One for each playbook, in the policy's order.
    counters: Vec<Counter>,
    places: Places,
    allowed: AllowList,
    /// For each pardoned subject, the place in the stream up to which nothing is held against it.
    pardons: Subjects<u64>,
    seen: u64,
}

/// An attempt as the counters look at it.
struct Attempted<'a> {
    at: Timestamp,
    place: u64,
    outcome: Outcome,
    /// Whether the answer was withheld: a success of an attacker's, which clears nothing.
    withheld: bool,
    address: Option<Address>,
    user: Option<&'a UserIdentifiers>,
    /// Fingerprints of the two.
    keys: Keys,
    /// Whether the user has logged in from the address before.
    familiar: bool,
}

/// Fingerprints of an address and a user.
#[derive(Debug, Clone, Copy, Default)]
struct Keys {
    address: Option<u64>,
    user: Option<u64>,
}

/// Places in the stream up to which an address and a user are pardoned.
#[derive(Debug, Clone, Copy, Default)]
struct Forgiven {
    address: u64,
    user: u64,
}

impl Engine {
    /// An engine that has seen nothing. `seed` should be random and stay the same for one stream.
    #[must_use]
    pub fn new(policy: Policy, seed: u64) -> Self {
        Self::with_capacity(policy, seed, DEFAULT_CAPACITY)
    }

    /// An engine whose tables hold at most `capacity` subjects each.
    #[must_use]
    pub fn with_capacity(policy: Policy, seed: u64, capacity: usize) -> Self {
        Self {
            version: policy.version(),
            counters: policy
                .playbooks()
                .iter()
                .map(|_| Counter::new(capacity))
                .collect(),
            places: Places::new(capacity),
            allowed: AllowList::default(),
            pardons: Subjects::new(capacity),
            seen: 0,
            policy,
            seed,
            state: FixedState::with_seed(derived(seed)),
        }
    }

    /// Takes in the next event of the stream and says what is to be done.
    pub fn observe(&mut self, event: &Event) -> Vec<Decision> {
        self.seen += 1;
        match &event.what {
            What::Login(attempt) => self.login(event, attempt),
            What::Session(session) => {
                self.seen_at(&session.user, event.origin.address);
                Vec::new()
            }
            What::Allow { subject } => {
                self.allowed.insert(subject.clone());
                Vec::new()
            }
            What::Pardon { subject } => {
                self.forgive(subject);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// How many events the engine has seen: the place of the last one in the stream.
    #[must_use]
    pub fn seen(&self) -> u64 {
        self.seen
    }

    /// The policy it decides by.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Whether this user has logged in from this address before.
    #[must_use]
    pub fn is_familiar(&self, user: &UserIdentifiers, address: Address) -> bool {
        self.places
            .knows(self.user_key(user), self.address_key(address))
    }

    /// The user who last logged in from this address.
    #[must_use]
    pub fn last_login_from(&self, address: Address) -> Option<&UserIdentifiers> {
        self.places.last_user(self.address_key(address))
    }

    /// How many subjects the engine watches, and how many it had to forget to stay within its capacity.
    #[must_use]
    pub fn memory(&self) -> Memory {
        let mut memory = self.places.memory();
        memory.subjects += self.pardons.len();
        memory.forgotten += self.pardons.forgotten();
        for counter in &self.counters {
            memory.subjects += counter.subjects();
            memory.forgotten += counter.forgotten();
        }
        memory
    }

    fn login(&mut self, event: &Event, attempt: &Attempt) -> Vec<Decision> {
        let address = event.origin.address;
        let user = attempt.user.as_ref();
        let keys = Keys {
            address: address.map(|address| self.address_key(address)),
            user: user.map(|user| self.user_key(user)),
        };
        let pair = keys.user.zip(keys.address);
        let attempted = Attempted {
            at: event.at,
            place: self.seen,
            outcome: attempt.outcome,
            withheld: attempt.withheld,
            familiar: pair.is_some_and(|(of, from)| self.places.knows(of, from)),
            address,
            user,
            keys,
        };
        let decisions = self.count(&attempted);
        self.settle_in(attempt, keys);
        decisions
    }

    /// Where somebody logged in, they are at home from now on, under the name they typed as under the one the
    /// application knows them by. Not where the answer was withheld: that is an attacker with the right
    /// password. And not where they signed up: applications that do not tell which accounts exist say yes to
    /// a sign-up with anybody's name.
    fn settle_in(&mut self, attempt: &Attempt, keys: Keys) {
        if attempt.outcome != Outcome::Success || attempt.withheld {
            return;
        }
        let (Some(from), Some(who)) = (keys.address, attempt.who()) else {
            return;
        };
        let typed = keys.user;
        let of = match typed {
            Some(of) if attempt.resolved.is_none() => of,
            _ => self.user_key(who),
        };
        self.places.logged_in(who, of, from);
        if let Some(typed) = typed.filter(|typed| *typed != of) {
            self.places.seen(typed, from);
            self.places.resolved(typed, of);
        }
    }

    /// Where a session is used, its user is at home: phones change their address between two logins.
    fn seen_at(&mut self, user: &UserIdentifiers, address: Option<Address>) {
        if let Some(address) = address {
            let (of, from) = (self.user_key(user), self.address_key(address));
            self.places.seen(of, from);
        }
    }

    fn count(&mut self, attempted: &Attempted<'_>) -> Vec<Decision> {
        let forgiven = self.forgiven(attempted.keys);
        let mut decisions = Vec::new();
        for (playbook, counter) in self.policy.playbooks().iter().zip(&mut self.counters) {
            let Some(target) = target(playbook, attempted) else {
                continue;
            };
            if target.is_on(&self.allowed) {
                continue;
            }
            let Some(key) = counted_by(playbook.by, attempted, &self.state) else {
                continue;
            };
            let Some(counted) = counter.count(playbook, key, attempted, forgiven) else {
                continue;
            };
            let n = u8::try_from(decisions.len()).unwrap_or(u8::MAX);
            decisions.push(Decision {
                id: DecisionId::new(self.seed, attempted.place, n),
                playbook: playbook.name.clone(),
                severity: Severity::Medium,
                enforced: playbook.mode == Mode::Enforce,
                user: attempted.user.cloned(),
                address: attempted.address,
                responses: [Response::Ban {
                    subject: target.into(),
                    reach: reach(playbook.then),
                    until: attempted.at.plus(playbook.lasting),
                    redirect: None,
                }]
                .into(),
                evidence: Evidence {
                    policy: self.version.clone(),
                    counted: counted.figure,
                    reaching: playbook.reaching,
                    within: playbook.within,
                    since: counted.since,
                    events: counted.events,
                    after: None,
                    usual: None,
                    travel: None,
                },
            });
        }
        decisions
    }

    /// Up to where in the stream nothing is held against this address and this user.
    fn forgiven(&self, keys: Keys) -> Forgiven {
        let pardoned = |key: Option<u64>| key.and_then(|key| self.pardons.get(key)).copied();
        Forgiven {
            address: pardoned(keys.address).unwrap_or_default(),
            user: pardoned(keys.user).unwrap_or_default(),
        }
    }

    /// A pardon wipes the slate: otherwise the next typing error would bring the ban back.
    fn forgive(&mut self, subject: &Subject) {
        let key = match subject {
            Subject::User(user) => self.user_key(user),
            Subject::Network(network) => self.network_key(*network),
            Subject::UserAt { user, network } => self
                .state
                .hash_one((self.user_key(user), self.network_key(*network))),
        };
        *self.pardons.entry(key) = self.seen;
    }

    fn user_key(&self, user: &UserIdentifiers) -> u64 {
        user.fingerprint(&self.state)
    }

    fn address_key(&self, address: Address) -> u64 {
        self.network_key(address.network())
    }

    fn network_key(&self, network: Network) -> u64 {
        self.state.hash_one(network)
    }
}

/// The seed of the fingerprints: not the one that decision ids are made with, which clients see.
fn derived(seed: u64) -> u64 {
    let hash = hmac_sha256::HMAC::mac(b"fingerprints", seed.to_le_bytes());
    u64::from_le_bytes(*hash.first_chunk().unwrap_or(&[0; 8]))
}

/// What an engine holds in memory.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Memory {
    /// Subjects in all tables.
    pub subjects: usize,
    /// Subjects that were forgotten because others were more recent.
    pub forgotten: u64,
}

/// Whom a playbook would respond to.
enum Target<'a> {
    Address(Address),
    User(&'a UserIdentifiers),
}

impl Target<'_> {
    fn is_on(&self, allowed: &AllowList) -> bool {
        match self {
            Self::Address(address) => allowed.contains_address(*address),
            Self::User(user) => allowed.contains_user(user),
        }
    }
}

impl From<Target<'_>> for Subject {
    fn from(target: Target<'_>) -> Self {
        match target {
            Target::Address(address) => address.into(),
            Target::User(user) => user.into(),
        }
    }
}

fn target<'a>(playbook: &Playbook, attempted: &Attempted<'a>) -> Option<Target<'a>> {
    match playbook.then {
        Then::BanAddress => attempted.address.map(Target::Address),
        Then::BanUnfamiliarLogins => attempted.user.map(Target::User),
    }
}

/// Under which key the playbook counts this attempt, if it does.
fn counted_by(by: By, attempted: &Attempted<'_>, state: &FixedState) -> Option<u64> {
    match by {
        By::Address => attempted.keys.address,
        // The owner's own mistakes, at a place of their own, are no attack on the account.
        By::User if attempted.familiar => None,
        By::User => attempted.keys.user,
        By::AddressAndUser => {
            // Attempts in nobody's name, or in one too long to keep, are one more user of their address.
            let pair = (attempted.keys.address?, attempted.keys.user.unwrap_or(0));
            Some(state.hash_one(pair))
        }
    }
}

fn reach(then: Then) -> Reach {
    match then {
        Then::BanUnfamiliarLogins => Reach::UnfamiliarLogins,
        Then::BanAddress => Reach::Everything,
    }
}

#[cfg(test)]
mod tests;
