//! Attackers do what they are said to do, and nothing but what they do tells them from honest people.

use std::collections::BTreeSet;
use std::time::Duration;

use sqreen::event::{AddressKind, AddressKinds, SecretDigest, SessionDigest, Timestamp};

use super::*;

fn campaigns(kind: AttackKind) -> impl Iterator<Item = (&'static Campaign, Vec<&'static Event>)> {
    let all = SAMPLE.campaigns.iter();
    all.filter(move |campaign| campaign.kind == kind)
        .map(|campaign| {
            let events = SAMPLE.of(campaign);
            assert!(!events.is_empty(), "{campaign:?}");
            (campaign, events)
        })
}

fn failures(events: &[&Event]) -> usize {
    events
        .iter()
        .filter(|event| login(event).is_some() && !succeeded(event))
        .count()
}

fn addresses(events: &[&Event]) -> BTreeSet<Address> {
    events.iter().map(|event| address(event)).collect()
}

fn users<'a>(events: &[&'a Event]) -> BTreeSet<&'a UserIdentifiers> {
    events.iter().map(|event| user(event)).collect()
}

fn attempts<'a>(events: &[&'a Event]) -> Vec<&'a Event> {
    events
        .iter()
        .copied()
        .filter(|event| login(event).is_some())
        .collect()
}

fn secrets(events: &[&Event]) -> Vec<SecretDigest> {
    events
        .iter()
        .filter_map(|event| login(event)?.secret)
        .collect()
}

fn session(event: &Event) -> Option<SessionDigest> {
    match &event.what {
        What::Session(session) => session.session,
        _ => None,
    }
}

fn lasted(events: &[&Event]) -> Duration {
    events[events.len() - 1].at.since(events[0].at)
}

/// What the owner did before a moment, and where.
fn owners_before(of: &UserIdentifiers, at: Timestamp) -> Vec<&'static Event> {
    let before = SAMPLE.honest().take_while(|event| event.at < at);
    before.filter(|event| user(event) == of).collect()
}

#[test]
fn campaigns_are_what_the_stream_has() {
    let campaigns = &SAMPLE.campaigns;
    assert_eq!(campaigns.len(), 2 * AttackKind::all().len());
    for (n, campaign) in (0..).zip(campaigns) {
        assert_eq!(campaign.id, CampaignId(n));
        let events = SAMPLE.of(campaign);
        assert_eq!(campaign.events, events.len() as u64);
        assert_eq!(campaign.first, events[0].at);
        assert_eq!(campaign.last, events[events.len() - 1].at);
        assert_eq!(campaign.addresses, addresses(&events).len() as u64);
        assert_eq!(campaign.accounts, users(&events).len() as u64);
        // What is usual can be learnt before.
        let quiet = campaign.first.as_millis() - rates::BEGINNING;
        assert!(quiet >= 11 * rates::DAY, "{campaign:?}");
    }
}

#[test]
fn victims_are_people_of_the_stream() {
    let world = SAMPLE.scenario.world();
    let people: BTreeSet<UserIdentifiers> = (0..world.count())
        .map(|who| world.accounts.user(who, 0))
        .collect();
    let mut victims = 0;
    for campaign in &SAMPLE.campaigns {
        victims += campaign.victims.len();
        assert!(
            campaign
                .victims
                .iter()
                .all(|victim| people.contains(victim))
        );
    }
    assert!(victims > 30, "{victims}");
}

#[test]
fn credential_cracking_is_one_address_at_one_account() {
    for (_, events) in campaigns(AttackKind::CredentialCracking) {
        assert_eq!((addresses(&events).len(), users(&events).len()), (1, 1));
        assert!(failures(&events) >= 200);
        assert!(lasted(&events) < Duration::from_secs(2 * failures(&events) as u64 + 600));
    }
}

#[test]
fn credential_stuffing_is_one_address_and_each_account_once() {
    for (campaign, events) in campaigns(AttackKind::CredentialStuffing) {
        let attempts = attempts(&events);
        assert_eq!(addresses(&events).len(), 1);
        assert!(attempts.len() >= 400);
        assert_eq!(users(&attempts).len(), attempts.len());
        assert_eq!(attempts.len() - failures(&events), campaign.victims.len());
    }
}

#[test]
fn stolen_lists_are_right_as_often_as_published() {
    let (mut tried, mut right) = (0, 0);
    let scenario = Scenario::default()
        .attacks([AttackKind::BotnetStuffing])
        .campaigns_of_each(20);
    for campaign in scenario.campaigns() {
        let hits = campaign.victims.len() as u64;
        // One in a thousand to one in a hundred, give or take what chance does to a dozen.
        assert_within(hits, 0, campaign.accounts / 50);
        tried += campaign.accounts;
        right += hits;
    }
    assert_within(right as f64 / tried as f64, 0.003, 0.009);
}

#[test]
fn spraying_is_few_passwords_on_many_accounts_and_slow() {
    for (_, events) in campaigns(AttackKind::PasswordSpraying) {
        let secrets: BTreeSet<_> = secrets(&events).into_iter().collect();
        assert_within(secrets.len(), 2, 4);
        assert_within(addresses(&events).len(), 3, 8);
        assert!(users(&events).len() > 100);
        let each_waits =
            lasted(&events).as_secs() / (events.len() / addresses(&events).len()) as u64;
        assert!(each_waits > 30, "{each_waits}");
    }
}

#[test]
fn botnet_cracking_is_many_addresses_at_one_account() {
    for (_, events) in campaigns(AttackKind::BotnetCracking) {
        assert_eq!(users(&events).len(), 1);
        assert!(addresses(&events).len() > 150);
        assert!(failures(&events) >= 600);
    }
}

#[test]
fn botnet_stuffing_is_one_attempt_for_each_address_and_account() {
    for (_, events) in campaigns(AttackKind::BotnetStuffing) {
        let attempts = attempts(&events);
        assert!(attempts.len() >= 2_000);
        let each = share(attempts.len(), addresses(&attempts).len());
        assert_within(each, 1.0, 1.1);
        assert_within(share(attempts.len(), users(&attempts).len()), 1.0, 1.01);
    }
}

#[test]
fn network_stuffing_comes_from_one_network_whose_addresses_take_turns() {
    for (_, events) in campaigns(AttackKind::NetworkStuffing) {
        let bits = if address(events[0]).ip().is_ipv6() {
            48
        } else {
            24
        };
        let network: sqreen::Network = format!("{}/{bits}", address(events[0])).parse().unwrap();
        assert!(events.iter().all(|event| network.contains(address(event))));
        assert!(addresses(&events).len() > 200);
        let most = counted(attempts(&events).into_iter().map(address))
            .into_values()
            .max();
        assert!(most < Some(12), "{most:?}");
    }
}

#[test]
fn low_and_slow_waits_ten_minutes_and_goes_on_for_days() {
    for (_, events) in campaigns(AttackKind::LowAndSlow) {
        let attempts = attempts(&events);
        assert_eq!(addresses(&events).len(), 1);
        assert!(lasted(&events) > Duration::from_secs(3 * 24 * 3_600));
        for pair in attempts.windows(2) {
            assert!(pair[1].at.since(pair[0].at) > Duration::from_secs(600));
        }
    }
}

/// With whatever kinds of takeover: the first event is a login that succeeds, of somebody who was there
/// before.
#[test]
fn takeovers_are_right_at_the_first_try_and_of_active_people() {
    let kinds = [
        AttackKind::StolenPasswordNaive,
        AttackKind::StolenPasswordVpn,
        AttackKind::StolenPasswordTargeted,
        AttackKind::TorTakeover,
        AttackKind::ImpossibleTravel,
    ];
    for (campaign, events) in kinds.into_iter().flat_map(campaigns) {
        assert!(succeeded(events[0]), "{campaign:?}");
        assert_eq!(campaign.victims, [user(events[0]).clone()]);
        let before = owners_before(user(events[0]), campaign.first);
        assert!(
            before.iter().filter(|event| succeeded(event)).count() >= 3,
            "{campaign:?}"
        );
    }
}

#[test]
fn a_naive_thief_is_in_another_country_and_a_targeted_one_where_the_owner_is() {
    for (campaign, events) in campaigns(AttackKind::StolenPasswordNaive) {
        let before = owners_before(user(events[0]), campaign.first);
        let country = facts(events[0]).country;
        assert!(!before.iter().all(|event| facts(event).country == country));
    }
    for (campaign, events) in campaigns(AttackKind::StolenPasswordTargeted) {
        let before = owners_before(user(events[0]), campaign.first);
        let system = facts(events[0]).system;
        assert!(before.iter().any(|event| facts(event).system == system));
        assert!(facts(events[0]).kinds.is_empty());
        assert!(
            before
                .iter()
                .all(|event| address(event) != address(events[0]))
        );
    }
}

#[test]
fn a_thief_behind_a_vpn_or_tor_comes_through_it() {
    for (_, events) in campaigns(AttackKind::StolenPasswordVpn) {
        assert!(facts(events[0]).kinds.contains(AddressKind::Hosting));
    }
    for (_, events) in campaigns(AttackKind::TorTakeover) {
        assert_eq!(facts(events[0]).kinds, AddressKinds::from(AddressKind::Tor));
    }
}

#[test]
fn impossible_travel_is_impossible() {
    for (campaign, events) in campaigns(AttackKind::ImpossibleTravel) {
        let before = owners_before(user(events[0]), campaign.first);
        let login = before.iter().rev().find(|event| succeeded(event)).unwrap();
        let place = |event: &Event| facts(event).location.unwrap();
        assert!(place(login).kilometres_to(place(events[0])) > 1_500);
        assert!(campaign.first.since(login.at) <= Duration::from_secs(3_600));
    }
}

#[test]
fn a_stolen_session_is_the_owners_and_comes_from_elsewhere() {
    for (campaign, events) in campaigns(AttackKind::SessionTheft) {
        let stolen = session(events[0]);
        let before = owners_before(user(events[0]), campaign.first);
        let owners: Vec<_> = before
            .iter()
            .filter(|event| session(event) == stolen)
            .collect();
        assert!(stolen.is_some() && !owners.is_empty(), "{campaign:?}");
        assert!(
            owners
                .iter()
                .all(|event| address(event) != address(events[0]))
        );
    }
}

#[test]
fn sign_ups_and_resets_are_many_and_from_one_address_or_from_many() {
    for (_, events) in campaigns(AttackKind::MassSignUp) {
        assert_eq!(addresses(&events).len(), 1);
        assert!(users(&events).len() >= 60);
        assert!(
            events
                .iter()
                .all(|event| matches!(event.what, What::SignUp(_)))
        );
    }
    for (_, events) in campaigns(AttackKind::DistributedSignUp) {
        assert!(addresses(&events).len() > 250);
        assert!(
            events
                .iter()
                .all(|event| matches!(event.what, What::SignUp(_)))
        );
    }
    for (_, events) in campaigns(AttackKind::ResetEnumeration) {
        assert_eq!(addresses(&events).len(), 1);
        assert!(users(&events).len() >= 130);
        assert!(
            events
                .iter()
                .all(|event| matches!(event.what, What::Custom(_)))
        );
    }
}

/// Each value of each field that attackers have is some honest person's too, but for what is documented: a
/// long tail of browser versions and small providers that nobody of this sample happens to have.
#[test]
fn no_single_field_tells_an_attacker() {
    let attacks: Vec<&Event> = { SAMPLE.events.iter() }
        .filter(|labelled| labelled.label != Label::Honest)
        .map(|labelled| &labelled.event)
        .collect();
    let seldom = |name: &str, of: fn(&Event) -> String| {
        let honest: BTreeSet<String> = SAMPLE.honest().map(of).collect();
        let alone: Vec<String> = attacks
            .iter()
            .map(|event| of(event))
            .filter(|value| !honest.contains(value))
            .collect();
        assert!(
            alone.len() * 100 < attacks.len(),
            "{name}: {}, such as {:?}",
            alone.len(),
            alone.first()
        );
    };
    seldom("country", |event| format!("{:?}", facts(event).country));
    seldom("system", |event| format!("{:?}", facts(event).system));
    seldom("kinds", |event| format!("{:?}", facts(event).kinds));
    seldom("accuracy", |event| {
        facts(event).location.unwrap().accuracy.to_string()
    });
    seldom("user agent", |event| user_agent(event).to_owned());
    seldom("kind of event", |event| {
        format!("{:?}", std::mem::discriminant(&event.what))
    });
    seldom("domain", |event| {
        user(event)
            .get("email")
            .unwrap()
            .split_once('@')
            .unwrap()
            .1
            .to_owned()
    });
    seldom("key", |event| user(event).keys().collect());
    seldom("first letter", |event| {
        user(event).get("email").unwrap()[..1].to_owned()
    });
    seldom("length of the name", |event| {
        user(event).get("email").unwrap().len().to_string()
    });
    seldom("first block of the address", |event| {
        match address(event).ip() {
            std::net::IpAddr::V4(ip) => ip.octets()[0].to_string(),
            std::net::IpAddr::V6(ip) => format!("{:x}", ip.segments()[0]),
        }
    });
    seldom("which fields there are", |event| {
        let line = serde_json::to_value(event).unwrap();
        line.as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect()
    });
}

#[test]
fn what_is_sprayed_some_honest_people_type_too() {
    let honest: BTreeSet<SecretDigest> = SAMPLE
        .honest()
        .filter_map(|event| login(event)?.secret)
        .collect();
    for (_, events) in campaigns(AttackKind::PasswordSpraying) {
        let sprayed: BTreeSet<_> = secrets(&events).into_iter().collect();
        assert!(sprayed.intersection(&honest).count() >= 1);
    }
    // And typos are all different.
    let typed: Vec<_> = SAMPLE
        .honest()
        .filter_map(|event| login(event)?.secret)
        .collect();
    assert_within(share(honest.len(), typed.len()), 0.9, 1.0);
}
