//! One playbook: when something happens, count it by somebody, and at a threshold respond.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::event::{EventName, RedirectTarget, Severity};

use super::Conditions;
use super::builtin::PASSWORD_RESET;

/// A rule of the policy, read as a sentence: *when* there is a login, *if* it failed, *by* address, *count* the
/// users; on *reaching* ten *within* ten minutes *then* ban the address, *lasting* a quarter of an hour.
///
/// [`Playbook::new`] has a default for all of it but the name and the event:
///
/// ```
/// use std::time::Duration;
/// use sqreen_runtime::event::Outcome;
/// use sqreen_runtime::policy::{By, Conditions, Counts, Over, Playbook, Then, When};
///
/// let playbook = Playbook {
///     only_if: Conditions { outcome: vec![Outcome::Failure], ..Conditions::default() },
///     by: By::Address,
///     counts: Counts::Users,
///     reaching: 10.try_into()?,
///     over: Over::Within(Duration::from_secs(600)),
///     then: vec![Then::BanAddress],
///     lasting: Duration::from_secs(900),
///     at_most: Duration::from_secs(12 * 60 * 60),
///     ..Playbook::new("my-credential-stuffing", When::Login)
/// };
/// assert!(playbook.validate().is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Playbook {
    /// What decisions call it.
    pub name: Box<str>,
    /// What it finds, and where its figures come from, for people.
    pub about: Box<str>,
    /// What happens.
    pub when: When,
    /// What has to hold of it, all of it.
    pub only_if: Conditions,
    /// What exempts it, any of it.
    pub unless: Conditions,
    /// Whose events are counted together.
    pub by: By,
    /// What is counted of them.
    pub counts: Counts,
    /// At how many it responds.
    pub reaching: NonZeroU32,
    /// In how long a time.
    pub over: Over,
    /// Only after this.
    pub after: Option<After>,
    /// Only where the counted are at least so many per cent of all events of this kind, by the same, in the same
    /// time: a failure ratio. From 1 to 100.
    pub share: Option<u8>,
    /// Only where the counted (or, after something, what went before) are at least so many per cent of the users
    /// who are at home at the address, or in the network: an office that shares one has some wrong passwords on any day. From 1 to
    /// 100; no more than sixteen times the threshold is asked for.
    pub sparing: Option<u8>,
    /// Only where the count of this stretch of time ([`Over::Within`]) is more than so many standard deviations
    /// above what is usual for the same, as learnt from the stretches before it.
    pub above_usual: Option<NonZeroU32>,
    /// Whether a success takes back what the same user failed at the same address: somebody who knows the
    /// password mistyped it (NIST SP 800-63B, 5.2.2).
    pub redeemed_by_success: bool,
    /// Whether it counts from nothing once it has responded. Otherwise each further event responds again, as
    /// long as the threshold is reached: so daily limits are made.
    pub starts_over: bool,
    /// How long it is silent about the same subject once it has responded.
    pub cool_down: Duration,
    /// How it responds.
    pub then: Vec<Then>,
    /// Where the banned are sent instead of being refused.
    pub redirect: Option<RedirectTarget>,
    /// For how long, the first time.
    pub lasting: Duration,
    /// For how long at most: each time it responds to the same subject again within a day after the end of the
    /// last, the response lasts twice as long, up to this.
    pub at_most: Duration,
    /// How bad it is where it is true.
    pub severity: Severity,
    /// Whether it acts.
    pub mode: Mode,
}

/// What a playbook waits for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum When {
    /// Somebody tried to log in.
    Login,
    /// Somebody tried to open an account.
    SignUp,
    /// A request was found to be a user's.
    Session,
    /// The application told of a business event.
    Custom(EventName),
}

/// Whose events a playbook counts together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum By {
    /// Those from one address (an IPv6 /64).
    Address,
    /// Those from one network: an IPv4 /24, an IPv6 /48.
    Network,
    /// Those on one user.
    User,
    /// Those from one address on one user.
    UserAndAddress,
    /// Those of clients that call themselves alike: one user agent.
    Device,
    /// Those of one session, where the application names it.
    Session,
    /// Those with one rejected secret, where the application gives it.
    Secret,
    /// Those with one value of this property.
    Property(Box<str>),
    /// All of them.
    Everything,
}

/// What a playbook counts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Counts {
    /// Each event.
    Events,
    /// Distinct users.
    Users,
    /// Distinct addresses (IPv6: /64).
    Addresses,
    /// Distinct networks: IPv4 /24, IPv6 /48.
    Networks,
    /// Distinct countries.
    Countries,
    /// Distinct user agents.
    Devices,
    /// Distinct rejected secrets.
    Secrets,
    /// Distinct values of this property.
    Property(Box<str>),
    /// Events whose network is another than that of the event before in the same time, and with it the user agent
    /// or the country: a phone changes its network and a browser its version, seldom both within the hour.
    Handovers,
}

/// In how long a time a playbook counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Over {
    /// A sliding window, exact to the millisecond.
    Within(Duration),
    /// A bucket that holds what is counted and leaks one in each such time: the threshold is reached when it
    /// holds as many, so one less is its capacity.
    Leaking(Duration),
}

/// What has to go before, by the same.
#[derive(Debug, Clone, PartialEq)]
pub struct After {
    /// What happened.
    pub when: When,
    /// What has to hold of it, all of it.
    pub only_if: Conditions,
    /// What is counted of it: events, or what the playbook's other events are told apart by.
    pub counts: Counts,
    /// How many.
    pub reaching: NonZeroU32,
    /// In how long a time.
    pub within: Duration,
}

/// How a playbook responds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Then {
    /// Tells people, and does nothing else.
    Notify,
    /// Turns the address away, with as little as stops it: where others are at home, logins as anybody who is
    /// not; where the user of the attempt is at home there, only logins as that user.
    BanAddress,
    /// Keeps the network (IPv4 /24, IPv6 /48) from logging in as anybody who has not logged in from there.
    BanNetwork,
    /// Keeps the address from opening accounts.
    CloseSignUps,
    /// Turns the user away.
    BanUser,
    /// The user can log in only from addresses they have logged in from before.
    CloseUser,
    /// Asks the application to have the user prove themselves once more.
    StepUp,
    /// Takes the user for one whose account may be in other hands.
    AtRisk,
}

/// Whether a playbook acts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Its decisions are carried out.
    #[default]
    Enforce,
    /// Its decisions are only recorded.
    Observe,
}

impl Playbook {
    /// A playbook that tells people of each such event, and nothing else.
    #[must_use]
    pub fn new(name: &str, when: When) -> Self {
        Self {
            name: name.into(),
            about: "".into(),
            when,
            only_if: Conditions::default(),
            unless: Conditions::default(),
            by: By::Address,
            counts: Counts::Events,
            reaching: NonZeroU32::MIN,
            over: Over::Within(Duration::from_secs(10 * 60)),
            after: None,
            share: None,
            sparing: None,
            above_usual: None,
            redeemed_by_success: false,
            starts_over: true,
            cool_down: Duration::ZERO,
            then: vec![Then::Notify],
            redirect: None,
            lasting: Self::SHORTEST,
            at_most: Self::SHORTEST,
            severity: Severity::Medium,
            mode: Mode::Enforce,
        }
    }

    /// How long a response lasts unless it says otherwise: a quarter of an hour, what Datadog's guide to
    /// account theft advises for attackers that can change their address.
    pub const SHORTEST: Duration = Duration::from_secs(15 * 60);
}

impl Playbook {
    /// By whom its events are kept, and by what they are told apart: playbooks with the same two share what is
    /// kept of an event. Where events are merely counted they are told apart as it is most useful to others.
    pub(crate) fn lane(&self) -> (By, Counts) {
        let counts = |others: Counts| match &self.counts {
            Counts::Events => others,
            counts => counts.clone(),
        };
        match &self.by {
            // What one user failed is found among what their address failed.
            By::UserAndAddress if self.is_a_plain_count() => (By::Address, Counts::Users),
            By::User => (By::User, counts(Counts::Addresses)),
            by => (by.clone(), counts(Counts::Users)),
        }
    }

    /// Whether the events that are kept tell all there is to know.
    fn is_a_plain_count(&self) -> bool {
        self.counts == Counts::Events
            && matches!(self.over, Over::Within(_))
            && self.share.is_none()
            && self.after.is_none()
            && self.above_usual.is_none()
    }

    /// Whether its decisions are about what their user did, and only tell people of it. Who logs in in somebody's
    /// name, or has their password reset, may be anybody; a business event is its user's own.
    pub(crate) fn suspects_its_user(&self) -> bool {
        let is_theirs = matches!(&self.when, When::Custom(name) if name.as_str() != PASSWORD_RESET);
        is_theirs
            && matches!(self.by, By::User | By::UserAndAddress)
            && self.then.iter().all(|then| *then == Then::Notify)
    }

    /// Whether it counts just as `other` does, whatever it makes of it.
    pub(crate) fn counts_as(&self, other: &Self) -> bool {
        self.name == other.name
            && self.when == other.when
            && self.only_if == other.only_if
            && self.unless == other.unless
            && self.by == other.by
            && self.counts == other.counts
            && self.over == other.over
            && self.after == other.after
            && self.share.is_some() == other.share.is_some()
            && self.above_usual.is_some() == other.above_usual.is_some()
            && self.redeemed_by_success == other.redeemed_by_success
    }

    /// Whether it does just what `other` does, where it responds.
    pub(crate) fn does_as(&self, other: &Self) -> bool {
        self.then == other.then
            && self.mode == other.mode
            && self.lasting == other.lasting
            && self.at_most == other.at_most
            && self.cool_down == other.cool_down
    }

    /// How many marks it sets on what is kept in its lane.
    pub(crate) fn marks(&self) -> usize {
        1 + usize::from(self.after.is_some())
    }
}

impl Then {
    /// Whether it does something to an address or a network.
    #[must_use]
    pub fn is_of_address(self) -> bool {
        matches!(
            self,
            Self::BanAddress | Self::BanNetwork | Self::CloseSignUps
        )
    }

    /// Whether it does something to a user.
    #[must_use]
    pub fn is_of_user(self) -> bool {
        matches!(
            self,
            Self::BanUser | Self::CloseUser | Self::StepUp | Self::AtRisk
        )
    }
}
