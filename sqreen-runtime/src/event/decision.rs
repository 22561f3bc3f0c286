//! What a playbook decided, about whom, and on what evidence.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use super::text::deserialize_text;
use super::{Address, LoginRisk, Network, RedirectTarget, Timestamp};
use crate::identity::UserIdentifiers;

/// Whom a ban, a pardon or an allowance is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A user.
    User(UserIdentifiers),
    /// Addresses: one, an IPv6 /64, or any other network.
    Network(Network),
    /// Logins of one user from one address.
    UserAt {
        /// The user.
        user: UserIdentifiers,
        /// The address, or its /64.
        network: Network,
    },
}

impl Subject {
    pub(super) fn users(&mut self) -> impl Iterator<Item = &mut UserIdentifiers> {
        match self {
            Self::User(user) | Self::UserAt { user, .. } => Some(user),
            Self::Network(_) => None,
        }
        .into_iter()
    }
}

impl From<UserIdentifiers> for Subject {
    fn from(user: UserIdentifiers) -> Self {
        Self::User(user)
    }
}

impl From<&UserIdentifiers> for Subject {
    fn from(user: &UserIdentifiers) -> Self {
        Self::User(user.clone())
    }
}

impl From<Network> for Subject {
    fn from(network: Network) -> Self {
        Self::Network(network)
    }
}

/// What is counted and banned for this address: itself, or its /64.
impl From<Address> for Subject {
    fn from(address: Address) -> Self {
        Self::Network(address.network())
    }
}

impl From<std::net::IpAddr> for Subject {
    fn from(address: std::net::IpAddr) -> Self {
        Address::from(address).into()
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(user) => user.fmt(f),
            Self::Network(network) => network.fmt(f),
            Self::UserAt { user, network } => write!(f, "{user} at {network}"),
        }
    }
}

/// A decision of a playbook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Under which it can be found; a refused client is told it.
    pub id: DecisionId,
    /// The playbook.
    pub playbook: Box<str>,
    /// How bad it is where it is true.
    pub severity: Severity,
    /// Whether it is carried out, or only observed.
    pub enforced: bool,
    /// What it does; nothing where people are only told.
    pub responses: Box<[Response]>,
    /// The user of the event that decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserIdentifiers>,
    /// Whether it is about what `user` did themselves, and people are only told: the user is suspected.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub suspects_user: bool,
    /// The address of the event that decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// Why.
    pub evidence: Evidence,
}

impl Decision {
    /// The users it names.
    pub(super) fn users(&mut self) -> impl Iterator<Item = &mut UserIdentifiers> {
        let responses = self.responses.iter_mut();
        self.user
            .iter_mut()
            .chain(responses.flat_map(Response::users))
    }
}

/// How bad it is where a decision is true.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth a look: a new country.
    Low,
    /// An attack, or its preparation.
    #[default]
    Medium,
    /// An attack that is close to success.
    High,
    /// An account is, in all likelihood, taken over.
    Critical,
}

/// What a decision does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Response {
    /// Turns somebody away. What a playbook bans is free again at the end of the ban, always.
    Ban {
        /// Who.
        subject: Subject,
        /// What they are kept from.
        reach: Reach,
        /// Until when.
        until: Timestamp,
        /// Where the banned are sent instead of being refused.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        redirect: Option<RedirectTarget>,
    },
    /// Asks the application to have the user prove themselves once more.
    StepUp {
        /// Who.
        user: UserIdentifiers,
        /// Until when, at the latest.
        until: Timestamp,
    },
    /// Takes the user for one whose account may be in other hands.
    AtRisk {
        /// Who.
        user: UserIdentifiers,
        /// Until when.
        until: Timestamp,
    },
}

impl Response {
    /// When it ends.
    #[must_use]
    pub fn until(&self) -> Timestamp {
        match self {
            Self::Ban { until, .. } | Self::StepUp { until, .. } | Self::AtRisk { until, .. } => {
                *until
            }
        }
    }

    pub(crate) fn until_mut(&mut self) -> &mut Timestamp {
        match self {
            Self::Ban { until, .. } | Self::StepUp { until, .. } | Self::AtRisk { until, .. } => {
                until
            }
        }
    }

    fn users(&mut self) -> impl Iterator<Item = &mut UserIdentifiers> {
        match self {
            Self::Ban { subject, .. } => subject.users().next(),
            Self::StepUp { user, .. } | Self::AtRisk { user, .. } => Some(user),
        }
        .into_iter()
    }
}

/// What a ban keeps somebody from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// All requests of the address or user.
    #[default]
    Everything,
    /// Logging in where one has not logged in before. Of a user: from an address the user has not logged in
    /// from. Of an address: as a user who has not logged in from it. Where strangers come and go at the address
    /// ([`AddressKinds::SHARED`](super::AddressKinds::SHARED)), whoever usually comes through such addresses, with the client they have now, is none
    /// of them.
    ///
    /// This is how an account under attack is closed without locking its owner out, and an address that many
    /// share without locking out those who are at home there: people's own places and sessions stay open,
    /// whatever others do.
    UnfamiliarLogins,
    /// Opening accounts.
    SignUps,
}

impl Reach {
    /// What a ban of `subject` does to it, in words.
    pub(crate) fn verb(self, subject: &Subject) -> &'static str {
        match (self, subject) {
            (Self::Everything, Subject::UserAt { .. }) => "cannot log in there",
            (Self::Everything, _) => "is refused",
            (Self::UnfamiliarLogins, _) => "is closed to unfamiliar logins",
            (Self::SignUps, _) => "can open no accounts",
        }
    }

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "what serde calls it with"
    )]
    pub(super) fn is_everything(&self) -> bool {
        *self == Self::Everything
    }
}

/// The figures and events behind a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The version of the policy that decided.
    pub policy: Box<str>,
    /// How many the playbook counted.
    pub counted: u32,
    /// How many it takes.
    pub reaching: NonZeroU32,
    /// Within how long.
    pub within: Duration,
    /// The first counted event's time.
    pub since: Timestamp,
    /// The counted events by their place in the stream, oldest first: the most recent where there were many.
    pub events: Box<[u64]>,
    /// For a sequence, how many events went before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<u32>,
    /// For a comparison with what is usual, how many are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usual: Option<u32>,
    /// For a journey, how far and how fast it would have been.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub travel: Option<Travel>,
    /// For a risky login, the risk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk: Option<LoginRisk>,
}

/// A journey between two successful logins of one user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Travel {
    /// How far at least: what is unsure about both places is taken off.
    pub kilometres: u32,
    /// In how long a time.
    pub within: Duration,
}

/// The name of a decision: 64 bits that tell nothing, as 16 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DecisionId(u64);

impl DecisionId {
    /// The id of the `n`th decision made on the event at `place` in a stream.
    ///
    /// HMAC-SHA-256 keyed with `seed`, cut to 64 bits: refused clients see ids, and learn from them neither
    /// the seed nor how many events the application has seen.
    #[must_use]
    pub fn new(seed: u64, place: u64, n: u8) -> Self {
        let mut mac = hmac_sha256::HMAC::new(seed.to_le_bytes());
        mac.update(b"decision");
        mac.update(place.to_le_bytes());
        mac.update([n]);
        Self(u64::from_le_bytes(
            *mac.finalize().first_chunk().unwrap_or(&[0; 8]),
        ))
    }
}

impl fmt::Display for DecisionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for DecisionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DecisionId({self})")
    }
}

/// Not the name of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a decision's id has 16 hexadecimal digits")]
pub struct DecisionIdError;

impl FromStr for DecisionId {
    type Err = DecisionIdError;

    fn from_str(text: &str) -> Result<Self, DecisionIdError> {
        if text.len() != 16 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(DecisionIdError);
        }
        u64::from_str_radix(text, 16)
            .map(Self)
            .map_err(|_| DecisionIdError)
    }
}

impl Serialize for DecisionId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DecisionId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_text(deserializer, "the id of a decision")
    }
}
