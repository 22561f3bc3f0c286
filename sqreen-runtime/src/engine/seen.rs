//! An event as playbooks look at it: who, from where, by what, and whether that is what they do.

use std::hash::BuildHasher;

use foldhash::quality::FixedState;

use crate::event::{
    Address, AddressKinds, Attempt, Country, Custom, Event, Facts, LoginRisk, Network, Origin,
    Outcome, Properties, SecretDigest, Session, SessionDigest, Timestamp, What,
};
use crate::identity::{Traits, UserIdentifiers};
use crate::policy::{By, Counts, When};

use super::history::Point;
use super::profiles::Habits;

/// What a network is for counting: what is usually given to one customer of a provider, or one site.
const NETWORK_V4: u8 = 24;
const NETWORK_V6: u8 = 48;

/// An event as playbooks look at it.
pub(super) struct Seen<'a> {
    pub(super) at: Timestamp,
    /// Its place in the stream.
    pub(super) place: u64,
    pub(super) kind: Kind,
    pub(super) address: Option<Address>,
    pub(super) facts: Option<&'a Facts>,
    /// As named by whoever sent the request.
    pub(super) user: Option<&'a UserIdentifiers>,
    /// As the application knows them, where it found them.
    pub(super) who: Option<&'a UserIdentifiers>,
    pub(super) keys: Keys,
    pub(super) habits: Habits,
    /// Of a successful login.
    pub(super) risk: Option<LoginRisk>,
    pub(super) secret: Option<SecretDigest>,
    pub(super) session: Option<SessionDigest>,
    pub(super) traits: Option<&'a Traits>,
    pub(super) custom: Option<&'a Custom>,
}

/// What kind of event it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Login(Outcome),
    SignUp(Outcome),
    Session,
    Custom,
}

/// Fingerprints of who and what an event has.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Keys {
    pub(super) address: Option<u64>,
    pub(super) network: Option<u64>,
    pub(super) user: Option<u64>,
    pub(super) device: Option<u64>,
}

impl<'a> Seen<'a> {
    /// `None` for events that no playbook waits for. Habits and risk are filled in by who knows them.
    pub(super) fn new(event: &'a Event, place: u64, state: &FixedState) -> Option<Self> {
        let (kind, user) = match &event.what {
            What::Login(attempt) => (Kind::Login(outcome(attempt)), attempt.user.as_ref()),
            What::SignUp(attempt) => (Kind::SignUp(outcome(attempt)), attempt.user.as_ref()),
            What::Session(session) => (Kind::Session, Some(&session.user)),
            // Whoever merely logged in last from an address answers for nothing.
            What::Custom(custom) if custom.inferred => (Kind::Custom, None),
            What::Custom(custom) => (Kind::Custom, custom.user.as_ref()),
            _ => return None,
        };
        let mut seen = Self {
            at: event.at,
            place,
            kind,
            address: event.origin.address,
            facts: event.origin.facts.as_deref(),
            user,
            who: user,
            keys: Keys::of(&event.origin, user, state),
            habits: Habits::default(),
            risk: None,
            secret: None,
            session: None,
            traits: None,
            custom: None,
        };
        match &event.what {
            What::Login(attempt) | What::SignUp(attempt) => {
                seen.who = attempt.who();
                seen.secret = attempt.secret;
                seen.traits = Some(&attempt.traits);
            }
            What::Session(Session {
                session, traits, ..
            }) => {
                seen.session = *session;
                seen.traits = Some(traits);
            }
            What::Custom(custom) => seen.custom = Some(custom),
            _ => {}
        }
        Some(seen)
    }

    /// Whether strangers come and go at the address.
    pub(super) fn is_at_shared_address(&self) -> bool {
        let shared = |facts: &Facts| !facts.kinds.intersection(AddressKinds::SHARED).is_empty();
        self.facts.is_some_and(shared)
    }

    pub(super) fn point(&self) -> Point {
        Point {
            at: self.at,
            place: self.place,
        }
    }

    pub(super) fn is(&self, when: &When) -> bool {
        match (when, self.kind) {
            (When::Login, Kind::Login(_))
            | (When::SignUp, Kind::SignUp(_))
            | (When::Session, Kind::Session) => true,
            (When::Custom(name), Kind::Custom) => {
                self.custom.is_some_and(|custom| custom.name == *name)
            }
            _ => false,
        }
    }

    pub(super) fn outcome(&self) -> Option<Outcome> {
        match self.kind {
            Kind::Login(outcome) | Kind::SignUp(outcome) => Some(outcome),
            Kind::Session | Kind::Custom => None,
        }
    }

    pub(super) fn properties(&self) -> Option<&'a Properties> {
        self.custom.map(|custom| &custom.properties)
    }

    /// The same user and address as one: attempts in nobody's name are one more user of their address.
    pub(super) fn pair(&self, state: &FixedState) -> Option<u64> {
        Some(state.hash_one((self.keys.address?, self.keys.user.unwrap_or(0))))
    }

    /// The fingerprint under which a lane keeps this event.
    pub(super) fn key(&self, by: &By, state: &FixedState) -> Option<u64> {
        match by {
            By::Address => self.keys.address,
            By::Network => self.keys.network,
            By::User => self.keys.user,
            By::UserAndAddress => self.pair(state),
            By::Device => self.keys.device,
            By::Session => Some(state.hash_one(self.session?)),
            By::Secret => Some(state.hash_one(self.secret?)),
            By::Property(name) => self.property(name, state),
            By::Everything => Some(0),
        }
    }

    /// What tells this event apart from others. What an event lacks is one value like any other: guesses in
    /// nobody's name are guesses on one more user.
    pub(super) fn value(&self, counts: &Counts, state: &FixedState) -> u32 {
        let value = match counts {
            Counts::Events => None,
            Counts::Users => self.keys.user,
            Counts::Addresses => self.keys.address,
            Counts::Networks => self.keys.network,
            Counts::Countries => {
                (self.facts.and_then(|facts| facts.country)).map(|country| state.hash_one(country))
            }
            Counts::Devices => self.keys.device,
            Counts::Secrets => self.secret.map(|secret| state.hash_one(secret)),
            Counts::Property(name) => self.property(name, state),
            Counts::Handovers => return self.client(),
        };
        value.map_or(0, short)
    }

    /// Network, user agent and country in one number, for [`hands_over`].
    fn client(&self) -> u32 {
        let country = self.facts.and_then(|facts| facts.country);
        let part = |key: Option<u64>, mask: u32| key.map_or(0, short) & mask;
        part(self.keys.network, NETWORK)
            | part(self.keys.device, DEVICE)
            | country.map_or(0, number)
    }

    fn property(&self, name: &str, state: &FixedState) -> Option<u64> {
        let value = self.properties()?.get(name)?;
        Some(state.hash_one(value.to_string()))
    }
}

/// Where the parts of a client are in its number.
const NETWORK: u32 = 0xFFF0_0000;
const DEVICE: u32 = 0x000F_FC00;
const COUNTRY: u32 = 0x3FF;

/// A country as one of 26 times 26, from 1 on.
fn number(country: Country) -> u32 {
    let letters = country.as_str().bytes();
    letters.fold(0, |number, letter| number * 26 + u32::from(letter - b'A')) + 1
}

/// Whether a session went from one client to another: to another network, and with it to another user agent or
/// another country. A phone changes its network, a browser its version; whoever takes a session over can call
/// themselves what they like, but is seldom in the same country.
pub(super) fn hands_over(before: u32, now: u32) -> bool {
    let changed = |part: u32| (before ^ now) & part != 0;
    let both_known = before & COUNTRY != 0 && now & COUNTRY != 0;
    changed(NETWORK) && (changed(DEVICE) || (both_known && changed(COUNTRY)))
}

/// A success whose answer was withheld is an attacker's: it neither clears nor proves anything.
fn outcome(attempt: &Attempt) -> Outcome {
    match attempt.outcome {
        Outcome::Success if attempt.withheld => Outcome::Cancelled,
        outcome => outcome,
    }
}

impl Keys {
    pub(super) fn of(origin: &Origin, user: Option<&UserIdentifiers>, state: &FixedState) -> Self {
        Self {
            address: origin
                .address
                .map(|address| state.hash_one(address.network())),
            network: origin
                .address
                .map(|address| state.hash_one(network(address))),
            user: user.map(|user| user.fingerprint(state)),
            // A client that calls itself nothing is like others that do.
            device: origin.address.map(|_| {
                let agent = origin
                    .user_agent
                    .as_ref()
                    .map_or("", |agent| agent.as_str());
                state.hash_one(agent)
            }),
        }
    }
}

/// The network that an address is counted with.
pub(super) fn network(address: Address) -> Network {
    let bits = if address.ip().is_ipv4() {
        NETWORK_V4
    } else {
        NETWORK_V6
    };
    address.network_of(bits)
}

/// What is kept of a fingerprint where very many are: two of a billion pairs are taken for one.
#[allow(
    clippy::cast_possible_truncation,
    reason = "the low half of a hash is a hash"
)]
pub(super) fn short(fingerprint: u64) -> u32 {
    fingerprint as u32
}
