//! `secret` where one login goes through several functions.

use sqreen::event::{Attempt, Outcome, SecretDigest};

use super::{RIGHT, WRONG, digest, instance};
use crate::attempt;
use crate::support::*;

#[sqreen::track_auth(secret = password)]
pub(super) async fn page(email: &str, password: &str, check: Check) -> bool {
    tokio::task::yield_now().await;
    match check {
        Check::Marked => marked(email, password).await,
        Check::MarkedWithASecret => marked_with_a_secret(email, "inner").await,
        Check::OfNobody => of_nobody(None),
        Check::ByHand => {
            sqreen::auth_track(false, ("email", email));
            false
        }
        Check::OfAnother => marked(BOB, password).await,
        Check::RightButNotLetIn => {
            marked(email, password).await;
            false
        }
        Check::RightButThenWrong => {
            marked(email, password).await;
            sqreen::auth_track(false, ("email", email));
            false
        }
    }
}

#[derive(Clone, Copy)]
pub(super) enum Check {
    Marked,
    MarkedWithASecret,
    OfNobody,
    ByHand,
    OfAnother,
    RightButNotLetIn,
    RightButThenWrong,
}

#[sqreen::track_auth]
async fn marked(email: &str, password: &str) -> bool {
    let _ = email;
    password == RIGHT
}

#[sqreen::track_auth(secret = password)]
async fn marked_with_a_secret(email: &str, password: &str) -> bool {
    let _ = email;
    password == RIGHT
}

#[sqreen::track_auth]
fn of_nobody(email: Option<&str>) -> bool {
    email.is_some()
}

async fn pages(check: Check, passwords: &'static [&'static str]) -> Vec<Attempt> {
    let agent = instance();
    serve(&agent, move |_| async move {
        for password in passwords {
            page(ALICE, password, check).await;
        }
    })
    .await;
    logins(&agent).await
}

/// One login of Alice's that failed.
fn failed(secret: Option<SecretDigest>) -> Attempt {
    Attempt {
        secret,
        ..attempt(Outcome::Failure, ALICE)
    }
}

#[tokio::test]
async fn the_failure_of_a_check_inside_has_the_secret_of_the_login_around_it() {
    for check in [Check::Marked, Check::OfNobody, Check::ByHand] {
        assert_eq!(pages(check, &[WRONG]).await, [failed(Some(digest(WRONG)))]);
    }
}

#[tokio::test]
async fn the_secret_of_the_check_inside_wins() {
    assert_eq!(
        pages(Check::MarkedWithASecret, &[WRONG]).await,
        [failed(Some(digest("inner")))]
    );
}

#[tokio::test]
async fn the_failure_of_another_user_inside_has_a_secret_of_its_own_or_none() {
    let logins = pages(Check::OfAnother, &[WRONG]).await;
    assert_eq!(
        logins,
        [attempt(Outcome::Failure, BOB), failed(Some(digest(WRONG)))]
    );
}

#[tokio::test]
async fn a_password_that_was_right_is_not_kept_whatever_else_was_wrong() {
    for check in [Check::RightButNotLetIn, Check::RightButThenWrong] {
        assert_eq!(pages(check, &[RIGHT]).await, [failed(None)]);
    }
    assert_eq!(
        pages(Check::RightButNotLetIn, &[RIGHT, WRONG]).await,
        [failed(None), failed(Some(digest(WRONG)))],
        "the next attempt is another"
    );
}

#[sqreen::track_auth(secret = password)]
async fn front_door(email: &str, password: &str) -> bool {
    tokio::task::yield_now().await;
    page(email, password, Check::RightButNotLetIn).await
}

#[tokio::test]
async fn however_far_outside_a_right_password_was_given_it_is_not_kept() {
    let agent = instance();
    serve(&agent, async |_| {
        assert!(!front_door(ALICE, RIGHT).await);
        assert!(!front_door(ALICE, WRONG).await);
    })
    .await;
    assert_eq!(
        logins(&agent).await,
        [failed(None), failed(Some(digest(WRONG)))]
    );
}
