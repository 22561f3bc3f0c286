//! What is typed and who the user is can be two names: `user` and `user_from`.

use axum::http::StatusCode;
use sqreen::Identity;
use sqreen::event::Outcome::{Failure, Success};
use sqreen::event::{Attempt, Outcome};
use sqreen::pipeline::Trouble;

use super::{ALICES_ROW, AuthError, Row, by_id};
use crate::support::*;

#[derive(Identity)]
struct Account {
    #[identity]
    id: u64,
}

#[sqreen::track_auth(user = email, user_from = |row| row.id)]
async fn log_in(email: &str, right: bool) -> Result<Option<Row>, AuthError> {
    let _ = email;
    Ok(right.then_some(ALICES_ROW))
}

#[sqreen::track_auth(user_from = |row| ("id", row.id))]
fn log_in_by_card(card: &[u8], right: bool) -> Option<Row> {
    let _ = card;
    right.then_some(ALICES_ROW)
}

#[sqreen::track_auth(user = email, user_from = |email| sqreen::user! { email: email })]
fn knows_them_by_the_same(email: &str, right: bool) -> Option<String> {
    right.then(|| email.to_owned())
}

#[sqreen::track_auth(user = email, user_from = Row::nobody)]
fn finds_a_nameless_row(email: &str) -> Option<Row> {
    let _ = email;
    Some(ALICES_ROW)
}

impl Row {
    fn nobody(&self) -> (&'static str, Option<u64>) {
        ("id", None)
    }
}

#[sqreen::identify]
fn current_account(id: u64) -> Option<Account> {
    Some(Account { id })
}

#[sqreen::identify(user_from = |row| row.id)]
fn current_row(found: bool) -> Result<Option<Row>, AuthError> {
    Ok(found.then_some(ALICES_ROW))
}

fn login(outcome: Outcome, typed: Option<&str>, resolved: Option<u64>) -> Attempt {
    Attempt {
        resolved: resolved.map(|id| Box::new(by_id(id))),
        ..Attempt::new(outcome, typed.map(user))
    }
}

#[tokio::test]
async fn a_success_says_both_what_was_typed_and_whom_it_found() {
    let agent = agent();
    serve(&agent, async |sqreen| {
        log_in(ALICE, false).await.unwrap();
        assert_eq!(sqreen.user(), None, "a failure makes nobody of the request");
        log_in(ALICE, true).await.unwrap();
        assert_eq!(sqreen.user().map(|user| user.user), Some(by_id(7)));
    })
    .await;
    assert_eq!(
        logins(&agent).await,
        [
            login(Failure, Some(ALICE), None),
            login(Success, Some(ALICE), Some(7))
        ]
    );
}

#[tokio::test]
async fn where_nothing_is_typed_a_success_is_of_whom_it_found_and_a_failure_of_nobody() {
    let agent = agent();
    serve(&agent, async |_| {
        log_in_by_card(b"4711", true);
        log_in_by_card(b"4711", false);
    })
    .await;
    assert_eq!(
        logins(&agent).await,
        [
            Attempt::new(Success, Some(by_id(7))),
            Attempt::new(Failure, None)
        ]
    );
}

#[tokio::test]
async fn the_same_name_is_said_once() {
    let agent = agent();
    serve(&agent, async |_| {
        knows_them_by_the_same(ALICE, true);
    })
    .await;
    assert_eq!(logins(&agent).await, [login(Success, Some(ALICE), None)]);
}

#[tokio::test]
async fn a_user_who_was_found_but_cannot_be_named_is_told_and_the_login_counts() {
    let agent = agent();
    serve(&agent, async |_| {
        finds_a_nameless_row(ALICE);
    })
    .await;
    assert_eq!(logins(&agent).await, [login(Success, Some(ALICE), None)]);
    assert_eq!(trouble(&agent, Trouble::Identity), 1);
}

#[tokio::test]
async fn a_session_is_of_whom_the_function_found() {
    let agent = agent();
    serve(&agent, async |sqreen| {
        current_row(false).unwrap();
        assert_eq!(sqreen.user(), None);
        current_row(true).unwrap();
        assert_eq!(sqreen.user().map(|user| user.user), Some(by_id(7)));
    })
    .await;
    assert_eq!(sessions(&agent).await.len(), 1);
}

#[sqreen::identify(user_from = |row| (row.id > 7).then_some(("id", row.id)))]
fn guest(row: Row) -> Row {
    row
}

#[tokio::test]
async fn what_was_found_may_be_nobody_which_is_nothing_wrong() {
    let agent = agent();
    serve(&agent, async |sqreen| {
        guest(ALICES_ROW);
        assert_eq!(sqreen.user(), None);
        guest(Row {
            id: 8,
            ..ALICES_ROW
        });
        assert_eq!(sqreen.user().map(|user| user.user), Some(by_id(8)));
    })
    .await;
    assert_eq!(trouble(&agent, Trouble::Identity), 0);
}

#[tokio::test]
async fn somebody_banned_by_the_name_they_have_here_logs_in_by_no_other() {
    let agent = agent();
    ban(&agent, by_id(7));
    let answer = serve(&agent, async |sqreen| {
        assert_eq!(log_in(ALICE, true).await, Ok(Some(ALICES_ROW)));
        assert!(sqreen.user_is_banned());
    })
    .await;
    assert!(answer.is_refusal());
    let withheld: Vec<_> = logins(&agent)
        .await
        .iter()
        .map(|login| login.withheld)
        .collect();
    assert_eq!(withheld, [true]);
}

#[tokio::test]
async fn places_where_a_user_logs_in_are_theirs_by_both_names() {
    let agent = agent();
    let as_alice = |from: &'static str, right: bool| {
        let app = axum::Router::new()
            .route(
                "/",
                axum::routing::post(async move || match log_in(ALICE, right).await {
                    Ok(Some(_)) => StatusCode::OK,
                    _ => StatusCode::UNAUTHORIZED,
                }),
            )
            .layer(agent.layer());
        async move { submit("/").from(from).send(&app).await.status }
    };
    assert_eq!(as_alice(HOME, true).await, StatusCode::OK);
    // From as many addresses as it takes, none of them hers.
    for n in 0..20 {
        as_alice(Box::leak(format!("203.0.113.{n}").into_boxed_str()), false).await;
    }
    agent.flush().await;
    assert_eq!(as_alice("203.0.113.99", true).await, StatusCode::FORBIDDEN);
    assert_eq!(
        as_alice(HOME, true).await,
        StatusCode::OK,
        "her own place stays open"
    );
}

#[tokio::test]
async fn the_keys_of_whom_it_found_are_compared_with_those_of_sessions_and_not_those_of_what_is_typed()
 {
    let agent = agent();
    // Before anything runs: the functions of these tests name users in many ways.
    let listed = trouble(&agent, Trouble::IdentityFormat);
    serve(&agent, async |_| {
        log_in(ALICE, false).await.unwrap();
        log_in(ALICE, true).await.unwrap();
        current_account(7);
    })
    .await;
    assert_eq!(trouble(&agent, Trouble::IdentityFormat), listed);
    let keys: Vec<_> = agent
        .instrumentation()
        .into_iter()
        .filter(|site| site.function == "log_in" && site.module.ends_with("whom_it_found"))
        .map(|site| site.keys)
        .collect();
    assert_eq!(keys, [["id"]]);
}
