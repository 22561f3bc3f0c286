//! Honest people are as they are said to be, as measured on a stream.

use std::collections::{BTreeMap, BTreeSet};

use sqreen::event::{AddressKind, AddressKinds, Location, Timestamp};

use super::*;

#[test]
fn people_log_in_as_often_as_published() {
    let logins = SAMPLE.honest().filter(|event| succeeded(event)).count();
    let years = f64::from(SAMPLE.scenario.people) * f64::from(SAMPLE.scenario.days) / 365.0;
    // 31.3 million logins of 3.3 million users in a year.
    assert_within(logins as f64 / years, 9.5 * 0.95, 9.5 * 1.05);
}

#[test]
fn a_few_people_make_most_of_the_logins() {
    let logins = SAMPLE.honest().filter(|event| succeeded(event));
    let mut by_user: Vec<u64> = counted(logins.map(user)).into_values().collect();
    by_user.sort_unstable_by_key(|count| std::cmp::Reverse(*count));
    let all: u64 = by_user.iter().sum();
    let top: u64 = by_user
        .iter()
        .take(SAMPLE.scenario.people as usize / 20)
        .sum();
    assert_within(share(top as usize, all as usize), 0.5, 0.8);
    // Most people do not come at all in four weeks.
    assert_within(
        share(by_user.len(), SAMPLE.scenario.people as usize),
        0.2,
        0.5,
    );
}

#[test]
fn one_login_in_ten_fails_and_most_are_corrected_at_once() {
    let logins: Vec<&Event> = SAMPLE
        .honest()
        .filter(|event| login(event).is_some())
        .collect();
    let failed = logins.iter().filter(|event| !succeeded(event)).count();
    assert_within(share(failed, logins.len()), 0.08, 0.13);

    let mut waiting: BTreeMap<Address, Timestamp> = BTreeMap::new();
    let mut corrected = 0;
    for event in &logins {
        if succeeded(event) {
            let wrong = waiting.remove(&address(event));
            let soon = wrong.filter(|wrong| event.at.since(*wrong).as_secs() < 600);
            corrected += usize::from(soon.is_some());
        } else {
            waiting.insert(address(event), event.at);
        }
    }
    assert_within(share(corrected, failed), 0.5, 0.95);
    let resets = SAMPLE
        .honest()
        .filter(|event| matches!(event.what, What::Custom(_)))
        .count();
    assert_within(share(resets, failed), 0.05, 0.15);
}

#[test]
fn breached_credentials_are_as_frequent_as_published() {
    let world = SAMPLE.scenario.world();
    let breached: BTreeSet<UserIdentifiers> = (0..world.count())
        .filter(|who| world.person(*who).breached)
        .map(|who| world.accounts.user(who, 0))
        .collect();
    let logins: Vec<&Event> = SAMPLE.honest().filter(|event| succeeded(event)).collect();
    let with = logins
        .iter()
        .filter(|event| breached.contains(user(event)))
        .count();
    assert_within(share(with, logins.len()), 0.010, 0.020);
}

#[test]
fn not_quite_half_of_what_comes_is_ipv6() {
    let all = SAMPLE.honest().count();
    let six = SAMPLE
        .honest()
        .filter(|event| address(event).ip().is_ipv6())
        .count();
    assert_within(share(six, all), 0.42, 0.48);
}

#[test]
fn some_addresses_have_one_person_and_some_have_hundreds() {
    let mut people: BTreeMap<Address, BTreeSet<&UserIdentifiers>> = BTreeMap::new();
    for event in SAMPLE.honest() {
        people
            .entry(address(event))
            .or_default()
            .insert(user(event));
    }
    let sizes: Vec<usize> = people.values().map(BTreeSet::len).collect();
    let with = |least, most| {
        sizes
            .iter()
            .filter(|size| (least..=most).contains(*size))
            .count()
    };
    assert_within(share(with(1, 1), sizes.len()), 0.8, 0.99);
    assert!(with(2, 4) > 100, "families");
    assert!(
        with(5, 19) > 50,
        "small offices, and homes behind one address"
    );
    assert!(with(20, 99) > 10, "offices and carriers");
    assert!(with(100, 5_000) > 1, "an office and a gathering");
}

#[test]
fn on_one_morning_hundreds_log_in_behind_one_address_they_have_never_been_at() {
    let day = |event: &Event| (event.at.as_millis() - rates::BEGINNING) / rates::DAY;
    let morning = SAMPLE
        .honest()
        .filter(|event| day(event) == 14 && login(event).is_some());
    let mut by_address: BTreeMap<Address, Vec<&Event>> = BTreeMap::new();
    morning.for_each(|event| by_address.entry(address(event)).or_default().push(event));
    let (house, logins) = by_address
        .into_iter()
        .max_by_key(|(_, logins)| logins.len())
        .unwrap();
    let people: BTreeSet<_> = logins
        .iter()
        .filter(|event| succeeded(event))
        .map(|event| user(event))
        .collect();
    assert_within(people.len(), 350, 550);
    let wrong = logins.iter().filter(|event| !succeeded(event)).count();
    assert_within(share(wrong, logins.len()), 0.05, 0.15);
    let lasted = logins.last().unwrap().at.since(logins[0].at);
    assert!(lasted.as_secs() < 45 * 60, "{lasted:?}");
    assert!(
        !SAMPLE
            .honest()
            .any(|event| address(event) == house && day(event) < 14)
    );
}

#[test]
fn an_office_logs_in_on_workdays_only() {
    let world = SAMPLE.scenario.world();
    let workers: BTreeSet<UserIdentifiers> = (0..world.count())
        .filter(|who| world.person(*who).works_in_an_office())
        .map(|who| world.accounts.user(who, 0))
        .collect();
    let expected = rates::OFFICE_WORKERS.of(world.count()) as usize;
    assert_within(workers.len(), expected * 9 / 10, expected);
    let logins = SAMPLE
        .honest()
        .filter(|event| succeeded(event) && workers.contains(user(event)));
    let by_day =
        counted(logins.map(|event| (event.at.as_millis() - rates::BEGINNING) / rates::DAY));
    for (day, count) in by_day {
        // Saturday begins in Auckland when it is still Friday in UTC, and so on.
        let least = if day % 7 < 5 { expected * 7 / 10 } else { 0 };
        let most = if day % 7 < 5 {
            expected * 11 / 10
        } else {
            expected / 5
        };
        assert_within(count as usize, least, most);
    }
}

/// Where everybody is who does not hide, at each of their events.
#[test]
fn nobody_travels_faster_than_an_airliner() {
    let mut last: BTreeMap<&UserIdentifiers, (Timestamp, Location)> = BTreeMap::new();
    let mut journeys = 0;
    for event in SAMPLE.honest() {
        let facts = facts(event);
        if facts.kinds.intersection(AddressKinds::ANONYMOUS) != AddressKinds::NONE {
            continue;
        }
        let here = facts.location.unwrap();
        let Some((then, there)) = last.insert(user(event), (event.at, here)) else {
            continue;
        };
        let unsure = u32::from(here.accuracy) + u32::from(there.accuracy);
        let kilometres = u64::from(here.kilometres_to(there).saturating_sub(unsure));
        let elapsed = event.at.since(then).as_millis() as u64;
        journeys += u32::from(kilometres > 300);
        assert!(
            kilometres <= 10 || kilometres * rates::HOUR <= 900 * elapsed,
            "{kilometres} km in {elapsed} ms: {event:?}"
        );
    }
    assert!(journeys > 100, "{journeys}");
}

#[test]
fn some_people_always_come_through_what_attackers_like() {
    let all = SAMPLE.honest().count();
    let through = |kind| {
        SAMPLE
            .honest()
            .filter(|event| facts(event).kinds.contains(kind))
            .count()
    };
    assert_within(share(through(AddressKind::Vpn), all), 0.01, 0.06);
    assert_within(share(through(AddressKind::Tor), all), 0.000_2, 0.004);
    assert_within(share(through(AddressKind::Hosting), all), 0.01, 0.07);
    let by_script = SAMPLE
        .honest()
        .filter(|event| clients::is_tool(user_agent(event)))
        .count();
    assert_within(share(by_script, all), 0.000_2, 0.004);
}

#[test]
fn a_session_stays_its_owners_and_in_one_browser() {
    let mut owners = BTreeMap::new();
    let mut browsers = BTreeMap::new();
    let mut seen = 0;
    for event in SAMPLE.honest() {
        if let What::Session(session) = &event.what {
            seen += 1;
            // The same browser on the same system, whatever its version.
            let browser: String = { user_agent(event).chars() }
                .filter(|c| !c.is_ascii_digit())
                .collect();
            let digest = session.session.unwrap();
            assert_eq!(
                browsers.entry(digest).or_insert_with(|| browser.clone()),
                &browser
            );
            assert_eq!(
                owners.entry(digest).or_insert(&session.user),
                &&session.user
            );
        }
    }
    let logins = SAMPLE.honest().filter(|event| succeeded(event)).count();
    assert_within(seen as f64 / logins as f64, 3.0, 5.0);
}

#[test]
fn newcomers_sign_up_before_they_log_in() {
    let mut before: BTreeSet<&UserIdentifiers> = BTreeSet::new();
    let mut sign_ups = 0;
    for event in SAMPLE.honest() {
        if let What::SignUp(attempt) = &event.what
            && attempt.outcome == Outcome::Success
        {
            sign_ups += 1;
            assert!(!before.contains(user(event)), "{event:?}");
        }
        before.insert(user(event));
        if matches!(&event.what, What::SignUp(attempt) if attempt.outcome == Outcome::Failure) {
            before.remove(user(event));
        }
    }
    assert_within(share(sign_ups, SAMPLE.scenario.people as usize), 0.02, 0.04);
}

#[test]
fn browsers_are_updated_while_the_stream_runs() {
    let chrome = |from: u64, version: &str| {
        let to = from + 7;
        let day = move |event: &&Event| (event.at.as_millis() - rates::BEGINNING) / rates::DAY;
        let week: Vec<&Event> = SAMPLE
            .honest()
            .filter(|event| (from..to).contains(&day(event)))
            .collect();
        let has = |event: &&&Event| user_agent(event).contains(version);
        share(week.iter().filter(has).count(), week.len())
    };
    assert!(chrome(0, "Chrome/143") > 0.5 && chrome(0, "Chrome/144") < 0.01);
    assert!(chrome(21, "Chrome/144") > 0.4 && chrome(21, "Chrome/143") < 0.2);
}
