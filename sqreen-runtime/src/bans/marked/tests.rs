use std::time::Duration;

use super::*;
use crate::bans::score::HALF_LIFE;
use crate::event::{DecisionId, Event, Evidence, Network, Origin, Severity, What};

const MINUTE: u64 = 60_000;

fn user(n: u32) -> UserIdentifiers {
    UserIdentifiers::new("id", &n).unwrap()
}

fn network(text: &str) -> Subject {
    Subject::Network(text.parse::<Network>().unwrap())
}

fn pair(n: u32, text: &str) -> Subject {
    Subject::UserAt {
        user: user(n),
        network: text.parse().unwrap(),
    }
}

fn at(minute: u64) -> Timestamp {
    Timestamp::from_millis(minute * MINUTE)
}

fn decision(n: u64, severity: Severity, responses: Vec<Response>) -> Decision {
    Decision {
        id: DecisionId::new(0, n, 0),
        playbook: format!("playbook-{n}").into(),
        severity,
        enforced: true,
        responses: responses.into(),
        user: Some(user(1)),
        suspects_user: false,
        address: "203.0.113.9".parse().ok(),
        evidence: Evidence {
            policy: "".into(),
            counted: 1,
            reaching: 1.try_into().unwrap(),
            within: Duration::from_secs(1),
            since: at(0),
            events: Box::default(),
            after: None,
            usual: None,
            travel: None,
            risk: None,
        },
    }
}

/// For a quarter of an hour.
fn ban(subject: Subject, reach: Reach, begin: u64) -> Response {
    Response::Ban {
        subject,
        reach,
        until: at(begin + 15),
        redirect: None,
    }
}

fn everything(subject: Subject) -> Response {
    ban(subject, Reach::Everything, 0)
}

fn apply(bans: &Bans, minute: u64, what: What) {
    bans.apply(&Event {
        at: at(minute),
        origin: Origin::default(),
        what,
    });
}

fn decide(bans: &Bans, minute: u64, decision: Decision) {
    apply(bans, minute, What::Decision(Box::new(decision)));
}

fn bans() -> Bans {
    Bans::new(7, 100)
}

fn attackers(bans: &Bans, now: Timestamp) -> Vec<(Subject, u8)> {
    let all = bans.attackers(now).into_iter();
    all.map(|attacker| (attacker.subject, attacker.score))
        .collect()
}

fn victims(bans: &Bans, now: Timestamp) -> Vec<(UserIdentifiers, u8)> {
    let all = bans.at_risk(now).into_iter();
    all.map(|victim| (victim.user, victim.score)).collect()
}

#[test]
fn whom_a_ban_turns_away_attacks_and_whom_it_protects_is_at_risk() {
    let (alice, there) = (|| Subject::from(user(1)), || network("203.0.113.9"));
    let risk = |user| Response::AtRisk {
        user,
        until: at(15),
    };
    let step_up = |user| Response::StepUp {
        user,
        until: at(15),
    };
    let attacks = |subject| (vec![subject], vec![]);
    let suffers = (vec![], vec![user(1)]);
    for (response, effect, expected) in [
        (everything(there()), Effect::Banned, attacks(there())),
        (
            ban(there(), Reach::UnfamiliarLogins, 0),
            Effect::Closed,
            attacks(there()),
        ),
        (
            ban(there(), Reach::SignUps, 0),
            Effect::SignUpsClosed,
            attacks(there()),
        ),
        (everything(alice()), Effect::Banned, attacks(alice())),
        (
            ban(alice(), Reach::UnfamiliarLogins, 0),
            Effect::Closed,
            suffers.clone(),
        ),
        (
            everything(pair(1, "203.0.113.9")),
            Effect::ClosedThere,
            suffers.clone(),
        ),
        (risk(user(1)), Effect::AtRisk, suffers.clone()),
        (step_up(user(1)), Effect::StepUp, suffers),
    ] {
        let bans = bans();
        let decision = decision(1, Severity::Medium, vec![response.clone()]);
        let mut observed = decision.clone();
        observed.enforced = false;
        decide(&bans, 0, observed);
        assert_eq!(
            (bans.attackers(at(0)), bans.at_risk(at(0))),
            (vec![], vec![])
        );

        decide(&bans, 0, decision);
        let (attackers, victims) = (bans.attackers(at(1)), bans.at_risk(at(1)));
        let effects = attackers.iter().flat_map(|one| &one.causes);
        let effects = effects.chain(victims.iter().flat_map(|one| &one.causes));
        let effects: Vec<_> = effects.map(|cause| cause.effect).collect();
        assert_eq!(effects, [effect], "{response:?}");
        let attackers: Vec<_> = attackers.into_iter().map(|one| one.subject).collect();
        let victims: Vec<_> = victims.into_iter().map(|one| one.user).collect();
        assert_eq!((attackers, victims), expected, "{response:?}");
    }
}

#[test]
fn a_banned_user_whose_account_is_in_other_hands_is_a_victim_still() {
    let bans = bans();
    let risk = Response::AtRisk {
        user: user(1),
        until: at(15),
    };
    let banned = [user(1), user(2)].map(|user| everything(user.into()));
    let responses = vec![banned[0].clone(), risk, banned[1].clone()];
    decide(&bans, 0, decision(1, Severity::Critical, responses));
    assert_eq!(victims(&bans, at(0)), [(user(1), 95)]);
    assert_eq!(attackers(&bans, at(0)), [(user(2).into(), 95)]);
}

#[test]
fn whom_people_are_told_of_attacks_only_where_they_did_it_themselves() {
    let bans = bans();
    let told = decision(1, Severity::High, vec![]);
    decide(&bans, 0, told.clone());
    assert_eq!(attackers(&bans, at(0)), []);
    let suspects_user = true;
    decide(
        &bans,
        0,
        Decision {
            suspects_user,
            ..told.clone()
        },
    );
    let [attacker] = &bans.attackers(at(0))[..] else {
        panic!("one user")
    };
    assert_eq!((&attacker.subject, attacker.score), (&user(1).into(), 65));
    assert_eq!(attacker.causes[0].effect, Effect::Told);
    assert_eq!(attacker.causes[0].decision, told.id);
}

#[test]
fn an_attacker_is_one_however_many_decisions_there_are_and_outlives_the_bans() {
    let bans = bans();
    let there = network("203.0.113.9");
    let closed = ban(there.clone(), Reach::SignUps, 0);
    decide(
        &bans,
        0,
        decision(1, Severity::Medium, vec![everything(there.clone()), closed]),
    );
    decide(
        &bans,
        10,
        decision(2, Severity::High, vec![everything(there.clone())]),
    );
    decide(
        &bans,
        5,
        decision(3, Severity::Low, vec![everything(network("192.0.2.1"))]),
    );
    let all = bans.attackers(at(10));
    assert_eq!(
        attackers(&bans, at(10)),
        [(there, 75), (network("192.0.2.1"), 10)]
    );
    let worst = &all[0];
    assert_eq!(
        (worst.since, worst.last, worst.severity),
        (at(0), at(10), Severity::High)
    );
    let causes: Vec<_> = worst
        .causes
        .iter()
        .map(|cause| (cause.decision, cause.effect))
        .collect();
    let ids = [2, 1].map(|n| (DecisionId::new(0, n, 0), Effect::Banned));
    assert_eq!(causes, ids, "once each, the worst first");

    bans.sweep(at(60));
    assert!(!bans.any());
    let days = |n: u32| at(0).plus(HALF_LIFE * 2 * n);
    let listed = |n| attackers(&bans, days(n)).len();
    assert_eq!([1, 2, 3, 4].map(listed), [2, 2, 1, 0]);
    bans.sweep(days(5));
    assert!(!bans.marked.attackers.any());
}

#[test]
fn a_pardon_and_an_allowance_lift_whom_they_cover_and_nobody_else() {
    let wide = || network("203.0.113.0/24");
    for lift in [
        |subject| What::Pardon { subject },
        |subject| What::Allow { subject },
    ] {
        let bans = bans();
        for (n, subject) in [network("203.0.113.9"), wide(), user(2).into()]
            .into_iter()
            .enumerate()
        {
            decide(
                &bans,
                0,
                decision(n as u64, Severity::Medium, vec![everything(subject)]),
            );
        }
        apply(&bans, 1, lift(network("203.0.113.9")));
        assert_eq!(
            attackers(&bans, at(1)),
            [(user(2).into(), 30), (wide(), 30)]
        );
        apply(&bans, 1, lift(network("203.0.0.0/16")));
        assert_eq!(attackers(&bans, at(1)), [(user(2).into(), 30)]);
        apply(&bans, 1, lift(user(2).into()));
        assert_eq!(attackers(&bans, at(1)), []);
    }
    let bans = bans();
    apply(&bans, 0, What::Allow { subject: wide() });
    decide(
        &bans,
        1,
        decision(1, Severity::High, vec![everything(network("203.0.113.9"))]),
    );
    assert_eq!(attackers(&bans, at(1)), []);
}

#[test]
fn one_decision_that_does_several_things_to_a_victim_is_one_reason() {
    let bans = bans();
    let (until, alice) = (at(60), user(1));
    let taken_over = vec![
        Response::StepUp {
            user: alice.clone(),
            until: at(30),
        },
        Response::AtRisk {
            user: alice.clone(),
            until,
        },
    ];
    decide(&bans, 0, decision(1, Severity::High, taken_over));
    let guessed_at = ban(user(1).into(), Reach::UnfamiliarLogins, 0);
    decide(&bans, 0, decision(2, Severity::Medium, vec![guessed_at]));
    let [victim] = &bans.at_risk(at(0))[..] else {
        panic!("one user")
    };
    assert_eq!((victim.score, victim.severity), (75, Severity::High));
    assert_eq!((victim.since, victim.until), (at(0), until));
    let effects: Vec<_> = victim.causes.iter().map(|cause| cause.effect).collect();
    assert_eq!(effects, [Effect::AtRisk, Effect::Closed]);

    // Whoever guesses goes on, whatever the user has proved.
    apply(&bans, 1, What::SteppedUp { user: alice });
    assert_eq!(victims(&bans, at(1)), [(user(1), 30)]);
    assert_eq!(
        victims(&bans, at(15)),
        [],
        "as long as the account is closed"
    );
}

#[test]
fn a_victim_is_at_risk_no_longer_than_what_protects_them_stands() {
    let pardon = |bans: &Bans, subject| apply(bans, 1, What::Pardon { subject });
    let bans = bans();
    let closed = ban(user(1).into(), Reach::UnfamiliarLogins, 0);
    decide(&bans, 0, decision(1, Severity::High, vec![closed]));
    for (n, there) in [(2, "203.0.113.9"), (3, "192.0.2.1")] {
        let there = everything(pair(1, there));
        decide(&bans, 0, decision(n, Severity::Medium, vec![there]));
    }
    assert_eq!(victims(&bans, at(1)), [(user(1), 83)]);
    assert_eq!(bans.user(&user(1), at(1)).at_risk.unwrap().causes.len(), 3);
    pardon(&bans, pair(1, "203.0.113.0/24"));
    assert_eq!(victims(&bans, at(1)), [(user(1), 75)]);
    pardon(&bans, network("192.0.2.0/24"));
    assert_eq!(victims(&bans, at(1)), [(user(1), 65)]);
    pardon(&bans, user(1).into());
    assert_eq!(victims(&bans, at(1)), []);
}

#[test]
fn the_worst_victims_come_first_and_a_pardon_lifts_them() {
    let bans = bans();
    for (n, severity) in [
        (1, Severity::Low),
        (2, Severity::Critical),
        (3, Severity::Medium),
    ] {
        let risk = Response::AtRisk {
            user: user(n),
            until: at(10_000),
        };
        decide(&bans, 0, decision(n.into(), severity, vec![risk]));
    }
    let scores = victims(&bans, at(0));
    assert_eq!(scores, [(user(2), 95), (user(3), 30), (user(1), 10)]);
    let later = victims(&bans, at(0).plus(HALF_LIFE * 9));
    assert_eq!(
        later,
        [(user(2), 1), (user(3), 1), (user(1), 1)],
        "until it ends"
    );
    apply(
        &bans,
        0,
        What::Pardon {
            subject: user(2).into(),
        },
    );
    assert_eq!(victims(&bans, at(0)).len(), 2);
    apply(
        &bans,
        0,
        What::Allow {
            subject: user(3).into(),
        },
    );
    assert_eq!(
        victims(&bans, at(0)).len(),
        2,
        "their account may be in other hands all the same"
    );
}

#[test]
fn however_many_attack_only_so_many_are_kept_and_the_rest_is_counted() {
    let bans = Bans::new(7, 3);
    for n in 0..10_u8 {
        let subject = network(&format!("192.0.2.{n}"));
        let severity = [Severity::Critical, Severity::Low][usize::from(n > 0)];
        let banned = ban(subject, Reach::Everything, n.into());
        decide(&bans, n.into(), decision(n.into(), severity, vec![banned]));
    }
    let kept = attackers(&bans, at(10));
    let expected = [0, 9, 8].map(|n| network(&format!("192.0.2.{n}")));
    let subjects: Vec<_> = kept.into_iter().map(|(subject, _)| subject).collect();
    assert_eq!(subjects, expected, "the worst stays");
    assert_eq!(bans.evicted(), 14, "seven bans, and seven attackers");
}

#[test]
fn all_that_stands_about_one_user_is_found_by_their_name() {
    let bans = bans();
    let alice = user(1);
    let risk = Response::AtRisk {
        user: alice.clone(),
        until: at(60),
    };
    let step_up = Response::StepUp {
        user: alice.clone(),
        until: at(30),
    };
    let there = everything(pair(1, "203.0.113.9"));
    decide(
        &bans,
        0,
        decision(1, Severity::High, vec![risk, step_up, there]),
    );
    decide(
        &bans,
        0,
        decision(2, Severity::Low, vec![everything(alice.clone().into())]),
    );
    decide(
        &bans,
        0,
        decision(3, Severity::Low, vec![everything(user(2).into())]),
    );

    let standing = bans.user(&alice, at(1));
    assert_eq!(standing.user, alice);
    assert_eq!(standing.at_risk, bans.at_risk(at(1)).into_iter().next());
    assert_eq!(
        standing.step_up.unwrap().cause.decision,
        DecisionId::new(0, 1, 0)
    );
    assert_eq!(
        standing.attacks.unwrap().causes[0].decision,
        DecisionId::new(0, 2, 0)
    );
    let mut subjects: Vec<_> = standing
        .bans
        .iter()
        .map(|ban| ban.subject.clone())
        .collect();
    subjects.sort_unstable();
    assert_eq!(subjects, [alice.into(), pair(1, "203.0.113.9")]);

    let nobody = bans.user(&user(9), at(1));
    assert!(nobody.at_risk.is_none() && nobody.attacks.is_none() && nobody.step_up.is_none());
    assert_eq!(nobody.bans, []);
}
