//! `context = …`: the request where nothing else carries it.

use std::sync::Arc;

use sqreen::event::Outcome::{Failure, Success};
use sqreen::pipeline::Trouble;
use sqreen::{Request, Sqreen};

use super::{ALICES_ROW, Row, attempt, by_id};
use crate::support::*;

#[sqreen::track_auth(context = sqreen)]
fn check(sqreen: &Sqreen, email: &str, right: bool) -> bool {
    let _ = (sqreen, email);
    right
}

#[sqreen::track_auth(context = request)]
async fn check_in_time(request: Option<Arc<Request>>, email: String, right: bool) -> bool {
    drop((request, email));
    right
}

#[sqreen::identify(context = sqreen, user_from = |row| row.id)]
fn current_user(sqreen: Sqreen) -> Option<Row> {
    drop(sqreen);
    Some(ALICES_ROW)
}

#[sqreen::track("seen", context = sqreen)]
fn see(sqreen: Sqreen) {
    drop(sqreen);
}

#[tokio::test]
async fn a_thread_of_its_own_tells_for_the_request_it_was_given() {
    let agent = agent();
    serve(&agent, async |sqreen: Sqreen| {
        let elsewhere = sqreen.clone();
        let thread = tokio::task::spawn_blocking(move || {
            assert!(check(&elsewhere, ALICE, true));
            assert!(!check(&elsewhere, BOB, false));
            current_user(elsewhere.clone());
            see(elsewhere);
        });
        thread.await.unwrap();
        assert_eq!(sqreen.user().map(|user| user.user), Some(by_id(7)));
        let request = sqreen.request().cloned();
        let task = tokio::spawn(check_in_time(request, ALICE.to_owned(), true));
        assert!(task.await.unwrap());
    })
    .await;
    assert_eq!(
        logins(&agent).await,
        [
            attempt(Success, ALICE),
            attempt(Failure, BOB),
            attempt(Success, ALICE)
        ]
    );
    let events = events(&agent).await;
    let home = address(HOME).into();
    assert!(
        events.len() == 5
            && events
                .iter()
                .all(|event| event.origin.address == Some(home))
    );
    assert_eq!(trouble(&agent, Trouble::NoRequest), 0);
}

#[tokio::test]
async fn a_banned_user_is_refused_by_a_thread_of_its_own() {
    let agent = agent();
    ban(&agent, user(ALICE));
    let answer = serve(&agent, async |sqreen: Sqreen| {
        let elsewhere = sqreen.clone();
        let thread = tokio::task::spawn_blocking(move || check(&elsewhere, ALICE, true));
        assert!(!thread.await.unwrap(), "it says no without running");
    })
    .await;
    assert!(answer.is_refusal());
}
