mod attempts;
mod model;

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::event::{Ban, Decision, DecisionId, Evidence, Origin, Severity};

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

fn decision(n: u64, severity: Severity, responses: Vec<Response>) -> Decision {
    Decision {
        id: DecisionId::new(0, n, 0),
        playbook: "test".into(),
        severity,
        enforced: true,
        user: None,
        suspects_user: false,
        address: None,
        responses: responses.into(),
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
            risk: None,
        },
    }
}

/// A playbook's ban for a minute.
fn decide(bans: &Bans, n: u64, subject: Subject, reach: Reach) -> DecisionId {
    let decision = decision(
        n,
        Severity::Medium,
        vec![Response::Ban {
            subject,
            reach,
            until: at(60),
            redirect: None,
        }],
    );
    let id = decision.id;
    bans.apply(&event(What::Decision(Box::new(decision))));
    id
}

fn pair(id: u32, text: &str) -> Subject {
    Subject::UserAt {
        user: user(id),
        network: text.parse().unwrap(),
    }
}

/// Which ban keeps a user from logging in, or signing up, where the user is familiar or not.
fn attempt(
    bans: &Bans,
    kind: AttemptKind,
    id: u32,
    from: &str,
    familiar: bool,
) -> Option<DecisionId> {
    let user = user(id);
    let attempting = Attempting {
        kind,
        named: Named::User(&user),
        address: from.parse().ok(),
    };
    bans.of_attempt(&attempting, || at(0), |_| familiar)
        .map(|ban| ban.id)
}

fn login(bans: &Bans, id: u32, from: &str) -> Option<DecisionId> {
    attempt(bans, AttemptKind::Login, id, from, false)
}

fn sign_up(bans: &Bans, id: u32, from: &str) -> Option<DecisionId> {
    attempt(bans, AttemptKind::SignUp, id, from, false)
}

fn nobody(bans: &Bans, kind: AttemptKind, named: Named<'_>, from: &str) -> Option<DecisionId> {
    let attempting = Attempting {
        kind,
        named,
        address: from.parse().ok(),
    };
    let ban = bans.of_attempt(&attempting, || at(0), |_| panic!("nobody is familiar"));
    ban.map(|ban| ban.id)
}

const LOGIN: AttemptKind = AttemptKind::Login;
const SIGN_UP: AttemptKind = AttemptKind::SignUp;

#[test]
fn a_decision_that_is_only_observed_does_nothing() {
    let bans = bans();
    let mut observed = decision(
        1,
        Severity::Critical,
        vec![
            Response::Ban {
                subject: user(1).into(),
                reach: Reach::Everything,
                until: at(60),
                redirect: "/banned".parse().ok(),
            },
            Response::StepUp {
                user: user(1),
                until: at(60),
            },
            Response::AtRisk {
                user: user(1),
                until: at(60),
            },
        ],
    );
    let done = |bans: &Bans| {
        (
            bans.any(),
            bans.is_page("/banned"),
            bans.step_ups().any(),
            bans.risks().any(),
        )
    };
    observed.enforced = false;
    bans.apply(&event(What::Decision(Box::new(observed.clone()))));
    assert_eq!(done(&bans), (false, false, false, false));
    observed.enforced = true;
    bans.apply(&event(What::Decision(Box::new(observed))));
    assert_eq!(done(&bans), (true, true, true, true));
}

#[test]
fn a_ban_from_less_than_everything_refuses_no_request_as_such() {
    let bans = bans();
    for reach in [Reach::UnfamiliarLogins, Reach::SignUps] {
        decide(&bans, 1, user(1).into(), reach);
        decide(&bans, 1, network("1.2.3.4"), reach);
    }
    decide(&bans, 1, pair(1, "1.2.3.4"), Reach::Everything);
    assert_eq!(address(&bans, "1.2.3.4", at(0)), None);
    assert_eq!(bans.of_user(&user(1), || at(0)), None);
    let everything = decide(&bans, 2, user(1).into(), Reach::Everything);
    assert_eq!(bans.of_user(&user(1), || at(0)).unwrap().id, everything);
    let wide = decide(&bans, 3, network("1.2.3.0/24"), Reach::Everything);
    assert_eq!(address(&bans, "1.2.3.4", at(0)), Some(wide));
}

#[test]
fn a_page_is_one_as_long_as_some_ban_sends_people_to_it() {
    let bans = bans();
    let ban = |n, subject: Subject, until: Option<u64>, redirect: &str| {
        bans.apply(&event(What::Ban(Ban {
            id: DecisionId::new(0, n, 0),
            subject,
            reach: Reach::Everything,
            until: until.map(at),
            redirect: redirect.parse().ok(),
            because: "".into(),
        })));
    };
    assert!(!bans.any_page() && !bans.is_page("/a"));
    ban(1, network("1.2.3.4"), Some(10), "https://example.com/a");
    assert!(!bans.any_page(), "not of this site");
    ban(2, network("1.2.3.5"), Some(10), "/a?b=c");
    ban(3, user(1).into(), Some(20), "/a");
    assert!(bans.is_page("/a") && !bans.is_page("/a?b=c") && !bans.is_page("/a/"));
    bans.sweep(at(10));
    assert!(bans.is_page("/a"), "the other ban stands");
    // A longer ban takes its place, and leads elsewhere.
    ban(4, user(1).into(), Some(30), "/b");
    assert!(bans.is_page("/b") && !bans.is_page("/a"));
    bans.apply(&event(What::Pardon {
        subject: user(1).into(),
    }));
    assert!(!bans.any_page());
}

#[test]
fn a_step_up_and_a_risk_end_by_a_pardon_by_a_step_up_and_by_themselves() {
    let marked = |bans: &Bans| {
        (
            bans.step_ups().severity_of(&user(1), || at(0)),
            bans.risks().severity_of(&user(1), || at(0)),
        )
    };
    let (asked, none) = ((Some(Severity::High), Some(Severity::High)), (None, None));
    let decided = || {
        let bans = bans();
        let (user, until) = (user(1), at(60));
        let responses = vec![
            Response::StepUp {
                user: user.clone(),
                until,
            },
            Response::AtRisk { user, until },
        ];
        let decision = decision(1, Severity::High, responses);
        bans.apply(&event(What::Decision(Box::new(decision))));
        bans
    };
    for (what, after) in [
        (
            What::Pardon {
                subject: user(1).into(),
            },
            none,
        ),
        (What::SteppedUp { user: user(1) }, none),
        (What::SteppedUp { user: user(2) }, asked),
        (
            What::Pardon {
                subject: pair(1, "1.2.3.4"),
            },
            asked,
        ),
        (
            What::Allow {
                subject: user(1).into(),
            },
            (None, Some(Severity::High)),
        ),
    ] {
        let bans = decided();
        assert_eq!(marked(&bans), asked);
        bans.apply(&event(what.clone()));
        assert_eq!(marked(&bans), after, "{what:?}");
    }
    let bans = decided();
    bans.sweep(at(60));
    assert!(!bans.step_ups().any() && !bans.risks().any());
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

#[test]
fn a_ban_that_is_made_again_or_lifted_again_takes_no_more_memory() {
    let bans = bans();
    for n in 0..1_000 {
        ban(&bans, n, network("203.0.113.9"), Some(1_000 + n));
    }
    assert_eq!((bans.count(), bans.read().ends.len()), (1, 1));
    for n in 0..1_000 {
        ban(&bans, n, network("198.51.100.7"), Some(1_000 + n));
        let subject = network("198.51.100.7");
        bans.apply(&event(What::Pardon { subject }));
    }
    assert_eq!((bans.count(), bans.read().ends.len()), (1, 1));
    bans.sweep(Timestamp::from_millis(u64::MAX));
    assert_eq!((bans.count(), bans.read().ends.len()), (0, 0));
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
