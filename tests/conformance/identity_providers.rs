//! Thresholds of identity providers and of Datadog.

use std::collections::{HashMap, HashSet};
use std::num::NonZeroU32;
use std::time::Duration;

use proptest::prelude::*;
use sqreen::event::{Event, Outcome};
use sqreen::policy::{After, By, Counts, Playbook, Then, When};

use super::random::{login, logins, parts};
use super::{HOUR, MINUTE, NEVER, by_the_book, engine, failed, fires, succeeded, within};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn at(reaching: u32) -> NonZeroU32 {
    NonZeroU32::new(reaching).unwrap()
}

/// Auth0's brute-force protection: ten failures in a row of one identifier from one address.
fn auth0() -> Playbook {
    Playbook {
        only_if: failed(),
        by: By::UserAndAddress,
        reaching: at(10),
        over: within(7 * 24 * 60 * 60),
        redeemed_by_success: true,
        then: vec![Then::BanAddress],
        lasting: DAY,
        at_most: DAY,
        ..Playbook::new("auth0", When::Login)
    }
}

#[test]
fn ten_failures_in_a_row_from_one_address_block_the_identifier_there() {
    let ten: Vec<Event> = (0..10)
        .map(|n| login(n * 1_000, 1, 1, Outcome::Failure))
        .collect();
    assert_eq!(fires([auth0()], &ten), [9]);
    let elsewhere: Vec<Event> = (0..18)
        .map(|n| login(n * 1_000, (n % 2) as u8, 1, Outcome::Failure))
        .collect();
    assert_eq!(fires([auth0()], &elsewhere), NEVER);
    let mut in_between = ten.clone();
    in_between[8] = login(8_000, 1, 1, Outcome::Success);
    assert_eq!(fires([auth0()], &in_between), NEVER);
}

/// Keycloak's brute-force detection, switched on: 30 failures of a user, a quarter of an hour at most.
#[test]
fn thirty_failures_of_a_user_lock_keycloaks_account_for_a_quarter_of_an_hour() {
    let keycloak = || Playbook {
        only_if: failed(),
        by: By::User,
        reaching: at(30),
        over: within(12 * 60 * 60),
        then: vec![Then::BanUser],
        lasting: MINUTE,
        at_most: MINUTE * 15,
        ..Playbook::new("keycloak", When::Login)
    };
    let events: Vec<Event> = (0..30)
        .map(|n| login(n * 1_000, n as u8, 1, Outcome::Failure))
        .collect();
    assert_eq!(fires([keycloak()], &events), [29]);
    let slow: Vec<Event> = (0..60)
        .map(|n| login(n * 25 * 60_000, 1, 1, Outcome::Failure))
        .collect();
    assert_eq!(fires([keycloak()], &slow), NEVER);
    // Each lockout is longer, up to the longest.
    let mut engine = engine([keycloak()]);
    let lasts: Vec<u64> = (0..180)
        .flat_map(|n| {
            let event = login(n * 1_000, 1, 1, Outcome::Failure);
            let decisions = engine.observe(&event);
            decisions
                .into_iter()
                .map(move |decision| decision.responses[0].until().since(event.at).as_secs() / 60)
        })
        .collect();
    assert_eq!(lasts, [1, 2, 4, 8, 15, 15]);
}

/// Datadog's brute force: more than 20 failures on a user from more than five addresses, or more than 40.
fn datadog_brute_force() -> [Playbook; 2] {
    let more_than = |failures: u32| Playbook {
        only_if: failed(),
        by: By::User,
        reaching: at(failures + 1),
        over: within(60 * 60),
        ..Playbook::new("forty", When::Login)
    };
    let addresses = After {
        when: When::Login,
        only_if: failed(),
        counts: Counts::Addresses,
        reaching: at(6),
        within: HOUR,
    };
    // The events that count are those after six addresses: 21 failures in all are at least 15 of these, where
    // the first six came from an address each.
    let twenty = Playbook {
        name: "twenty".into(),
        reaching: at(15),
        after: Some(addresses),
        ..more_than(20)
    };
    [twenty, more_than(40)]
}

#[test]
fn datadogs_brute_force_takes_twenty_failures_from_many_addresses_or_forty_from_few() {
    let from = |addresses: u64, failures: u64| {
        let events: Vec<Event> = (0..failures)
            .map(|n| login(n * 1_000, (n % addresses) as u8, 1, Outcome::Failure))
            .collect();
        fires(datadog_brute_force(), &events)
    };
    assert_eq!(from(10, 21), [20]);
    assert_eq!(from(10, 20), NEVER);
    assert_eq!(from(5, 40), NEVER);
    assert_eq!(from(5, 41), [40]);
}

/// Datadog's credential stuffing: more than 30 failures from an address, on more than five accounts.
#[test]
fn datadogs_credential_stuffing_takes_thirty_failures_and_five_accounts() {
    let stuffing = || Playbook {
        only_if: failed(),
        by: By::Address,
        counts: Counts::Events,
        reaching: at(25),
        over: within(60 * 60),
        after: Some(After {
            when: When::Login,
            only_if: failed(),
            counts: Counts::Users,
            reaching: at(6),
            within: HOUR,
        }),
        ..Playbook::new("stuffing", When::Login)
    };
    let on = |accounts: u64, failures: u64| {
        let events: Vec<Event> = (0..failures)
            .map(|n| login(n * 1_000, 1, (n % accounts) as u8, Outcome::Failure))
            .collect();
        fires([stuffing()], &events)
    };
    assert_eq!(on(10, 31), [30]);
    assert_eq!(on(10, 30), NEVER);
    assert_eq!(on(5, 200), NEVER);
}

/// Datadog's success after an attack: an address that logs in after more than 30 failures.
fn success_after_attack() -> Playbook {
    Playbook {
        only_if: succeeded(),
        by: By::Address,
        after: Some(After {
            when: When::Login,
            only_if: failed(),
            counts: Counts::Events,
            reaching: at(31),
            within: HOUR,
        }),
        ..Playbook::new("success-after-attack", When::Login)
    }
}

proptest! {
    #[test]
    fn ten_in_a_row_are_found_by_the_book(events in logins(Duration::from_secs(60), 2, 2)) {
        let mut in_a_row: HashMap<_, u32> = HashMap::new();
        let right = by_the_book(&events, |event| {
            let (from, user, outcome, _) = parts(event);
            let failures = in_a_row.entry((from, user)).or_default();
            *failures = if outcome == Outcome::Success { 0 } else { *failures + 1 };
            let full = *failures == 10;
            if full {
                *failures = 0;
            }
            full
        });
        prop_assert_eq!(fires([auth0()], &events), right);
    }

    #[test]
    fn successes_after_attacks_are_found_by_the_book(events in logins(Duration::from_secs(40), 2, 4)) {
        let right = (0..events.len()).filter(|n| {
            let (from, _, outcome, now) = parts(&events[*n]);
            let failed_there = |event: &&Event| {
                let (other, _, outcome, at) = parts(event);
                other == from && outcome == Outcome::Failure && now.since(at) < HOUR
            };
            outcome == Outcome::Success && events[..*n].iter().filter(failed_there).count() > 30
        });
        prop_assert_eq!(fires([success_after_attack()], &events), right.collect::<Vec<_>>());
    }

    #[test]
    fn distinct_users_are_counted_by_the_book(events in logins(Duration::from_secs(60), 2, 12)) {
        let enumeration = Playbook {
            only_if: failed(),
            by: By::Address,
            counts: Counts::Users,
            reaching: at(6),
            over: within(300),
            starts_over: false,
            ..Playbook::new("enumeration", When::Login)
        };
        let right = (0..events.len()).filter(|n| {
            let (from, _, outcome, now) = parts(&events[*n]);
            let users: HashSet<_> = (events[..=*n].iter().map(parts))
                .filter(|(other, _, outcome, at)| {
                    *other == from && *outcome == Outcome::Failure && now.since(*at) < MINUTE * 5
                })
                .map(|(_, user, ..)| user)
                .collect();
            outcome == Outcome::Failure && users.len() > 5
        });
        prop_assert_eq!(fires([enumeration], &events), right.collect::<Vec<_>>());
    }
}
