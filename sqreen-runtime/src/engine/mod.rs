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

mod conditions;
mod history;
mod judge;
mod lane;
mod profiles;
mod responses;
mod risk;
mod rule;
mod seen;
mod slots;
mod subjects;
mod usual;

use foldhash::quality::FixedState;

use std::hash::BuildHasher;

use crate::bans::{AllowList, Standard};
use crate::event::{
    Address, AddressKinds, Attempt, Decision, DecisionId, Event, Evidence, LoginRisk, Origin,
    Outcome, PolicyChange, Reach, Response, Severity, Subject, What,
};
use crate::identity::UserIdentifiers;
use crate::policy::{By, Mode, Playbook, Policy, Then};

use conditions::truths;
use judge::{Context, Reached};
use lane::Lane;
use profiles::{Profiles, address_key};
use responses::{Repetitions, responses};
use risk::{Login, Risk};
use rule::window;
use seen::{Keys, Seen};
use subjects::Subjects;

/// How many subjects each table of an engine holds unless it is told otherwise.
///
/// Smaller machines want a smaller figure: see what it costs in `docs/performance.md`.
pub const DEFAULT_CAPACITY: usize = 1_000_000;

/// The detection engine; see the [module](self).
#[derive(Debug)]
pub struct Engine {
    policy: Policy,
    version: Box<str>,
    seed: u64,
    capacity: usize,
    /// What fingerprints are made with.
    state: FixedState,
    lanes: Vec<Lane>,
    profiles: Profiles,
    risk: Risk,
    /// Of the last event, where it is a login.
    login_risk: Option<LoginRisk>,
    repetitions: Repetitions,
    allowed: AllowList,
    /// For each pardoned subject, the place in the stream up to which nothing is held against it.
    pardons: Subjects<u64>,
    seen: u64,
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
            lanes: Lane::of(policy.playbooks(), capacity),
            profiles: Profiles::new(capacity),
            risk: Risk::new(capacity),
            login_risk: None,
            repetitions: Repetitions::new(capacity),
            allowed: AllowList::default(),
            pardons: Subjects::new(capacity),
            seen: 0,
            policy,
            seed,
            capacity,
            state: FixedState::with_seed(derived(seed)),
        }
    }

    /// Takes in the next event of the stream and says what is to be done.
    pub fn observe(&mut self, event: &Event) -> Vec<Decision> {
        self.seen += 1;
        // A decision is about the event before it.
        if !matches!(event.what, What::Decision(_)) {
            self.login_risk = None;
        }
        match &event.what {
            What::Allow { subject } => {
                self.allowed.insert(subject.clone());
                return Vec::new();
            }
            What::Pardon { subject } => {
                self.forgive(subject);
                return Vec::new();
            }
            // Whoever has proven themselves once more is at home there.
            What::SteppedUp { user } => {
                let keys = Keys::of(&event.origin, Some(user), &self.state);
                let of = self.user_key(user);
                self.profiles.seen(of, keys);
                if let Some(login) = self.risk.login(event, of, keys, &self.state) {
                    self.risk.learn(&login, None);
                }
                return Vec::new();
            }
            _ => {}
        }
        let Some(mut seen) = Seen::new(event, self.seen, &self.state) else {
            return Vec::new();
        };
        let login = self.login(event, &seen);
        self.touch(&seen, login.as_ref());
        seen.habits = self
            .profiles
            .habits(seen.at, seen.keys, seen.facts, &self.state);
        seen.risk = login.and_then(|login| self.risk.judge(&login, &self.state));
        self.login_risk = seen.risk;
        let reached = self.count(&seen);
        let decisions = if reached.is_empty() {
            Vec::new()
        } else {
            self.decide(&seen, reached)
        };
        // Whoever is taken for a thief is not at home where they were found.
        if !decisions
            .iter()
            .any(|decision| self.is_of_a_thief(decision))
        {
            self.settle(event, &seen, login.as_ref());
        }
        decisions
    }

    /// The next event of the stream is none of the engine's, but has its place there.
    pub fn pass_over(&mut self) {
        self.seen += 1;
    }

    /// Decides by another policy from now on. Playbooks that count as they did keep what they have counted.
    ///
    /// Returns what changed, which is an event for the stream.
    pub fn adopt(&mut self, policy: Policy) -> PolicyChange {
        let old = std::mem::replace(&mut self.policy, policy);
        let playbooks = self.policy.playbooks();
        let now = |number: usize| {
            let before = &old.playbooks()[number];
            playbooks
                .iter()
                .position(|playbook| playbook.counts_as(before))
        };
        let mut lanes = Lane::of(playbooks, self.capacity);
        for lane in &mut lanes {
            lane.take_over(&mut self.lanes, now);
        }
        // What was done by a playbook that does something else now was never done.
        self.repetitions.renumber(|number| {
            let before = &old.playbooks()[number];
            now(number).filter(|now| playbooks[*now].does_as(before))
        });
        self.lanes = lanes;
        self.version = self.policy.version();
        let names =
            |of: &[Playbook], without: &[Playbook], but: fn(&Playbook, &Playbook) -> bool| {
                of.iter()
                    .filter(|playbook| !without.iter().any(|other| but(playbook, other)))
                    .map(|playbook| playbook.name.clone())
                    .collect()
            };
        PolicyChange {
            version: self.version.clone(),
            changed: names(playbooks, old.playbooks(), |now, before| now == before),
            removed: names(old.playbooks(), playbooks, |before, now| {
                before.name == now.name
            }),
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
        let (user, address) = (self.user_key(user), address_key(address, &self.state));
        self.profiles.is_home(user, address)
    }

    /// Whether this user, who comes from there, is known by this standard.
    #[must_use]
    pub fn knows(&self, user: &UserIdentifiers, origin: &Origin, standard: Standard) -> bool {
        let at_home = |address| self.is_familiar(user, address);
        origin.address.is_some_and(at_home)
            || standard == Standard::AsUsual && self.comes_as_usual(user, origin)
    }

    /// Whether strangers come and go there, this user has come that way before, and with this client.
    fn comes_as_usual(&self, user: &UserIdentifiers, origin: &Origin) -> bool {
        let Some(facts) = origin.facts.as_deref() else {
            return false;
        };
        let shared = facts.kinds.intersection(AddressKinds::SHARED);
        let keys = Keys::of(origin, Some(user), &self.state);
        self.profiles
            .comes_this_way(keys, facts, shared, &self.state)
    }

    /// The user who last logged in from this address.
    #[must_use]
    pub fn last_login_from(&self, address: Address) -> Option<&UserIdentifiers> {
        self.profiles.last_user(address_key(address, &self.state))
    }

    /// How much likelier an attacker than the owner is to have made the last login: `None` where the last event
    /// that was observed, decisions aside, is no successful login of a user who has logged in before.
    ///
    /// ```
    /// use sqreen_runtime::engine::Engine;
    /// use sqreen_runtime::event::{Attempt, Event, Origin, Outcome, Timestamp, UserAgent, What};
    /// use sqreen_runtime::identity::UserIdentifiers;
    /// use sqreen_runtime::policy::Policy;
    ///
    /// const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    ///
    /// let mut engine = Engine::new(Policy::default(), 42);
    /// let mut login = |address: &str, agent: &str| {
    ///     engine.observe(&Event {
    ///         at: Timestamp::from_millis(1_800_000_000_000),
    ///         origin: Origin {
    ///             address: address.parse::<std::net::IpAddr>().ok().map(Into::into),
    ///             user_agent: Some(UserAgent::from_bytes(agent.as_bytes())),
    ///             facts: None,
    ///         },
    ///         what: What::Login(Attempt::new(
    ///             Outcome::Success,
    ///             UserIdentifiers::new("email", "alice@example.com").ok(),
    ///         )),
    ///     });
    ///     engine.login_risk()
    /// };
    /// assert_eq!(login("198.51.100.7", FIREFOX), None, "she is new");
    /// for _ in 0..10 {
    ///     login("198.51.100.7", FIREFOX);
    /// }
    /// assert!(login("198.51.100.7", FIREFOX).unwrap().score() < 20);
    /// assert!(login("203.0.113.9", "curl/8.15.0").unwrap().score() > 90);
    /// ```
    #[must_use]
    pub fn login_risk(&self) -> Option<LoginRisk> {
        self.login_risk
    }

    /// How many subjects the engine watches, and how many it had to forget to stay within its capacity.
    #[must_use]
    pub fn memory(&self) -> Memory {
        let mut memory = self.profiles.memory();
        let risk = self.risk.memory();
        memory.subjects += risk.subjects + self.pardons.len() + self.repetitions.len();
        memory.forgotten +=
            risk.forgotten + self.pardons.forgotten() + self.repetitions.forgotten();
        for lane in &self.lanes {
            memory.subjects += lane.subjects();
            memory.forgotten += lane.forgotten();
        }
        memory
    }

    /// With very many subjects an event is mostly waiting for memory. What it needs of each table is known from
    /// the start, and waiting for all of it at once was measured to take half of the time.
    fn touch(&self, seen: &Seen<'_>, login: Option<&Login>) {
        // A user's history lies behind their place in a table, so it is sent for first.
        let risk = login.map_or(0, |login| self.risk.touch(login));
        let usual = self.profiles.touch(seen.keys);
        let lanes = self.lanes.iter();
        let touched = lanes.fold(risk ^ usual, |all, lane| {
            all ^ lane.touch(seen, &self.state)
        });
        std::hint::black_box(touched);
    }

    /// The login of a user that succeeded: its risk is judged, and it is learnt where it is the user's.
    fn login(&mut self, event: &Event, seen: &Seen<'_>) -> Option<Login> {
        match &event.what {
            What::Login(attempt) if seen.outcome() == Some(Outcome::Success) => {
                let of = self.owner(attempt, seen)?;
                self.risk.login(event, of, seen.keys, &self.state)
            }
            _ => None,
        }
    }

    /// The fingerprint of the user whose login it is, as the application knows them.
    fn owner(&self, attempt: &Attempt, seen: &Seen<'_>) -> Option<u64> {
        match seen.keys.user {
            Some(of) if attempt.resolved.is_none() => Some(of),
            _ => attempt.who().map(|who| self.user_key(who)),
        }
    }

    /// The playbooks whose threshold the event reaches, in the policy's order.
    fn count(&mut self, seen: &Seen<'_>) -> Vec<Reached> {
        let context = Context {
            seen,
            truths: truths(seen),
            playbooks: self.policy.playbooks(),
            profiles: &self.profiles,
            state: &self.state,
            forgiven: self.forgiven(seen),
        };
        // What happens at an address that is on the allow list is held against no place.
        let allowed = (seen.address).is_some_and(|address| self.allowed.contains_address(address));
        let mut reached = Vec::new();
        for lane in &mut self.lanes {
            if !(allowed && lane.is_of_places()) {
                lane.take_in(context, &mut reached);
            }
        }
        reached.sort_unstable_by_key(|reached| reached.playbook);
        reached
    }

    fn decide(&mut self, seen: &Seen<'_>, reached: Vec<Reached>) -> Vec<Decision> {
        let mut decisions: Vec<Decision> = Vec::new();
        let forgiven = self.forgiven(seen);
        for reached in reached {
            let playbook = &self.policy.playbooks()[reached.playbook];
            let mut all = responses(playbook, seen, seen.at, &self.profiles, &self.allowed);
            let tells = playbook.then.contains(&Then::Notify);
            if all.is_empty() && !tells {
                continue;
            }
            // What is doubled is the ban of an address, whomever it was tried on this time.
            let key = self.banned_by(&all).unwrap_or(reached.key);
            let number = reached.playbook;
            if forgiven > 0 && seen.pair(&self.state) == Some(key) {
                self.repetitions.forgive(key, forgiven);
            }
            let Some(lasting) = self.repetitions.due(key, number, playbook, seen.at) else {
                continue;
            };
            for response in &mut all {
                *response.until_mut() = seen.at.plus(lasting);
            }
            all.retain(|response| !is_said(response, &decisions));
            if all.is_empty() && !tells {
                continue;
            }
            let now = (seen.at, seen.place);
            self.repetitions.note(key, number, playbook, lasting, now);
            let n = u8::try_from(decisions.len()).unwrap_or(u8::MAX);
            decisions.push(Decision {
                id: DecisionId::new(self.seed, seen.place, n),
                playbook: playbook.name.clone(),
                severity: playbook.severity,
                enforced: playbook.mode == Mode::Enforce,
                responses: all.into(),
                user: seen.who.cloned(),
                suspects_user: playbook.suspects_its_user(),
                address: seen.address,
                evidence: Evidence {
                    policy: self.version.clone(),
                    counted: reached.figure,
                    reaching: playbook.reaching,
                    within: window(playbook),
                    since: reached.since,
                    events: reached.events,
                    after: reached.after,
                    usual: reached.usual,
                    travel: (playbook.only_if.travel).and(seen.habits.travel),
                    risk: (playbook.only_if.risk).and(seen.risk),
                },
            });
        }
        decisions
    }

    /// Where somebody logged in, they are at home from now on, under the name they typed as under the one the
    /// application knows them by. Not where the answer was withheld: that is an attacker with the right
    /// password. And not where they signed up: applications that do not tell which accounts exist say yes to
    /// a sign-up with anybody's name.
    fn settle(&mut self, event: &Event, seen: &Seen<'_>, login: Option<&Login>) {
        match &event.what {
            What::Login(attempt) if attempt.outcome == Outcome::Success && !attempt.withheld => {
                self.logged_in(attempt, seen, login);
            }
            // Where a session is used, its user is at home: phones change their address between two logins.
            What::Session(_) => {
                if let Some(of) = seen.keys.user {
                    self.profiles.seen(of, seen.keys);
                }
            }
            _ => {}
        }
    }

    fn logged_in(&mut self, attempt: &Attempt, seen: &Seen<'_>, login: Option<&Login>) {
        let (Some(who), Some(of)) = (attempt.who(), self.owner(attempt, seen)) else {
            return;
        };
        self.profiles
            .logged_in(who, of, seen.at, seen.keys, seen.facts, &self.state);
        if let Some(login) = login {
            self.risk.learn(login, seen.risk);
        }
    }

    /// Up to where in the stream nothing is held against this user at this address.
    fn forgiven(&self, seen: &Seen<'_>) -> u64 {
        if self.pardons.is_empty() {
            return 0;
        }
        let pardoned = |key: Option<u64>| key.and_then(|key| self.pardons.get(key)).copied();
        let one = pardoned(seen.keys.user).max(pardoned(seen.keys.address));
        one.max(pardoned(seen.pair(&self.state))).unwrap_or(0)
    }

    /// A pardon wipes the slate: otherwise the next typing error would bring the ban back.
    fn forgive(&mut self, subject: &Subject) {
        let by: &[By] = match subject {
            Subject::User(_) => &[By::User],
            Subject::Network(_) => &[By::Address, By::Network],
            Subject::UserAt { .. } => &[By::UserAndAddress],
        };
        let key = self.subject_key(subject);
        for lane in &mut self.lanes {
            lane.forget(by, key);
        }
        self.repetitions.forget(key);
        *self.pardons.entry(key) = self.seen;
    }

    /// The fingerprint of whom these responses ban.
    fn banned_by(&self, responses: &[Response]) -> Option<u64> {
        responses.iter().find_map(|response| match response {
            Response::Ban { subject, .. } => Some(self.subject_key(subject)),
            _ => None,
        })
    }

    fn subject_key(&self, subject: &Subject) -> u64 {
        match subject {
            Subject::User(user) => self.user_key(user),
            Subject::Network(network) => self.state.hash_one(network),
            Subject::UserAt { user, network } => {
                let pair = (self.state.hash_one(network), self.user_key(user));
                self.state.hash_one(pair)
            }
        }
    }

    /// Whether a decision says that somebody else is at work in an account, by what happened to that account:
    /// what others fail at the same address, as on the first morning of an office, is no word on it.
    fn is_of_a_thief(&self, decision: &Decision) -> bool {
        let takes_for_one = |response: &Response| matches!(response, Response::AtRisk { .. });
        let playbooks = self.policy.playbooks();
        let of_user =
            |playbook: &Playbook| playbook.name == decision.playbook && playbook.by == By::User;
        decision.enforced
            && decision.severity >= Severity::High
            && decision.responses.iter().any(takes_for_one)
            && playbooks.iter().any(of_user)
    }

    fn user_key(&self, user: &UserIdentifiers) -> u64 {
        user.fingerprint(&self.state)
    }
}

/// Whether an earlier decision on the same event does the same: one is enough.
fn is_said(response: &Response, decisions: &[Decision]) -> bool {
    decisions
        .iter()
        .filter(|decision| decision.enforced)
        .flat_map(|decision| &decision.responses)
        .any(|said| match (said, response) {
            (
                Response::Ban { subject, reach, .. },
                Response::Ban {
                    subject: of,
                    reach: from,
                    ..
                },
            ) => subject == of && (reach == from || *reach == Reach::Everything),
            (Response::StepUp { user, .. }, Response::StepUp { user: of, .. }) => user == of,
            _ => false,
        } && said.until() >= response.until())
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

#[cfg(test)]
mod tests;
