//! Whether what a playbook asks for holds of an event.

use std::collections::BTreeMap;

use crate::event::{AddressKinds, Property};
use crate::policy::{Conditions, CountryIs, Habit, Test, TravelIs, UserIs};

use super::seen::Seen;

const MILLIS_AN_HOUR: u128 = 60 * 60 * 1000;

/// Whether all of it holds; what asks nothing does.
pub(super) fn hold(asked: &Conditions, seen: &Seen<'_>) -> bool {
    answers(asked, seen, |holds| !holds).is_none()
}

/// Whether any of it holds; what asks nothing does not.
pub(super) fn any_holds(asked: &Conditions, seen: &Seen<'_>) -> bool {
    answers(asked, seen, |holds| holds).is_some()
}

/// The first answer that is `wanted`, of what is asked; the cheapest is asked first.
fn answers(asked: &Conditions, seen: &Seen<'_>, wanted: fn(bool) -> bool) -> Option<bool> {
    let habits = &seen.habits;
    let found = |answer: Option<bool>| answer.filter(|holds| wanted(*holds));
    let kinds = || seen.facts.map_or(AddressKinds::NONE, |facts| facts.kinds);
    found(
        (!asked.outcome.is_empty())
            .then(|| (seen.outcome()).is_some_and(|outcome| asked.outcome.contains(&outcome))),
    )
    .or_else(|| found(asked.place.map(|habit| is(habit, Some(habits.place)))))
    .or_else(|| found(asked.user.as_ref().map(|user| is_user(user, seen))))
    .or_else(|| found(asked.network.map(|habit| is(habit, habits.network))))
    .or_else(|| found(asked.device.map(|habit| is(habit, habits.device))))
    .or_else(|| {
        found(
            asked
                .country
                .as_ref()
                .map(|country| is_there(country, seen)),
        )
    })
    .or_else(|| {
        let of_kind = || {
            let common = asked.address.intersection(kinds());
            let usual = !common.intersection(habits.kinds).is_empty();
            !common.is_empty() && asked.kind.is_none_or(|habit| is(habit, Some(usual)))
        };
        found((!asked.address.is_empty()).then(of_kind))
    })
    .or_else(|| {
        let inside = || {
            (seen.address)
                .is_some_and(|address| asked.from.iter().any(|network| network.contains(address)))
        };
        found((!asked.from.is_empty()).then(inside))
    })
    .or_else(|| found(asked.travel.map(|travel| is_journey(travel, seen))))
    .or_else(|| {
        let property = |name: &str| seen.properties()?.get(name).cloned();
        found(tests(&asked.properties, property))
    })
    .or_else(|| {
        let of_user = |name: &str| Some(seen.traits?.get(name)?.into());
        found(tests(&asked.traits, of_user))
    })
}

/// What is not known is neither usual nor new.
fn is(habit: Habit, usual: Option<bool>) -> bool {
    usual == Some(habit == Habit::Usual)
}

fn is_user(asked: &UserIs, seen: &Seen<'_>) -> bool {
    match asked {
        UserIs::Known => seen.habits.known,
        UserIs::Unknown => seen.user.is_some() && !seen.habits.known,
        UserIs::Nobody => seen.user.is_none(),
        UserIs::OneOf(names) => seen.user.is_some_and(|user| {
            let (_, name) = user.primary_key();
            names.iter().any(|one| one.eq_ignore_ascii_case(name))
        }),
    }
}

fn is_there(asked: &CountryIs, seen: &Seen<'_>) -> bool {
    let Some(country) = seen.facts.and_then(|facts| facts.country) else {
        return false;
    };
    match asked {
        CountryIs::Habit(habit) => is(*habit, seen.habits.country),
        CountryIs::OneOf(countries) => countries.contains(&country),
        CountryIs::NoneOf(countries) => !countries.contains(&country),
    }
}

fn is_journey(asked: TravelIs, seen: &Seen<'_>) -> bool {
    seen.habits.travel.is_some_and(|travel| {
        // Kilometres for each hour, without dividing by a journey that took no time.
        let covered = u128::from(travel.kilometres) * MILLIS_AN_HOUR;
        let possible = u128::from(asked.kilometres_an_hour) * travel.within.as_millis();
        travel.kilometres > asked.kilometres && covered > possible
    })
}

/// Whether all tests hold, where there are any.
fn tests(
    tests: &BTreeMap<Box<str>, Test>,
    value: impl Fn(&str) -> Option<Property>,
) -> Option<bool> {
    let holds = |(name, test): (&Box<str>, &Test)| holds_of(test, value(name).as_ref());
    (!tests.is_empty()).then(|| tests.iter().all(holds))
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
