//! Success, failure and error of a login are told apart, and an error is never counted as a failure.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use axum::routing::post;
use sqreen::event::{Attempt, Outcome};
use sqreen::policy::Policy;
use sqreen::{Agent, LoginOutcome};
use tower::{Layer, Service, service_fn};

use super::{User, attempt, log_in, says_error_for_an_option, the_user};
use crate::support::*;

#[sqreen::track_auth(user = "email")]
async fn says_yes_or_no(email: &str, right: bool) -> bool {
    !email.is_empty() && right
}

/// 0: found, 1: not found, 2: failed.
#[sqreen::track_auth(user = "email")]
async fn says_error(email: &str, how: u8) -> Result<User, &'static str> {
    if how == 0 {
        Ok(the_user(email))
    } else {
        Err("wrong password")
    }
}

#[sqreen::track_auth(user = "email")]
async fn says_error_for_a_bool(email: &str, how: u8) -> Result<bool, &'static str> {
    if how < 2 {
        Ok(!email.is_empty() && how == 0)
    } else {
        Err("the database is down")
    }
}

struct Reply(u8);

impl LoginOutcome for Reply {
    fn login_outcome(&self) -> sqreen::__private::Outcome {
        match self.0 {
            0 => sqreen::__private::Outcome::Success,
            1 => sqreen::__private::Outcome::Failure,
            _ => sqreen::__private::Outcome::Error,
        }
    }
}

#[sqreen::track_auth(user = "email")]
async fn says_by_itself(email: &str, how: u8) -> Reply {
    let _ = email;
    Reply(how)
}

#[sqreen::track_auth(user = "email")]
fn says_at_once(email: &str, right: bool) -> Option<User> {
    right.then(|| the_user(email))
}

#[tokio::test]
async fn failure_is_not_error() {
    let agent = agent();
    serve(&agent, async |_| {
        for how in 0..3 {
            let right = how == 0;
            assert_eq!(log_in("option", right).await.is_some(), right);
            assert_eq!(says_at_once("sync", right).is_some(), right);
            assert_eq!(says_yes_or_no("bool", right).await, right);
            assert_eq!(says_error("result", how).await.is_ok(), right);
            assert_eq!(
                says_error_for_an_option("result-of-option", how)
                    .await
                    .is_ok(),
                how < 2
            );
            assert_eq!(
                says_error_for_a_bool("result-of-bool", how).await.is_ok(),
                how < 2
            );
            assert_eq!(says_by_itself("itself", how).await.0, how);
        }
    })
    .await;
    let logins = logins(&agent).await;
    let outcomes = |email: &str| -> Vec<Outcome> {
        let of = |attempt: &&Attempt| attempt.user == Some(user(email));
        logins
            .iter()
            .filter(of)
            .map(|attempt| attempt.outcome)
            .collect()
    };
    use Outcome::{Error, Failure, Success};
    for two in ["option", "sync", "bool", "result"] {
        assert_eq!(outcomes(two), [Success, Failure, Failure], "{two}");
    }
    for three in ["result-of-option", "result-of-bool", "itself"] {
        assert_eq!(outcomes(three), [Success, Failure, Error], "{three}");
    }
}

#[tokio::test]
async fn a_failed_login_that_is_answered_with_a_5xx_is_none() {
    for (status, outcome) in [
        (200, Outcome::Failure),
        (302, Outcome::Failure),
        (401, Outcome::Failure),
        (499, Outcome::Failure),
        (500, Outcome::Error),
        (503, Outcome::Error),
        (599, Outcome::Error),
    ] {
        let agent = agent();
        let app = Router::new()
            .route(
                "/",
                post(async move || {
                    log_in(ALICE, false).await;
                    StatusCode::from_u16(status).unwrap()
                }),
            )
            .layer(agent.layer());
        assert_eq!(submit("/").send(&app).await.status, status);
        assert_eq!(
            logins(&agent).await,
            [attempt(outcome, Some(ALICE))],
            "{status}"
        );
    }
}

#[tokio::test]
async fn a_failed_login_whose_service_fails_is_none() {
    let agent = agent();
    let mut service = agent.layer().layer(service_fn(async |_: Request<Body>| {
        log_in(ALICE, false).await;
        Err::<Response<Body>, _>("the upstream is gone")
    }));
    assert!(service.call(submit("/").into_request()).await.is_err());
    assert_eq!(logins(&agent).await, [attempt(Outcome::Error, Some(ALICE))]);
}

#[tokio::test]
async fn a_database_that_is_down_bans_nobody() {
    let agent = agent();
    let app = Router::new()
        .route(
            "/",
            post(async || {
                says_error_for_an_option(ALICE, 2)
                    .await
                    .map(|_| ())
                    .map_err(|_| StatusCode::OK)
            }),
        )
        .route(
            "/5xx",
            post(async || {
                log_in(ALICE, false).await;
                StatusCode::BAD_GATEWAY
            }),
        )
        .layer(agent.layer());
    for _ in 0..50 {
        submit("/").from(ATTACKER).send(&app).await;
        submit("/5xx").from(ATTACKER).send(&app).await;
    }
    assert_eq!(logins(&agent).await.len(), 100);
    assert_eq!((decisions(&agent).await.len(), agent.bans().len()), (0, 0));
}

#[tokio::test]
async fn several_failed_logins_in_one_request_are_each_counted() {
    let agent = agent();
    serve(&agent, async |_| {
        for _ in 0..4 {
            log_in(ALICE, false).await;
        }
        tokio::join!(
            log_in(ALICE, false),
            log_in(ALICE, false),
            log_in(ALICE, false)
        );
        for _ in 0..2 {
            says_at_once(ALICE, false);
        }
        sqreen::auth_track(false, ("email", ALICE));
    })
    .await;
    assert_eq!(
        logins(&agent).await,
        vec![attempt(Outcome::Failure, Some(ALICE)); 10]
    );
    assert_eq!(
        decisions(&agent).await.len(),
        1,
        "a batch of ten guesses is ten guesses"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_failed_logins_of_one_request_on_several_threads_are_each_counted() {
    const ROUNDS: usize = 1_000;
    const TASKS: usize = 8;
    let agent = Agent::builder().policy(Policy::none()).build().unwrap();
    for _ in 0..ROUNDS {
        serve(&agent, async |_| {
            let together = Arc::new(tokio::sync::Barrier::new(TASKS));
            let mut tasks = Vec::new();
            for n in 0..TASKS {
                let together = together.clone();
                tasks.push(sqreen::spawn(async move {
                    together.wait().await;
                    log_in(&format!("somebody-{n}@example.com"), false).await;
                }));
            }
            for task in tasks {
                task.await.unwrap();
            }
        })
        .await;
    }
    assert_eq!(logins(&agent).await.len(), ROUNDS * TASKS);
}
