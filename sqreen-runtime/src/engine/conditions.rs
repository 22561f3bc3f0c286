//! Whether what a playbook asks for holds of an event.

use std::collections::BTreeMap;

use crate::event::{AddressKinds, Network, Property};
use crate::identity::UserIdentifiers;
use crate::policy::{Conditions, CountryIs, Habit, RiskIs, Test, TravelIs, UserIs};

use super::seen::Seen;

const MILLIS_AN_HOUR: u128 = 60 * 60 * 1000;

/// What is true of an event, or asked of it, one bit each.
pub(super) type Truths = u16;

const KNOWN: Truths = 1;
const UNKNOWN: Truths = 1 << 1;
const NOBODY: Truths = 1 << 2;
/// Two bits each: new, and usual above it.
const PLACE: u32 = 3;
const NETWORK: u32 = 5;
const COUNTRY: u32 = 7;
const DEVICE: u32 = 9;

/// What is true of an event, of all that most playbooks ask: it is found out once.
pub(super) fn truths(seen: &Seen<'_>) -> Truths {
    let habits = &seen.habits;
    // What is not known is neither usual nor new.
    let habit =
        |at: u32, usual: Option<bool>| usual.map_or(0, |usual| 1 << (at + u32::from(usual)));
    let who = match seen.user {
        None => NOBODY,
        Some(_) if habits.known => KNOWN,
        Some(_) => UNKNOWN,
    };
    who | habit(PLACE, Some(habits.place))
        | habit(NETWORK, habits.network)
        | habit(COUNTRY, habits.country)
        | habit(DEVICE, habits.device)
}

/// What a playbook asks of an event beside its kind.
#[derive(Debug)]
pub(super) struct Asked {
    truths: Truths,
    /// Whether it asks more than truths.
    more: bool,
}

impl Asked {
    /// The outcome is not asked for here: see `Kinds`.
    pub(super) fn by(conditions: &Conditions) -> Self {
        let habit = |at: u32, habit: Option<Habit>| {
            habit.map_or(0, |habit| 1 << (at + u32::from(habit == Habit::Usual)))
        };
        let (who, one_of) = match &conditions.user {
            None => (0, false),
            Some(UserIs::Known) => (KNOWN, false),
            Some(UserIs::Unknown) => (UNKNOWN, false),
            Some(UserIs::Nobody) => (NOBODY, false),
            Some(UserIs::OneOf(_)) => (0, true),
        };
        let (country, listed) = match &conditions.country {
            None => (None, false),
            Some(CountryIs::Habit(habit)) => (Some(*habit), false),
            Some(_) => (None, true),
        };
        Self {
            truths: who
                | habit(PLACE, conditions.place)
                | habit(NETWORK, conditions.network)
                | habit(COUNTRY, country)
                | habit(DEVICE, conditions.device),
            more: one_of
                || listed
                || !conditions.address.is_empty()
                || !conditions.from.is_empty()
                || conditions.travel.is_some()
                || conditions.risk.is_some()
                || !conditions.properties.is_empty()
                || !conditions.traits.is_empty(),
        }
    }

    /// Whether what is found out once for all playbooks holds: of most, no more has to be asked.
    #[inline]
    pub(super) fn may_hold(&self, truths: Truths) -> bool {
        self.truths & !truths == 0
    }

    /// Whether all of it holds, where it may.
    #[inline]
    pub(super) fn holds(&self, conditions: &Conditions, seen: &Seen<'_>) -> bool {
        !self.more || more(conditions, seen, |holds| !holds).is_none()
    }
}

/// Whether any of it holds; what asks nothing does not.
pub(super) fn any_holds(conditions: &Conditions, truths: Truths, seen: &Seen<'_>) -> bool {
    let ended = || (seen.outcome()).is_some_and(|outcome| conditions.outcome.contains(&outcome));
    Asked::by(conditions).truths & truths != 0
        || ended()
        || more(conditions, seen, |holds| holds).is_some()
}

/// The first answer that is `wanted`, of all that is asked beside truths; the cheapest is asked first.
fn more(asked: &Conditions, seen: &Seen<'_>, wanted: fn(bool) -> bool) -> Option<bool> {
    let found = |answer: Option<bool>| answer.filter(|holds| wanted(*holds));
    found(asked.user.as_ref().and_then(|user| is_one_of(user, seen)))
        .or_else(|| {
            found(
                asked
                    .country
                    .as_ref()
                    .and_then(|country| is_there(country, seen)),
            )
        })
        .or_else(|| found((!asked.address.is_empty()).then(|| is_of_kind(asked, seen))))
        .or_else(|| found((!asked.from.is_empty()).then(|| is_from(&asked.from, seen))))
        .or_else(|| found(asked.travel.map(|travel| is_journey(travel, seen))))
        .or_else(|| found(asked.risk.map(|risk| is_risky(risk, seen))))
        .or_else(|| {
            let property = |name: &str| seen.properties()?.get(name).cloned();
            found(tests(&asked.properties, property, wanted(true)))
        })
        .or_else(|| {
            let of_user = |name: &str| Some(seen.traits?.get(name)?.into());
            found(tests(&asked.traits, of_user, wanted(true)))
        })
}

fn is_one_of(asked: &UserIs, seen: &Seen<'_>) -> Option<bool> {
    let UserIs::OneOf(names) = asked else {
        return None;
    };
    let is = |user: &UserIdentifiers| {
        let (_, name) = user.primary_key();
        names.iter().any(|one| one.eq_ignore_ascii_case(name))
    };
    Some(!names.is_empty() && seen.user.is_some_and(is))
}

fn is_there(asked: &CountryIs, seen: &Seen<'_>) -> Option<bool> {
    let country = seen.facts.and_then(|facts| facts.country);
    match asked {
        CountryIs::Habit(_) => None,
        CountryIs::OneOf(countries) => Some(country.is_some_and(|here| countries.contains(&here))),
        CountryIs::NoneOf(countries) => {
            Some(country.is_some_and(|here| !countries.contains(&here)))
        }
    }
}

fn is_of_kind(asked: &Conditions, seen: &Seen<'_>) -> bool {
    let kinds = seen.facts.map_or(AddressKinds::NONE, |facts| facts.kinds);
    let common = asked.address.intersection(kinds);
    let usual = !common.intersection(seen.habits.kinds).is_empty();
    let is_habit = |habit| usual == (habit == Habit::Usual);
    !common.is_empty() && asked.kind.is_none_or(is_habit)
}

fn is_from(networks: &[Network], seen: &Seen<'_>) -> bool {
    (seen.address).is_some_and(|address| networks.iter().any(|network| network.contains(address)))
}

fn is_journey(asked: TravelIs, seen: &Seen<'_>) -> bool {
    seen.habits.travel.is_some_and(|travel| {
        // Kilometres for each hour, without dividing by a journey that took no time.
        let covered = u128::from(travel.kilometres) * MILLIS_AN_HOUR;
        let possible = u128::from(asked.kilometres_an_hour) * travel.within.as_millis();
        travel.kilometres > asked.kilometres && covered > possible
    })
}

fn is_risky(asked: RiskIs, seen: &Seen<'_>) -> bool {
    seen.risk.is_some_and(|risk| risk.score() > asked.above)
}

/// Whether all tests hold, or `any` of them, where there are any.
fn tests(
    tests: &BTreeMap<Box<str>, Test>,
    value: impl Fn(&str) -> Option<Property>,
    any: bool,
) -> Option<bool> {
    let mut answers = (tests.iter()).map(|(name, test)| holds_of(test, value(name).as_ref()));
    let answer = || {
        if any {
            answers.any(|holds| holds)
        } else {
            answers.all(|holds| holds)
        }
    };
    (!tests.is_empty()).then(answer)
}

fn holds_of(test: &Test, value: Option<&Property>) -> bool {
    let Some(value) = value else {
        return *test == Test::Absent;
    };
    let text = || match value {
        Property::Text(text) => Some(&**text),
        _ => None,
    };
    let is_one_of = |texts: &[Box<str>]| {
        let value = value.to_string();
        texts.iter().any(|text| **text == *value)
    };
    let ends_with =
        |end: &str| text().map(|text| text.to_lowercase().ends_with(&end.to_lowercase()));
    match test {
        Test::Present => true,
        Test::Absent => false,
        Test::OneOf(texts) => is_one_of(texts),
        Test::NoneOf(texts) => !is_one_of(texts),
        Test::Above(limit) => number(value).is_some_and(|number| number > *limit),
        Test::Below(limit) => number(value).is_some_and(|number| number < *limit),
        Test::EndsWith(end) => ends_with(end) == Some(true),
        Test::EndsNotWith(end) => ends_with(end) == Some(false),
    }
}

#[allow(
    clippy::cast_precision_loss,
    reason = "limits are seldom beyond 2^53, and then a little more does not matter"
)]
fn number(value: &Property) -> Option<f64> {
    match value {
        Property::Integer(number) => Some(*number as f64),
        Property::Number(number) => Some(*number),
        Property::Text(text) => text.parse().ok(),
        Property::Bool(_) => None,
    }
}
