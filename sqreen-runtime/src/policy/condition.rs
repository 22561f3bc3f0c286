//! What has to hold of an event for a playbook to count it.

use std::collections::BTreeMap;

use crate::event::{AddressKinds, Country, Network, Outcome};

/// What a playbook asks of an event, beside its kind. What is left out asks nothing.
///
/// ```
/// use sqreen_runtime::event::Outcome;
/// use sqreen_runtime::policy::{Conditions, CountryIs, Habit, UserIs};
///
/// // A known user logs in from a country they have not been in.
/// let abroad = Conditions {
///     outcome: vec![Outcome::Success],
///     user: Some(UserIs::Known),
///     country: Some(CountryIs::Habit(Habit::New)),
///     ..Conditions::default()
/// };
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Conditions {
    /// The login or sign-up ended in one of these ways. An answer that was withheld is no success.
    pub outcome: Vec<Outcome>,
    /// Who was named.
    pub user: Option<UserIs>,
    /// Whether the user has logged in from this address before.
    pub place: Option<Habit>,
    /// Whether the user has been in this network before: the same provider, where it is known, otherwise the
    /// same /24 or /48.
    pub network: Option<Habit>,
    /// In which country the address is.
    pub country: Option<CountryIs>,
    /// Whether the user has used this user agent before.
    pub device: Option<Habit>,
    /// The address is of one of these kinds.
    pub address: AddressKinds,
    /// Whether the user has been at an address of one of these kinds before. Asks nothing without `address`.
    pub kind: Option<Habit>,
    /// The address is in one of these networks.
    pub from: Vec<Network>,
    /// Since the user's last login they would have had to travel like this.
    pub travel: Option<TravelIs>,
    /// The login looks like an attacker's rather than the user's. Only a login that succeeds is judged.
    pub risk: Option<RiskIs>,
    /// Properties of a custom event.
    pub properties: BTreeMap<Box<str>, Test>,
    /// Traits of the user, as told with the event.
    pub traits: BTreeMap<Box<str>, Test>,
}

/// Who was named.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum UserIs {
    /// Somebody who has logged in, or been seen in a session, before.
    Known,
    /// Somebody who has not.
    Unknown,
    /// Nobody: the name was empty, missing or unusable.
    Nobody,
    /// One of these, by their primary key, letter case aside.
    OneOf(Vec<Box<str>>),
}

/// Whether something is what the user does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Habit {
    /// The user was not seen so before. So is everything for somebody who was never seen.
    New,
    /// The user was seen so before.
    Usual,
}

/// In which country an address is. Does not hold where the country is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CountryIs {
    /// Whether the user has been there before.
    Habit(Habit),
    /// One of these.
    OneOf(Vec<Country>),
    /// None of these.
    NoneOf(Vec<Country>),
}

/// A journey nobody makes. Does not hold where one of the two places is not known, or is one behind which
/// people hide ([`AddressKinds::ANONYMOUS`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TravelIs {
    /// Farther than so many kilometres, beyond what is unsure about both places.
    pub kilometres: u32,
    /// Faster than so many kilometres an hour.
    pub kilometres_an_hour: u32,
}

/// A login that an attacker is likelier to have made than the account's owner; see
/// [`LoginRisk`](crate::event::LoginRisk). Does not hold for whoever logs in for the first time, nor where no address
/// is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RiskIs {
    /// A score of more than this, at most 99: 50 is as likely an attacker as the owner, 80 four times, 90 nine times
    /// as likely.
    pub above: u8,
}

/// What has to hold of a property or a trait.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Test {
    /// It is there.
    Present,
    /// It is not there.
    Absent,
    /// It is one of these, as text.
    OneOf(Vec<Box<str>>),
    /// It is there, and none of these.
    NoneOf(Vec<Box<str>>),
    /// It is a number above this.
    Above(f64),
    /// It is a number below this.
    Below(f64),
    /// It is a text that ends so: an e-mail address's domain.
    EndsWith(Box<str>),
    /// It is a text that does not.
    EndsNotWith(Box<str>),
}

impl RiskIs {
    /// The highest score that a risk can be above of.
    pub const MOST: u8 = 99;
}

impl Conditions {
    /// Nothing is asked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
