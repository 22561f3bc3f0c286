//! Attackers and their victims are told apart, each with a score and its reasons.

use axum::Router;
use axum::extract::Path;
use axum::routing::post;
use sqreen::Agent;
use sqreen::bans::{Attacker, Effect};
use sqreen::event::{Severity, Subject};
use sqreen::policy::Policy;

use super::{app, elsewhere, fails, session, somebody, subject, succeeds};
use crate::support::*;

/// An address behind which several people work.
const OFFICE: &str = "192.0.2.77";

fn from(attacker: &str) -> Subject {
    address(attacker).into()
}

async fn stuff(app: &Router, from: &str) {
    for n in 0..10 {
        fails(app, from, &somebody(n)).await;
    }
}

fn one(agent: &Agent) -> Attacker {
    let mut attackers = agent.attackers();
    assert_eq!(attackers.len(), 1, "{attackers:?}");
    attackers.remove(0)
}

#[tokio::test]
async fn who_is_guessed_at_from_everywhere_is_at_risk_and_no_attacker() {
    let clock = clock();
    let agent = Agent::builder().clock(clock.clone()).build().unwrap();
    let app = app(&agent);
    succeeds(&app, HOME, ALICE).await;
    for n in 0..20 {
        fails(&app, &elsewhere(n << 8), ALICE).await;
    }
    let [alice] = &agent.at_risk()[..] else {
        panic!("one victim: {:?}", agent.at_risk())
    };
    let decision = &decisions(&agent).await[0];
    assert_eq!((&alice.user, alice.score), (&user(ALICE), 65));
    assert_eq!(alice.severity, Severity::High);
    let [reason] = &alice.causes[..] else {
        panic!("one reason: {:?}", alice.causes)
    };
    assert_eq!(
        (reason.decision, reason.effect),
        (decision.id, Effect::Closed)
    );
    assert_eq!(
        reason.to_string(),
        format!(
            "closed to unfamiliar logins by distributed-credential-cracking at {} (high, decision {})",
            alice.since, decision.id
        )
    );
    assert_eq!(agent.attackers(), []);

    let standing = agent.user(&user(ALICE));
    assert_eq!(standing.at_risk.as_ref(), Some(alice));
    assert_eq!(standing.bans[0].id, decision.id);
    assert!(standing.attacks.is_none() && standing.step_up.is_none());

    clock.advance(super::BAN);
    assert_eq!(agent.at_risk(), [], "as long as the account is closed");
}

#[tokio::test]
async fn an_address_that_attacks_is_listed_with_its_reasons_until_it_is_pardoned() {
    let clock = clock();
    let agent = Agent::builder().clock(clock.clone()).build().unwrap();
    let app = app(&agent);
    stuff(&app, ATTACKER).await;
    let decision = &decisions(&agent).await[0];
    let attacker = one(&agent);
    assert_eq!(attacker.subject, from(ATTACKER));
    assert_eq!((attacker.score, attacker.severity), (30, Severity::Medium));
    assert_eq!(attacker.causes[0].decision, decision.id);
    assert_eq!(attacker.causes[0].playbook, decision.playbook);
    assert_eq!(attacker.causes[0].effect, Effect::Banned);
    assert_eq!(attacker.inferred, None);
    assert_eq!(agent.at_risk(), []);

    // Once it is free it begins again.
    clock.advance(super::BAN);
    stuff(&app, ATTACKER).await;
    let again = one(&agent);
    assert_eq!((again.score, again.causes.len()), (51, 2));
    assert_eq!(
        (again.since, again.last),
        (attacker.since, again.causes[0].since)
    );
    assert!(again.last > again.since);

    agent.pardon(from(ATTACKER));
    assert_eq!(agent.attackers(), []);
    agent.allow(from(ATTACKER));
    stuff(&app, ATTACKER).await;
    assert_eq!(agent.attackers(), []);
}

#[tokio::test]
async fn a_colleague_at_the_address_of_an_attack_is_inferred_and_answers_for_nothing() {
    let agent = agent();
    let app = app(&agent);
    succeeds(&app, OFFICE, BOB).await;
    stuff(&app, OFFICE).await;
    let attacker = one(&agent);
    assert_eq!(attacker.subject, from(OFFICE));
    assert_eq!(attacker.causes[0].effect, Effect::Closed);
    assert_eq!(attacker.inferred, Some(user(BOB)));

    let bob = agent.user(&user(BOB));
    assert_eq!((bob.at_risk, bob.attacks, bob.step_up), (None, None, None));
    assert_eq!(bob.bans, []);
    assert_eq!(succeeds(&app, OFFICE, BOB).await, 200);
}

/// `POST /invite/{email}`: somebody is invited by this user, or by nobody in particular.
fn invitations(agent: &Agent) -> Router {
    let told = Router::new()
        .route(
            "/invite/{email}",
            post(async |Path(email): Path<String>| {
                session(&email).await;
                sqreen::track("user.invited", ()).result().unwrap();
            }),
        )
        .route(
            "/invite",
            post(async || sqreen::track("user.invited", ()).result().unwrap()),
        )
        .route(
            "/reset/{email}",
            post(async |Path(email): Path<String>| {
                let of = sqreen::TrackOptions::new().user(("email", &email));
                sqreen::track("password.reset", of).result().unwrap();
            }),
        );
    told.layer(agent.layer()).merge(app(agent))
}

#[tokio::test]
async fn whoever_does_too_much_themselves_attacks_and_whom_it_is_done_to_does_not() {
    let mut playbooks = Policy::default().playbooks().to_vec();
    playbooks.extend(Policy::template("unusual-invitations"));
    let policy = Policy::new(playbooks).unwrap();
    let agent = Agent::builder().policy(policy).build().unwrap();
    let app = invitations(&agent);
    succeeds(&app, HOME, BOB).await;
    let many = async |path: &str| {
        for _ in 0..20 {
            submit(path).from(HOME).send(&app).await;
        }
        within(agent.flush()).await;
    };
    many(&format!("/reset/{ALICE}")).await;
    many("/invite").await;
    let told: Vec<_> = decisions(&agent)
        .await
        .into_iter()
        .map(|one| one.playbook)
        .collect();
    assert_eq!(
        told,
        ["password-reset-flood".into()],
        "nobody is inferred to have invited"
    );
    assert_eq!(agent.attackers(), []);

    many(&format!("/invite/{ALICE}")).await;
    let attacker = one(&agent);
    assert_eq!(attacker.subject, user(ALICE).into());
    assert_eq!(
        (attacker.score, attacker.causes[0].effect),
        (30, Effect::Told)
    );
    assert_eq!(agent.user(&user(ALICE)).attacks, Some(attacker));
    agent.pardon(user(ALICE));
    assert_eq!(agent.attackers(), []);
}

#[tokio::test]
async fn a_playbook_that_only_observes_accuses_nobody() {
    let mut policy = Policy::default();
    for name in ["credential-stuffing", "rapid-guessing"] {
        policy.get_mut(name).unwrap().mode = sqreen::policy::Mode::Observe;
    }
    let agent = Agent::builder().policy(policy).build().unwrap();
    stuff(&app(&agent), ATTACKER).await;
    let observed = &decisions(&agent).await[0];
    assert_eq!(subject(observed).0, &from(ATTACKER));
    assert_eq!(agent.attackers(), []);
}
