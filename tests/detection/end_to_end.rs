//! Each detection stops its attack at its exact figure, with evidence.

use std::time::Duration;

use axum::http::StatusCode;
use sqreen::Agent;
use sqreen::event::{Clock, Outcome, Reach, Response as Decided, What};
use sqreen::policy::{By, Conditions, Over, Playbook, Policy, Then, When};

use super::{BAN, MINUTE, app, elsewhere, fails, only, somebody, subject, succeeds};
use crate::support::*;

#[tokio::test]
async fn guessing_one_users_password_is_stopped_after_the_tenth_guess_and_exactly_there() {
    let agent = agent();
    let server = Server::start(app(&agent)).await;
    for guess in 1..=10 {
        let (status, _) = server
            .request(9, "POST /login/alice@example.com/wrong")
            .await;
        assert_eq!(
            status, 401,
            "guess {guess}: the deciding one is answered like those before it"
        );
        assert_eq!(agent.bans().len(), usize::from(guess == 10));
    }
    assert_eq!(
        server.request(9, "GET /").await.0,
        403,
        "the very next request"
    );
    assert_eq!(
        server
            .request(9, "POST /login/alice@example.com/right")
            .await
            .0,
        403
    );
    assert_eq!(server.request(8, "GET /").await.0, 200, "next door");
    let decisions = decisions(&agent).await;
    assert_eq!(decisions.len(), 1);
    assert_eq!(&*decisions[0].playbook, "credential-cracking");
    assert_eq!(
        subject(&decisions[0]),
        (&address("127.0.0.9").into(), Reach::Everything)
    );
    server.stop().await;
}

#[tokio::test]
async fn trying_stolen_passwords_on_many_users_is_stopped_after_the_tenth_user_and_exactly_there() {
    let agent = Agent::builder()
        .policy(only("credential-stuffing"))
        .build()
        .unwrap();
    let server = Server::start(app(&agent)).await;
    for n in 0..10 {
        // The same user again is no further user.
        for _ in 0..2 {
            if n < 9 {
                assert_eq!(
                    server
                        .request(9, &format!("POST /login/{}/wrong", somebody(n)))
                        .await
                        .0,
                    401
                );
            }
        }
    }
    assert_eq!(agent.bans().len(), 0);
    assert_eq!(
        server
            .request(9, &format!("POST /login/{}/wrong", somebody(9)))
            .await
            .0,
        401
    );
    assert_eq!(server.request(9, "GET /").await.0, 403);
    let decisions = decisions(&agent).await;
    assert_eq!(decisions.len(), 1);
    assert_eq!(&*decisions[0].playbook, "credential-stuffing");
    assert_eq!(decisions[0].evidence.counted, 10);
    server.stop().await;
}

#[tokio::test]
async fn guessing_from_many_addresses_closes_the_account_to_strange_addresses_only() {
    let agent = agent();
    let app = app(&agent);
    for n in 0..20 {
        assert_eq!(
            fails(&app, &elsewhere(n), ALICE).await,
            StatusCode::UNAUTHORIZED
        );
    }
    let decisions = decisions(&agent).await;
    assert_eq!(decisions.len(), 1);
    assert_eq!(&*decisions[0].playbook, "distributed-credential-cracking");
    assert_eq!(
        subject(&decisions[0]),
        (&user(ALICE).into(), Reach::UnfamiliarLogins)
    );
    assert_eq!(
        fails(&app, &elsewhere(20), ALICE).await,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        succeeds(&app, &elsewhere(20), ALICE).await,
        StatusCode::FORBIDDEN,
        "not even with the password"
    );
    assert_eq!(
        fails(&app, &elsewhere(20), BOB).await,
        StatusCode::UNAUTHORIZED,
        "other users"
    );
    assert_eq!(
        visit("/account/alice@example.com")
            .from(&elsewhere(21))
            .send(&app)
            .await
            .body,
        "an account"
    );
    assert_eq!(
        visit("/").from(&elsewhere(3)).send(&app).await.body,
        "hello",
        "no address is banned"
    );
}

#[tokio::test]
async fn the_evidence_of_a_decision_says_which_events_and_which_figures() {
    let clock = clock();
    let agent = Agent::builder().clock(clock.clone()).build().unwrap();
    let app = app(&agent);
    succeeds(&app, HOME, BOB).await;
    let begin = clock.now();
    for _ in 0..10 {
        fails(&app, ATTACKER, ALICE).await;
        visit("/account/bob@example.com")
            .from(HOME)
            .send(&app)
            .await;
        clock.advance(Duration::from_secs(5));
    }
    let refusal = visit("/").from(ATTACKER).send(&app).await;
    agent.flush().await;
    let found = agent
        .find(refusal.decision())
        .expect("a refused client is told where to look");
    let What::Decision(decision) = &found.event.what else {
        panic!("{found:?}")
    };
    assert_eq!(decision.id, refusal.decision());
    assert!(decision.enforced);
    let evidence = &decision.evidence;
    assert_eq!(
        (evidence.counted, evidence.reaching.get(), evidence.within),
        (10, 10, 10 * MINUTE)
    );
    assert_eq!(evidence.since, begin);
    assert_eq!(evidence.policy, Policy::default().version());
    let [Decided::Ban { until, .. }] = &*decision.responses else {
        panic!("{decision:?}")
    };
    assert_eq!(*until, found.event.at.plus(BAN));

    let stream = agent.events();
    let counted: Vec<_> = stream
        .iter()
        .filter(|entry| evidence.events.contains(&entry.place))
        .collect();
    assert_eq!(counted.len(), 10);
    for entry in counted {
        let What::Login(attempt) = &entry.event.what else {
            panic!("{entry:?}")
        };
        assert_eq!(
            (attempt.outcome, &attempt.user),
            (Outcome::Failure, &Some(user(ALICE)))
        );
        assert_eq!(entry.event.origin.address, Some(address(ATTACKER).into()));
    }
    let ban = &agent.bans()[0];
    assert_eq!(
        (ban.id, &*ban.because, ban.until),
        (decision.id, "credential-cracking", Some(*until))
    );
}

#[tokio::test]
async fn a_success_in_between_shows_that_somebody_who_knows_the_password_mistyped_it() {
    let agent = agent();
    let app = app(&agent);
    for _ in 0..5 {
        for _ in 0..9 {
            assert_eq!(fails(&app, HOME, ALICE).await, StatusCode::UNAUTHORIZED);
        }
        assert_eq!(succeeds(&app, HOME, ALICE).await, StatusCode::OK);
    }
    assert_eq!(decisions(&agent).await.len(), 0);
}

#[tokio::test]
async fn failures_count_for_as_long_as_the_window_is_and_no_longer() {
    let clock = clock();
    let agent = Agent::builder()
        .clock(clock.clone())
        .policy(only("credential-cracking"))
        .build()
        .unwrap();
    let app = app(&agent);
    fails(&app, ATTACKER, ALICE).await;
    clock.advance(10 * MINUTE);
    for _ in 0..9 {
        fails(&app, ATTACKER, ALICE).await;
    }
    assert_eq!(agent.bans().len(), 0, "the first is ten minutes old");
    clock.advance(10 * MINUTE - Duration::from_millis(1));
    fails(&app, ATTACKER, ALICE).await;
    assert_eq!(agent.bans().len(), 1);
}

#[tokio::test]
async fn a_playbook_of_ones_own_decides_as_it_says() {
    let playbook = Playbook {
        only_if: Conditions {
            outcome: vec![Outcome::Failure],
            ..Conditions::default()
        },
        by: By::UserAndAddress,
        reaching: 3.try_into().unwrap(),
        over: Over::Within(MINUTE),
        then: vec![Then::BanAddress],
        lasting: MINUTE,
        at_most: MINUTE,
        ..Playbook::new("three-strikes", When::Login)
    };
    let clock = clock();
    let policy = Policy::new([playbook]).unwrap();
    let agent = Agent::builder()
        .clock(clock.clone())
        .policy(policy)
        .build()
        .unwrap();
    let app = app(&agent);
    for _ in 0..3 {
        fails(&app, ATTACKER, ALICE).await;
    }
    assert!(visit("/").from(ATTACKER).send(&app).await.is_refusal());
    assert_eq!(
        visit("/account/alice@example.com").send(&app).await.status,
        StatusCode::OK
    );
    clock.advance(MINUTE);
    assert_eq!(
        visit("/").from(ATTACKER).send(&app).await.status,
        StatusCode::OK
    );
}
