//! `banned = …`: what a banned user's call returns where the request cannot be closed from there.

use sqreen::Refused;

use super::{ALICES_ROW, Row, by_id};
use crate::support::*;

#[derive(Debug, PartialEq)]
enum Reply {
    Welcome,
    GoAway,
}

#[sqreen::track_auth(banned = Reply::GoAway, success = |reply| *reply == Reply::Welcome)]
fn log_in(email: &str, checked: &Tally) -> Reply {
    let _ = email;
    checked.hit();
    Reply::Welcome
}

#[sqreen::track_auth(banned = |refused| Err(refused.to_string()))]
async fn log_in_in_time(email: &str, checked: &Tally) -> Result<(), String> {
    let _ = email;
    checked.hit();
    Ok(())
}

/// Its error could be the refusal; what the attribute says goes first.
#[sqreen::track_auth(banned = Ok(false))]
fn has_two_words(email: &str) -> Result<bool, Refused> {
    let _ = email;
    Ok(true)
}

#[sqreen::identify(user_from = |row| row.id, banned = Row { id: 0, plan: "none" })]
async fn current_user() -> Row {
    tokio::task::yield_now().await;
    ALICES_ROW
}

#[sqreen::identify(user_from = |row| row.id, banned = Row { id: 0, plan: "none" })]
fn current_user_at_once() -> Row {
    ALICES_ROW
}

#[tokio::test]
async fn a_function_returns_what_the_attribute_says_and_does_not_run() {
    let agent = agent();
    let (checked, tally) = (Tally::default(), Tally::default());
    ban(&agent, user(ALICE));
    let count = tally.clone();
    let answer = serve(&agent, move |_| {
        let tally = tally.clone();
        async move {
            assert_eq!(log_in(ALICE, &tally), Reply::GoAway);
            assert_eq!(has_two_words(ALICE), Ok(false));
        }
    })
    .await;
    assert!(answer.is_refusal());
    assert_eq!((checked.count(), count.count()), (0, 0));
}

#[tokio::test]
async fn under_the_layer_an_async_function_is_dropped_before_it_says_anything() {
    let agent = agent();
    let (checked, after) = (Tally::default(), Tally::default());
    ban(&agent, user(ALICE));
    let (tally, beyond) = (checked.clone(), after.clone());
    let answer = serve(&agent, move |_| {
        let (tally, beyond) = (tally.clone(), beyond.clone());
        async move {
            log_in_in_time(ALICE, &tally).await.unwrap_err();
            beyond.hit();
        }
    })
    .await;
    assert!(answer.is_refusal());
    assert_eq!((checked.count(), after.count()), (0, 0));
}

#[tokio::test]
async fn where_the_layer_does_not_poll_an_async_function_says_it() {
    let agent = agent();
    let (checked, said) = (Tally::default(), Tally::default());
    let decision = ban(&agent, user(ALICE));
    let (tally, told) = (checked.clone(), said.clone());
    serve(&agent, move |_| {
        let (tally, told) = (tally.clone(), told.clone());
        async move {
            sqreen::spawn(async move {
                let refused = log_in_in_time(ALICE, &tally).await.unwrap_err();
                assert!(refused.contains(&decision.to_string()), "{refused}");
                told.hit();
            });
        }
    })
    .await;
    until("it is said", || said.count() == 1).await;
    assert_eq!(checked.count(), 0);
}

#[tokio::test]
async fn a_session_function_says_it_in_place_of_the_user() {
    let agent = agent();
    ban(&agent, by_id(7));
    let said = Tally::default();
    let told = said.clone();
    let answer = serve(&agent, move |_| {
        let told = told.clone();
        async move {
            assert_eq!(current_user_at_once().id, 0);
            told.hit();
        }
    })
    .await;
    assert!(answer.is_refusal());
    let told = said.clone();
    serve(&agent, move |_| {
        let told = told.clone();
        async move {
            sqreen::spawn(async move {
                assert_eq!(current_user().await.id, 0);
                told.hit();
            });
        }
    })
    .await;
    until("both have said it", || said.count() == 2).await;
}
