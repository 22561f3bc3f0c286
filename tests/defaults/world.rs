//! An application with the built-in playbooks in simulated time, and who comes to its door.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::time::Duration;

use sqreen::UserIdentifiers;
use sqreen::event::{
    Address, Attempt, Custom, Decision, Event, EventName, Facts, Network, Origin, Outcome,
    Properties, Response, SecretDigest, Session, SessionDigest, Timestamp, UserAgent, What,
};
use sqreen::pipeline::{Replay, Replayed};
use sqreen::policy::Policy;

pub const SECOND: Duration = Duration::from_secs(1);
pub const MINUTE: Duration = Duration::from_secs(60);
pub const HOUR: Duration = Duration::from_secs(60 * 60);
pub const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A client: where it is and what it says of itself.
#[derive(Debug, Clone)]
pub struct Client {
    pub at: Address,
    pub agent: &'static str,
    pub facts: Option<Facts>,
}

impl Client {
    pub fn at(ip: &str) -> Self {
        Self::of(ip.parse().unwrap())
    }

    pub fn of(ip: IpAddr) -> Self {
        Self {
            at: ip.into(),
            agent: "Firefox",
            facts: None,
        }
    }

    /// The `n`th of very many IPv4 addresses, each in a network of its own.
    pub fn anywhere(n: u32) -> Self {
        Self::of(IpAddr::V4(std::net::Ipv4Addr::from_bits(
            0x1000_0007 + (n << 8),
        )))
    }

    fn origin(&self) -> Origin {
        Origin {
            address: Some(self.at),
            user_agent: Some(UserAgent::from_bytes(self.agent.as_bytes())),
            facts: self.facts.map(Box::new),
        }
    }
}

pub struct World {
    pub replay: Replay,
    pub now: Timestamp,
    pub decisions: Vec<Decision>,
}

impl World {
    pub fn new() -> Self {
        Self::with(Policy::default())
    }

    pub fn with(policy: Policy) -> Self {
        Self {
            replay: Replay::new(policy, 7),
            now: Timestamp::from_millis(1_800_000_000_000),
            decisions: Vec::new(),
        }
    }

    pub fn wait(&mut self, time: Duration) {
        self.now = self.now.plus(time);
    }

    fn event(&self, from: &Client, what: What) -> Event {
        Event {
            at: self.now,
            origin: from.origin(),
            what,
        }
    }

    /// What is decided about an event, unless it is refused.
    pub fn observe(&mut self, from: &Client, what: What) -> Vec<Decision> {
        let Replayed::TookPlace(decisions) = self.replay.take_in(&self.event(from, what)) else {
            return Vec::new();
        };
        self.decisions.extend(decisions.iter().cloned());
        decisions
    }

    /// Until when a login is refused before the password is looked at.
    pub fn refused_until(&self, from: &Client, user: &str) -> Option<Timestamp> {
        let attempt = Attempt::new(Outcome::Failure, email(user));
        let (ban, _) = self
            .replay
            .refusal(&self.event(from, What::Login(attempt)))?;
        ban.until
    }

    /// Whether requests of a session are refused.
    pub fn refuses_session(&self, from: &Client, user: &str) -> bool {
        let session = Session {
            user: email(user).unwrap(),
            traits: sqreen::Traits::new(),
            instead_of: None,
            session: None,
        };
        let event = self.event(from, What::Session(session));
        self.replay.refusal(&event).is_some()
    }

    /// Tries to log in. Returns whether the password was looked at.
    pub fn log_in(&mut self, from: &Client, user: &str, right: bool) -> bool {
        if self.refused_until(from, user).is_some() {
            return false;
        }
        let outcome = if right {
            Outcome::Success
        } else {
            Outcome::Failure
        };
        self.observe(from, What::Login(Attempt::new(outcome, email(user))));
        true
    }

    pub fn fails(&mut self, from: &Client, user: &str) -> Vec<Decision> {
        self.observe(
            from,
            What::Login(Attempt::new(Outcome::Failure, email(user))),
        )
    }

    pub fn succeeds(&mut self, from: &Client, user: &str) -> Vec<Decision> {
        self.observe(
            from,
            What::Login(Attempt::new(Outcome::Success, email(user))),
        )
    }

    pub fn fails_with(&mut self, from: &Client, user: &str, secret: SecretDigest) -> Vec<Decision> {
        let mut attempt = Attempt::new(Outcome::Failure, email(user));
        attempt.secret = Some(secret);
        self.observe(from, What::Login(attempt))
    }

    pub fn signs_up(&mut self, from: &Client, user: &str) -> Vec<Decision> {
        self.observe(
            from,
            What::SignUp(Attempt::new(Outcome::Success, email(user))),
        )
    }

    pub fn uses_session(
        &mut self,
        from: &Client,
        user: &str,
        session: SessionDigest,
    ) -> Vec<Decision> {
        let session = Session {
            user: email(user).unwrap(),
            traits: sqreen::Traits::new(),
            instead_of: None,
            session: Some(session),
        };
        self.observe(from, What::Session(session))
    }

    pub fn custom(&mut self, from: &Client, name: &'static str, user: &str) -> Vec<Decision> {
        let custom = Custom {
            name: EventName::new(name).unwrap(),
            user: email(user),
            inferred: false,
            properties: Properties::default(),
        };
        self.observe(from, What::Custom(custom))
    }

    /// Decisions that ban somebody from something.
    pub fn bans(&self) -> Vec<&Decision> {
        let bans = |response: &Response| matches!(response, Response::Ban { .. });
        self.decisions
            .iter()
            .filter(|decision| decision.responses.iter().any(bans))
            .collect()
    }
}

/// The /24 or /48 around an address.
pub fn wider(at: Address) -> Network {
    Network::new(at.ip(), if at.ip().is_ipv4() { 24 } else { 48 }).unwrap()
}

pub fn email(user: &str) -> Option<UserIdentifiers> {
    UserIdentifiers::new("email", user).ok()
}

pub fn names(decisions: &[Decision]) -> Vec<&str> {
    decisions
        .iter()
        .map(|decision| &*decision.playbook)
        .collect()
}

/// Counts what happens in a stretch of time that slides, and knows the most there ever were in one.
#[derive(Debug)]
pub struct Most {
    within: Duration,
    recent: VecDeque<Timestamp>,
    pub most: usize,
}

impl Most {
    pub fn within(within: Duration) -> Self {
        Self {
            within,
            recent: VecDeque::new(),
            most: 0,
        }
    }

    pub fn count(&mut self, now: Timestamp) {
        while self
            .recent
            .front()
            .is_some_and(|first| now.since(*first) >= self.within)
        {
            self.recent.pop_front();
        }
        self.recent.push_back(now);
        self.most = self.most.max(self.recent.len());
    }
}

/// Numbers that look random and are the same each time: SplitMix64 (Steele, Lea and Flood, 2014).
#[derive(Debug, Clone)]
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// One of `0..n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.roll() % n
    }

    pub fn chance(&mut self, per_cent: u64) -> bool {
        self.below(100) < per_cent
    }

    pub fn time_below(&mut self, time: Duration) -> Duration {
        Duration::from_millis(self.below(time.as_millis() as u64))
    }
}
