//! `success`, `failure` and `error` decide what is held against somebody.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use sqreen::event::Outcome::{Error, Failure, Success};
use sqreen::pipeline::Trouble;

use super::{ALICES_ROW, AuthError, Row, ended};
use crate::support::*;

const ALL: [fn() -> Result<Row, AuthError>; 5] = [
    || Ok(ALICES_ROW),
    || Err(AuthError::WrongPassword { left: 2 }),
    || Err(AuthError::WrongPassword { left: 0 }),
    || Err(AuthError::UnknownUser),
    || Err(AuthError::Database("down")),
];

#[sqreen::track_auth(failure = AuthError::WrongPassword { .. } | AuthError::UnknownUser)]
async fn names_its_failures(email: &str, how: usize) -> Result<Row, AuthError> {
    let _ = email;
    ALL[how]()
}

#[sqreen::track_auth(error = AuthError::Database(_))]
fn names_its_errors(email: &str, how: usize) -> Result<Row, AuthError> {
    let _ = email;
    ALL[how]()
}

#[sqreen::track_auth(failure = AuthError::WrongPassword { left } if *left > 0, error = Ok(Row { id: 7, .. }))]
fn has_a_guard_and_a_whole_pattern(email: &str, how: usize) -> Result<Row, AuthError> {
    let _ = email;
    ALL[how]()
}

#[sqreen::track_auth(failure = AuthError::UnknownUser)]
fn finds_or_not(email: &str, how: usize) -> Result<Option<Row>, AuthError> {
    let _ = email;
    match how {
        5 => Ok(None),
        how => ALL[how]().map(Some),
    }
}

#[sqreen::track_auth(success = |returned| matches!(returned, Err(AuthError::Database(_))))]
fn has_an_odd_idea_of_success(email: &str, how: usize) -> Result<Row, AuthError> {
    let _ = email;
    ALL[how]()
}

fn leads_home(response: &Response) -> bool {
    response.headers().get("location").unwrap() == "/home"
}

#[sqreen::track_auth(success = leads_home)]
async fn redirects_either_way(email: &str, right: bool) -> Response {
    let _ = email;
    Redirect::to(if right { "/home" } else { "/login?wrong" }).into_response()
}

fn leads_back(response: &Response) -> bool {
    response
        .headers()
        .get("location")
        .is_some_and(|to| to == "/login?wrong")
}

#[sqreen::track_auth(failure = response if leads_back(response))]
async fn redirects_and_names_its_failures(email: &str, right: bool) -> Response {
    let _ = email;
    Redirect::to(if right { "/home" } else { "/login?wrong" }).into_response()
}

#[sqreen::track_auth]
async fn redirects_and_does_not_say(email: &str) -> Response {
    let _ = email;
    Redirect::to("/home").into_response()
}

#[sqreen::track_auth]
async fn answers(email: &str, status: StatusCode) -> impl IntoResponse + use<> {
    let _ = email;
    (status, "hello")
}

#[sqreen::track_auth]
fn says_and_shows(email: &str, right: bool) -> (bool, String) {
    (right, email.to_owned())
}

#[tokio::test]
async fn only_what_the_pattern_names_is_a_failure() {
    let agent = agent();
    serve(&agent, async |_| {
        for (how, returned) in ALL.iter().enumerate() {
            assert_eq!(names_its_failures(ALICE, how).await, returned());
        }
    })
    .await;
    assert_eq!(
        ended(&agent).await,
        [Success, Failure, Failure, Failure, Error]
    );
}

#[tokio::test]
async fn where_only_errors_are_named_every_other_is_a_failure() {
    let agent = agent();
    serve(&agent, async |_| {
        for (how, returned) in ALL.iter().enumerate() {
            assert_eq!(names_its_errors(ALICE, how), returned());
        }
    })
    .await;
    assert_eq!(
        ended(&agent).await,
        [Success, Failure, Failure, Failure, Error]
    );
}

#[tokio::test]
async fn a_guard_narrows_a_pattern_and_ok_makes_it_one_of_the_whole_value() {
    let agent = agent();
    serve(&agent, async |_| {
        for (how, returned) in ALL.iter().enumerate() {
            assert_eq!(has_a_guard_and_a_whole_pattern(ALICE, how), returned());
        }
    })
    .await;
    assert_eq!(ended(&agent).await, [Error, Failure, Error, Error, Error]);
}

#[tokio::test]
async fn what_no_pattern_names_is_told_by_its_type() {
    let agent = agent();
    serve(&agent, async |_| {
        for how in [0, 3, 4, 5] {
            let _ = finds_or_not(ALICE, how);
        }
    })
    .await;
    assert_eq!(ended(&agent).await, [Success, Failure, Error, Failure]);
}

#[tokio::test]
async fn a_predicate_has_the_only_word() {
    let agent = agent();
    serve(&agent, async |_| {
        for how in 0..ALL.len() {
            let _ = has_an_odd_idea_of_success(ALICE, how);
        }
    })
    .await;
    assert_eq!(
        ended(&agent).await,
        [Failure, Failure, Failure, Failure, Success]
    );
}

#[tokio::test]
async fn a_redirect_is_read_by_who_knows_where_it_leads() {
    let agent = agent();
    serve(&agent, async |_| {
        redirects_either_way(ALICE, true).await;
        redirects_either_way(ALICE, false).await;
        redirects_and_names_its_failures(ALICE, true).await;
        redirects_and_names_its_failures(ALICE, false).await;
    })
    .await;
    assert_eq!(ended(&agent).await, [Success, Failure, Success, Failure]);
    assert_eq!(trouble(&agent, Trouble::Outcome), 0);
}

#[tokio::test]
async fn a_redirect_that_nobody_reads_is_held_against_nobody_and_told() {
    let agent = agent();
    serve(&agent, async |_| {
        redirects_and_does_not_say(ALICE).await;
    })
    .await;
    assert_eq!(ended(&agent).await, [Error]);
    let told = diagnostic(&agent, Trouble::Outcome).unwrap();
    assert_eq!(told.count, 1);
    assert!(
        told.cause.contains("`redirects_and_does_not_say`"),
        "{}",
        told.cause
    );
    assert!(told.cause.contains("success = "), "{}", told.cause);
}

#[tokio::test]
async fn an_http_answer_is_read_by_its_status() {
    let agent = agent();
    serve(&agent, async |_| {
        for status in [
            StatusCode::OK,
            StatusCode::UNAUTHORIZED,
            StatusCode::BAD_GATEWAY,
        ] {
            let answer = answers(ALICE, status).await.into_response();
            assert_eq!(answer.status(), status);
        }
    })
    .await;
    assert_eq!(ended(&agent).await, [Success, Failure, Error]);
}

#[tokio::test]
async fn a_pair_is_read_by_its_first() {
    let agent = agent();
    serve(&agent, async |_| {
        assert_eq!(says_and_shows(ALICE, true), (true, ALICE.to_owned()));
        assert_eq!(says_and_shows(ALICE, false), (false, ALICE.to_owned()));
    })
    .await;
    assert_eq!(ended(&agent).await, [Success, Failure]);
}

#[tokio::test]
async fn errors_that_a_pattern_tells_from_failures_ban_nobody() {
    let agent = agent();
    serve(&agent, async |_| {
        for _ in 0..50 {
            let _ = names_its_failures(ALICE, 4).await;
        }
    })
    .await;
    assert_eq!(
        (ended(&agent).await.len(), decisions(&agent).await.len()),
        (50, 0)
    );
    serve(&agent, async |_| {
        for _ in 0..10 {
            let _ = names_its_failures(ALICE, 1).await;
        }
    })
    .await;
    assert_eq!(decisions(&agent).await.len(), 1);
}
