//! Victims, and people who mistype, are not taken for attackers.

use std::time::Duration;

use axum::http::StatusCode;
use sqreen::Agent;

use super::{BAN, MINUTE, app, elsewhere, fails, somebody, succeeds};
use crate::support::*;

#[tokio::test]
async fn a_victim_logs_in_from_an_address_used_before_while_others_fail_a_thousand_times() {
    let agent = agent();
    let app = app(&agent);
    assert_eq!(succeeds(&app, HOME, ALICE).await, StatusCode::OK);
    for n in 0..1_000 {
        fails(&app, &elsewhere(n), ALICE).await;
        if n % 50 == 0 {
            assert_eq!(
                succeeds(&app, HOME, ALICE).await,
                StatusCode::OK,
                "after {n} failures of others"
            );
            assert_eq!(
                visit("/account/alice@example.com")
                    .from(HOME)
                    .send(&app)
                    .await
                    .status,
                StatusCode::OK
            );
        }
    }
    assert!(!agent.bans().is_empty());
    assert_eq!(succeeds(&app, ATTACKER, ALICE).await, StatusCode::FORBIDDEN);
    assert_eq!(
        fails(&app, HOME, ALICE).await,
        StatusCode::UNAUTHORIZED,
        "typing errors at home are her own"
    );
}

#[tokio::test]
async fn an_attacker_who_has_the_password_does_not_become_familiar_by_being_refused() {
    let clock = clock();
    let agent = Agent::builder().clock(clock.clone()).build().unwrap();
    let app = app(&agent);
    for round in 0..3 {
        for n in 0..20 {
            fails(&app, &elsewhere(100 * round + n), ALICE).await;
        }
        assert_eq!(
            succeeds(&app, ATTACKER, ALICE).await,
            StatusCode::FORBIDDEN,
            "round {round}"
        );
        clock.advance(BAN);
    }
}

#[tokio::test]
async fn a_sign_up_with_somebody_elses_name_does_not_make_an_address_theirs() {
    let agent = agent();
    let app = app(&agent);
    assert_eq!(succeeds(&app, HOME, ALICE).await, StatusCode::OK);
    // Applications that do not tell whether an account exists answer this with a success.
    assert_eq!(
        submit("/sign-up/alice@example.com")
            .from(ATTACKER)
            .send(&app)
            .await
            .status,
        StatusCode::OK
    );
    for n in 0..20 {
        fails(&app, &elsewhere(n), ALICE).await;
    }
    assert_eq!(agent.bans().len(), 1);
    assert_eq!(
        fails(&app, ATTACKER, ALICE).await,
        StatusCode::FORBIDDEN,
        "the attacker stays a stranger"
    );
    assert_eq!(succeeds(&app, HOME, ALICE).await, StatusCode::OK);
}

/// Numbers that are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

#[tokio::test]
async fn an_office_of_500_people_of_whom_8_percent_mistype_is_never_banned() {
    let clock = clock();
    let agent = Agent::builder().clock(clock.clone()).build().unwrap();
    let app = app(&agent);
    let mut dice = Dice(1);
    let mut mistyped = 0;
    // Three mornings: all at once, within the window, within two hours.
    for pause in [
        Duration::ZERO,
        Duration::from_secs(1),
        Duration::from_secs(14),
    ] {
        for _ in 0..500 {
            let email = somebody(usize::try_from(dice.below(500)).unwrap());
            while dice.below(100) < 8 {
                mistyped += 1;
                assert_eq!(fails(&app, HOME, &email).await, StatusCode::UNAUTHORIZED);
            }
            assert_eq!(succeeds(&app, HOME, &email).await, StatusCode::OK);
            clock.advance(pause);
        }
        assert_eq!(agent.bans().len(), 0);
        clock.advance(60 * MINUTE);
    }
    assert!(mistyped > 100, "{mistyped}");
    assert_eq!(decisions(&agent).await, []);

    // An attacker at the next address is found all the same.
    for n in 0..10 {
        fails(&app, NEXT_DOOR, &somebody(n)).await;
    }
    assert_eq!(agent.bans().len(), 1);
}
