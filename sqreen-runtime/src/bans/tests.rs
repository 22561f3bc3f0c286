use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::event::{Decision, Evidence, Origin, Severity};

const START: Timestamp = Timestamp::from_millis(1_000_000);

fn bans() -> Bans {
    Bans::new(7, Bans::DEFAULT_LIMIT)
}

fn event(what: What) -> Event {
    Event {
        at: START,
        origin: Origin::default(),
        what,
    }
}

fn at(seconds: u64) -> Timestamp {
    START.plus(Duration::from_secs(seconds))
}

fn network(text: &str) -> Subject {
    Subject::Network(text.parse().unwrap())
}

fn user(id: u32) -> UserIdentifiers {
    UserIdentifiers::new("id", &id).unwrap()
}

/// Bans `subject` until `seconds` have passed, or for good; the number is the id.
fn ban(bans: &Bans, n: u64, subject: Subject, seconds: Option<u64>) -> DecisionId {
    let id = DecisionId::new(0, n, 0);
    let until = seconds.map(at);
    bans.apply(&event(What::Ban(Ban {
        id,
        subject,
        reach: Reach::Everything,
        until,
        redirect: None,
        because: "test".into(),
    })));
    id
}

fn address(bans: &Bans, text: &str, now: Timestamp) -> Option<DecisionId> {
    bans.of_address(text.parse().unwrap(), || now)
        .map(|standing| standing.id)
}

#[test]
fn nobody_is_banned_at_first_and_the_clock_is_not_asked() {
    let bans = bans();
    let no_clock = || panic!("asked for the time");
    assert_eq!(
        bans.of_address("192.0.2.1".parse().unwrap(), no_clock),
        None
    );
    assert_eq!(bans.of_user(&user(1), no_clock), None);
    ban(&bans, 1, network("198.51.100.1"), None);
    assert_eq!(
        bans.of_address("192.0.2.1".parse().unwrap(), no_clock),
        None
    );
    assert_eq!(bans.of_user(&user(1), no_clock), None);
}

#[test]
fn the_most_specific_live_ban_wins_and_a_wide_one_is_there_after_it() {
    let bans = bans();
    let host = ban(&bans, 1, network("1.2.3.4"), Some(10));
    let net = ban(&bans, 2, network("1.2.3.0/24"), None);
    let wide = ban(&bans, 3, network("1.2.0.0/16"), Some(10));
    assert_eq!(address(&bans, "1.2.3.4", at(9)), Some(host));
    assert_eq!(address(&bans, "1.2.3.5", at(9)), Some(net));
    assert_eq!(address(&bans, "1.2.4.1", at(9)), Some(wide));
    assert_eq!(address(&bans, "1.3.0.0", at(9)), None);
    assert_eq!(address(&bans, "1.2.3.4", at(10)), Some(net));
    assert_eq!(address(&bans, "1.2.4.1", at(10)), None);
}

#[test]
fn an_expired_wide_ban_never_hides_a_narrow_one() {
    let bans = bans();
    let host = ban(&bans, 1, network("1.2.3.4"), None);
    ban(&bans, 2, network("1.2.0.0/16"), Some(1));
    for sweep in [false, true] {
        if sweep {
            bans.sweep(at(2));
        }
        assert_eq!(address(&bans, "1.2.3.4", at(2)), Some(host));
        assert_eq!(address(&bans, "1.2.3.5", at(2)), None);
    }
}

#[test]
fn ipv6_is_matched_by_prefix_and_never_by_an_ipv4_address() {
    let bans = bans();
    let wide = ban(&bans, 1, network("1::/16"), None);
    let narrow = ban(&bans, 2, network("1:ff::/32"), None);
    assert_eq!(address(&bans, "1:ff::1", at(0)), Some(narrow));
    assert_eq!(address(&bans, "1:fe::1", at(0)), Some(wide));
    assert_eq!(address(&bans, "2::", at(0)), None);
    assert_eq!(address(&bans, "0.1.0.0", at(0)), None);
}

#[test]
fn a_short_ban_on_top_of_a_long_one_frees_nobody() {
    let bans = bans();
    for subject in [network("1.2.3.4"), user(1).into()] {
        let long = ban(&bans, 1, subject.clone(), None);
        ban(&bans, 2, subject, Some(1));
        let standing: Vec<_> = bans.standing(at(5)).iter().map(|ban| ban.id).collect();
        assert!(standing.contains(&long));
    }
    bans.sweep(at(5));
    assert_eq!(bans.standing(at(5)).len(), 2);
}

#[test]
fn a_long_ban_on_top_of_a_short_one_lasts() {
    let bans = bans();
    ban(&bans, 1, network("1.2.3.4"), Some(1));
    let thirty_days = ban(&bans, 2, network("1.2.3.4"), Some(30 * 24 * 3600));
    bans.sweep(at(2));
    assert_eq!(
        address(&bans, "1.2.3.4", at(30 * 24 * 3600 - 1)),
        Some(thirty_days)
    );
    assert_eq!(address(&bans, "1.2.3.4", at(30 * 24 * 3600)), None);
}

#[test]
fn users_are_matched_by_their_whole_identity() {
    let bans = bans();
    let pairs = |pairs| UserIdentifiers::try_from(pairs).unwrap();
    ban(&bans, 1, pairs([("a", "1"), ("b", "2")]).into(), None);
    let banned = |user: &UserIdentifiers| bans.of_user(user, || at(0)).is_some();
    assert!(banned(&pairs([("b", "2"), ("a", "1")])));
    assert!(!banned(&pairs([("a", "2"), ("b", "1")])));
    assert!(!banned(&UserIdentifiers::new("a", "1").unwrap()));
}

#[test]
fn a_pardon_lifts_every_ban_of_its_subject_and_inside_of_it_and_no_other() {
    let bans = bans();
    for host in ["1.2.3.4", "1.2.3.5"] {
        ban(&bans, 1, network(host), None);
    }
    ban(&bans, 2, network("1.2.0.0/16"), None);
    let pardon = |subject| bans.apply(&event(What::Pardon { subject }));
    pardon(network("1.2.3.4"));
    assert_eq!(bans.count(), 2);
    pardon(network("1.2.3.0/24"));
    assert_eq!(bans.count(), 1);
    assert!(
        address(&bans, "1.2.3.5", at(0)).is_some(),
        "by the wider ban"
    );
    pardon(network("1.2.0.0/16"));
    assert!(!bans.any());
}

#[test]
fn an_allowance_wins_over_bans_before_and_after_it() {
    let bans = bans();
    ban(&bans, 1, network("1.2.3.4"), None);
    ban(&bans, 2, user(1).into(), None);
    bans.apply(&event(What::Allow {
        subject: network("1.2.3.0/24"),
    }));
    bans.apply(&event(What::Allow {
        subject: user(1).into(),
    }));
    assert!(!bans.any(), "bans of them, and inside of them, are lifted");
    ban(&bans, 3, network("1.2.3.4"), None);
    ban(&bans, 4, user(1).into(), None);
    assert!(!bans.any());
    ban(&bans, 5, network("1.2.0.0/16"), None);
    assert_eq!(
        address(&bans, "1.2.3.4", at(0)),
        None,
        "allowed inside of a banned network"
    );
    assert!(address(&bans, "1.2.4.4", at(0)).is_some());
}

#[test]
fn a_ban_that_reaches_everything_is_found_before_one_that_does_not() {
    let bans = bans();
    let decision = |n, reach, enforced| Decision {
        id: DecisionId::new(0, n, 0),
        playbook: "test".into(),
        severity: Severity::Medium,
        enforced,
        user: None,
        address: None,
        responses: [Response::Ban {
            subject: user(1).into(),
            reach,
            until: at(60),
            redirect: None,
        }]
        .into(),
        evidence: Evidence {
            policy: "".into(),
            counted: 1,
            reaching: 1.try_into().unwrap(),
            within: Duration::from_secs(1),
            since: START,
            events: Box::default(),
            after: None,
            usual: None,
            travel: None,
        },
    };
    let reach = || {
        bans.of_user(&user(1), || at(0))
            .map(|standing| standing.reach)
    };
    bans.apply(&event(What::Decision(Box::new(decision(
        1,
        Reach::Everything,
        false,
    )))));
    assert_eq!(reach(), None, "observed only");
    bans.apply(&event(What::Decision(Box::new(decision(
        2,
        Reach::UnfamiliarLogins,
        true,
    )))));
    assert_eq!(reach(), Some(Reach::UnfamiliarLogins));
    bans.apply(&event(What::Decision(Box::new(decision(
        3,
        Reach::Everything,
        true,
    )))));
    assert_eq!(reach(), Some(Reach::Everything));
}

#[test]
fn past_the_limit_the_bans_that_end_first_go_and_are_counted() {
    let bans = Bans::new(7, 3);
    for (n, seconds) in [(1, Some(30)), (2, Some(10)), (3, None), (4, Some(20))] {
        ban(&bans, n, user(u32::try_from(n).unwrap()).into(), seconds);
    }
    assert_eq!(bans.standing(at(0)).len(), 3);
    assert!(bans.of_user(&user(2), || at(0)).is_none());
    assert_eq!(bans.evicted(), 1);
}

#[test]
fn a_hundred_thousand_bans_are_all_found() {
    let bans = bans();
    for n in 0..100_000_u32 {
        ban(&bans, n.into(), user(n).into(), Some(60));
    }
    assert!((0..100_000).all(|n| bans.of_user(&user(n), || at(0)).is_some()));
    assert!((100_000..200_000).all(|n| bans.of_user(&user(n), || at(0)).is_none()));
    bans.sweep(at(60));
    assert!(!bans.any());
}

proptest! {
    #[test]
    fn agrees_with_a_list_of_all_bans(
        steps in proptest::collection::vec((0..6_u8, 0..16_u32, 0..5_u8, 0..40_u64), 0..60),
    ) {
        let bans = bans();
        let mut model: Vec<(Network, Option<Timestamp>)> = Vec::new();
        let mut now = START;
        for (step, host, width, seconds) in steps {
            let ip = std::net::Ipv4Addr::from_bits(0x0A00_0000 | host);
            let network = Network::new(ip.into(), 28 + width).unwrap();
            match step {
                0 => {
                    now = now.plus(Duration::from_secs(seconds));
                    bans.sweep(now);
                }
                1 => {
                    bans.apply(&event(What::Pardon { subject: network.into() }));
                    model.retain(|(banned, _)| !network.covers(*banned));
                }
                _ => {
                    let until = (seconds > 0).then(|| now.plus(Duration::from_secs(seconds)));
                    let id = DecisionId::new(0, 0, 0);
                    let (reach, redirect) = (Reach::Everything, None);
                    let ban = Ban { id, subject: network.into(), reach, until, redirect, because: "".into() };
                    bans.apply(&event(What::Ban(ban)));
                    model.push((network, until));
                }
            }
            for host in 0..16_u32 {
                let ip = std::net::Ipv4Addr::from_bits(0x0A00_0000 | host);
                let address = Address::from(std::net::IpAddr::V4(ip));
                let found = bans.of_address(address, || now).map(|standing| standing.subject.clone());
                let expected = model
                    .iter()
                    .filter(|(network, until)| network.contains(address) && until.is_none_or(|u| now < u))
                    .map(|(network, _)| *network)
                    .max_by_key(|network| network.prefix());
                prop_assert_eq!(found, expected.map(Subject::Network));
            }
        }
    }
}
