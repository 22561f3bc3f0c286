//! Automatic bans end by themselves or by a pardon, and observing playbooks make none.

use std::time::Duration;

use axum::http::StatusCode;
use sqreen::Agent;
use sqreen::policy::{Mode, Playbook, Policy};

use super::{BAN, app, elsewhere, fails, somebody, succeeds};
use crate::support::*;

#[tokio::test]
async fn an_automatic_ban_ends_by_itself_and_is_not_drawn_out_by_further_attempts() {
    let clock = clock();
    let agent = Agent::builder().clock(clock.clone()).build().unwrap();
    let app = app(&agent);
    for _ in 0..10 {
        fails(&app, ATTACKER, ALICE).await;
    }
    clock.advance(BAN - Duration::from_millis(1));
    assert_eq!(fails(&app, ATTACKER, ALICE).await, StatusCode::FORBIDDEN);
    assert_eq!(agent.bans().len(), 1);
    clock.advance(Duration::from_millis(1));
    assert_eq!(agent.bans().len(), 0);
    for _ in 0..9 {
        assert_eq!(fails(&app, ATTACKER, ALICE).await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(
        visit("/").from(ATTACKER).send(&app).await.status,
        StatusCode::OK
    );
    fails(&app, ATTACKER, ALICE).await;
    assert!(
        visit("/").from(ATTACKER).send(&app).await.is_refusal(),
        "it counts from the beginning"
    );
}

#[tokio::test]
async fn a_playbook_cannot_ban_for_ever() {
    let mut policy = Policy::default();
    policy.get_mut("credential-cracking").unwrap().lasting = Duration::from_secs(24 * 60 * 60 + 1);
    assert!(
        Policy::new(policy.playbooks().to_vec())
            .unwrap_err()
            .to_string()
            .contains("automatic bans end")
    );
}

#[tokio::test]
async fn observing_playbooks_record_their_decisions_and_refuse_nobody() {
    let built_in = Policy::default();
    let observed = built_in
        .playbooks()
        .iter()
        .cloned()
        .map(|playbook| Playbook {
            mode: Mode::Observe,
            ..playbook
        });
    let policy = Policy::new(observed).unwrap();
    let agent = Agent::builder().policy(policy).build().unwrap();
    let app = app(&agent);
    for n in 0..10 {
        assert_eq!(fails(&app, ATTACKER, ALICE).await, StatusCode::UNAUTHORIZED);
        assert_eq!(
            fails(&app, ATTACKER, &somebody(n)).await,
            StatusCode::UNAUTHORIZED
        );
        assert_eq!(
            fails(&app, &elsewhere(n), ALICE).await,
            StatusCode::UNAUTHORIZED
        );
    }
    assert_eq!(succeeds(&app, ATTACKER, ALICE).await, StatusCode::OK);
    let decisions = decisions(&agent).await;
    let mut names: Vec<&str> = decisions
        .iter()
        .map(|decision| &*decision.playbook)
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "credential-cracking",
            "credential-stuffing",
            "distributed-credential-cracking",
            "rapid-guessing",
            "rapid-guessing",
            "takeover-after-cracking",
            "takeover-after-stuffing",
        ]
    );
    assert!(decisions.iter().all(|decision| !decision.enforced));
    assert!(
        decisions
            .iter()
            .all(|decision| agent.find(decision.id).is_some())
    );
    assert_eq!((agent.bans().len(), refusals(&agent).await.len()), (0, 0));
}

#[tokio::test]
async fn a_pardon_frees_at_once_and_wipes_what_was_counted() {
    let agent = agent();
    let app = app(&agent);
    for pardoned in 0..3 {
        for _ in 0..10 {
            assert_eq!(
                fails(&app, ATTACKER, ALICE).await,
                StatusCode::UNAUTHORIZED,
                "pardoned {pardoned} times"
            );
        }
        assert_eq!(fails(&app, ATTACKER, ALICE).await, StatusCode::FORBIDDEN);
        agent.pardon(address(ATTACKER));
        assert_eq!(
            visit("/").from(ATTACKER).send(&app).await.status,
            StatusCode::OK
        );
        // The user's own counts are another matter, and another pardon.
        agent.pardon(user(ALICE));
    }
    for _ in 0..9 {
        fails(&app, ATTACKER, ALICE).await;
    }
    agent.pardon(address(ATTACKER));
    agent.pardon(user(ALICE));
    for _ in 0..9 {
        assert_eq!(fails(&app, ATTACKER, ALICE).await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(
        agent.bans().len(),
        0,
        "nine before the pardon do not count with nine after it"
    );
}

#[tokio::test]
async fn an_allowed_address_is_freed_and_no_longer_decided_about() {
    let agent = agent();
    let app = app(&agent);
    for n in 0..10 {
        fails(&app, ATTACKER, &somebody(n)).await;
    }
    assert!(visit("/").from(ATTACKER).send(&app).await.is_refusal());
    agent.allow(address(ATTACKER));
    for n in 0..30 {
        assert_eq!(
            fails(&app, ATTACKER, &somebody(n)).await,
            StatusCode::UNAUTHORIZED
        );
    }
    assert_eq!((decisions(&agent).await.len(), agent.bans().len()), (1, 0));
}
