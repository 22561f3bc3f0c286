//! What happened.
//!
//! The only place that knows the shape of an event. Everything else (bans, history, another instance's
//! engine) is made from events, in their order.

mod address;
#[cfg(test)]
pub(crate) mod arbitrary;
mod decision;
mod digest;
mod facts;
mod properties;
mod redirect;
mod risk;
mod text;
mod time;
mod wire;

pub use address::{Address, AddressError, Network};
pub use decision::{
    Decision, DecisionId, DecisionIdError, Evidence, Reach, Response, Severity, Subject, Travel,
};
pub use digest::{DigestError, DigestKey, SecretDigest, SessionDigest};
pub use facts::{AddressKind, AddressKinds, Country, CountryError, Facts, Location};
pub use properties::{EventName, EventNameError, Properties, Property, PropertyValue};
pub use redirect::{RedirectTarget, RedirectTargetError};
pub use risk::{Familiarity, LoginRisk, RiskFeature, RiskReason};
pub(crate) use time::millis;
pub use time::{Clock, ManualClock, SystemClock, Timestamp};

use std::fmt;
use std::sync::Arc;

use serde::de::Visitor;
use serde::{Deserialize, Serialize};

use crate::identity::{Pseudonymizer, Traits, UserIdentifiers};

/// One thing that happened, when, and from where.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Event {
    /// When, by the clock of the instance where it happened.
    pub at: Timestamp,
    /// Where the request came from; empty for what has no request.
    #[serde(skip_serializing_if = "Origin::is_empty")]
    pub origin: Origin,
    /// What happened.
    #[serde(flatten)]
    pub what: What,
}

/// Where a request came from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The client's address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// What the client calls itself, cut at 256 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<UserAgent>,
    /// What is known of the address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<Box<Facts>>,
}

impl Origin {
    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The `User-Agent` of a request, shared by the events of that request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserAgent(Arc<str>);

impl UserAgent {
    /// What is kept of a header, in bytes, before bytes that are no UTF-8 are replaced. Browsers send about 120.
    pub const MAX: usize = 256;

    /// As text it can be longer: a byte that is no UTF-8 is replaced by a character of three (U+FFFD).
    const MAX_TEXT: usize = 3 * Self::MAX;

    /// From the bytes of a header; what is not UTF-8 is replaced, what is too long cut.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let kept = &bytes[..bytes.len().min(Self::MAX)];
        match str::from_utf8(kept) {
            Ok(text) => Self(text.into()),
            Err(_) => Self(String::from_utf8_lossy(kept).into()),
        }
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for UserAgent {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for UserAgent {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = UserAgent;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a user agent as a string")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<UserAgent, E> {
                let kept = &text[..text.floor_char_boundary(UserAgent::MAX_TEXT)];
                Ok(UserAgent(kept.into()))
            }
        }

        deserializer.deserialize_str(Text)
    }
}

/// The kinds of events.
#[derive(Debug, Clone, PartialEq, Serialize)]
// Events are read by hand, in `wire`; tests compare that with what derive makes of it.
#[cfg_attr(test, derive(Deserialize))]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum What {
    /// Somebody tried to log in.
    Login(Attempt),
    /// Somebody tried to open an account.
    SignUp(Attempt),
    /// A request was found to be a user's.
    Session(Session),
    /// Something the application tells about itself.
    Custom(Custom),
    /// A playbook decided.
    Decision(Box<Decision>),
    /// A person banned somebody.
    Ban(Ban),
    /// A person lifted the bans of a subject.
    Pardon {
        /// Who is free again.
        subject: Subject,
    },
    /// A person put a subject on the allow list.
    Allow {
        /// Who is never banned.
        subject: Subject,
    },
    /// A banned user or address was turned away.
    Refusal(Refusal),
    /// A user proved themselves once more, as a decision had asked for.
    SteppedUp {
        /// Who.
        user: UserIdentifiers,
    },
    /// Another policy decides from here on.
    Policy(PolicyChange),
}

/// A login or a sign-up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// How it ended.
    pub outcome: Outcome,
    /// The user that was named; `None` where the name was empty, missing or unusable. For a login that
    /// failed this is what somebody typed, not who sent the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserIdentifiers>,
    /// Whom the application found by that name, where it calls them otherwise and the attempt succeeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved: Option<Box<UserIdentifiers>>,
    /// What else the application knows about the user.
    #[serde(default, skip_serializing_if = "Traits::is_empty")]
    pub traits: Traits,
    /// Whether the answer was withheld, because a ban came while the attempt was under way.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withheld: bool,
    /// Of a failure, a digest of the rejected secret: only where the application gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<SecretDigest>,
}

impl Attempt {
    /// An attempt of which no more is known.
    #[must_use]
    pub fn new(outcome: Outcome, user: Option<UserIdentifiers>) -> Self {
        Self {
            outcome,
            user,
            resolved: None,
            traits: Traits::new(),
            withheld: false,
            secret: None,
        }
    }

    /// Who the user is: as found by the application, otherwise as named.
    #[must_use]
    pub fn who(&self) -> Option<&UserIdentifiers> {
        self.resolved.as_deref().or(self.user.as_ref())
    }
}

/// How a login or a sign-up ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The user is logged in, the account is open.
    Success,
    /// The credentials were wrong, the account was not opened. Only this is held against anybody.
    Failure,
    /// The application could not tell: a database was down, the answer was a 5xx.
    Error,
    /// The client went away before there was an outcome.
    Cancelled,
    /// The application panicked.
    Panicked,
}

/// A request that was found to be a user's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// Whose it is.
    pub user: UserIdentifiers,
    /// What else the application knows about the user.
    #[serde(default, skip_serializing_if = "Traits::is_empty")]
    pub traits: Traits,
    /// Whom an earlier call in the same request had named, where that was somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<Box<UserIdentifiers>>,
    /// A digest of what names the session: only where the application gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionDigest>,
}

/// A business event of the application's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Custom {
    /// Its name.
    pub name: EventName,
    /// Who did it: as told with the event, or the request's user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserIdentifiers>,
    /// Whether `user` is only the one who last logged in from the address. Never held against that user.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub inferred: bool,
    /// What the application tells about it.
    #[serde(default, skip_serializing_if = "Properties::is_empty")]
    pub properties: Properties,
}

/// A ban that a person set; it need not end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ban {
    /// Under which it can be found.
    pub id: DecisionId,
    /// Who is banned.
    pub subject: Subject,
    /// What they are kept from.
    #[serde(default, skip_serializing_if = "Reach::is_everything")]
    pub reach: Reach,
    /// When it ends; `None`: when somebody pardons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Where the banned are sent instead of being refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect: Option<RedirectTarget>,
    /// Why, in that person's words.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub because: Box<str>,
}

/// Another policy decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyChange {
    /// Its version, as it stands in the evidence of its decisions.
    pub version: Box<str>,
    /// Playbooks that are new, or not what they were. Those that count otherwise begin from nothing.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub changed: Box<[Box<str>]>,
    /// Playbooks that are gone.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub removed: Box<[Box<str>]>,
}

/// Somebody was turned away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The decision or ban it rests on.
    pub decision: DecisionId,
    /// Where the request got to.
    pub point: RefusalPoint,
    /// The user, where the refusal is for a user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserIdentifiers>,
}

/// Where a request was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalPoint {
    /// Before the handler ran.
    Request,
    /// At a login, before the password was checked.
    Login,
    /// At a sign-up.
    SignUp,
    /// When the request was found to be the user's.
    Session,
    /// When its answer was ready, or while a stream was being sent: the ban came meanwhile.
    Response,
}

impl Event {
    /// The same event with every user under a pseudonym, for what leaves the process.
    #[must_use]
    pub fn pseudonymized(mut self, hide: &Pseudonymizer) -> Self {
        let user = |user: &mut UserIdentifiers| *user = hide.identifiers(user);
        match &mut self.what {
            What::Login(attempt) | What::SignUp(attempt) => {
                attempt.user.iter_mut().for_each(user);
                attempt.resolved.iter_mut().for_each(|who| user(who));
            }
            What::Session(session) => {
                user(&mut session.user);
                session
                    .instead_of
                    .iter_mut()
                    .for_each(|before| user(before));
            }
            What::Custom(custom) => custom.user.iter_mut().for_each(user),
            What::Refusal(refusal) => refusal.user.iter_mut().for_each(user),
            What::Decision(decision) => decision.users().for_each(user),
            What::SteppedUp { user: who } => user(who),
            What::Policy(_) => {}
            What::Ban(Ban { subject, .. }) | What::Pardon { subject } | What::Allow { subject } => {
                subject.users().for_each(user);
            }
        }
        self
    }
}

#[cfg(test)]
mod tests;
