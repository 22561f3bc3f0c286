//! What stands in an attribute is the application's code too. Where it panics the function still does what
//! it did, and the agent's diagnostics tell.

use sqreen::event::Attempt;
use sqreen::event::Outcome::{Error, Success};
use sqreen::pipeline::Trouble;

use super::{ALICES_ROW, Row};
use crate::support::*;

struct Form;

impl Form {
    fn email(&self) -> String {
        panic!("this form has none")
    }
}

#[sqreen::track_auth(user = form.email())]
fn names_a_panic(form: &Form) -> bool {
    let _ = form;
    true
}

#[sqreen::track_auth(user = form.email())]
fn names_a_panic_in_time(form: &Form) -> impl Future<Output = bool> + Send + use<> {
    let _ = form;
    async { true }
}

#[sqreen::track_auth(success = |_| panic!("neither"))]
async fn asks_a_panic(email: &str) -> Row {
    let _ = email;
    ALICES_ROW
}

#[sqreen::identify(user_from = |row| ("id", row.id / 0_u64.pow(1)))]
fn finds_a_panic() -> Option<Row> {
    Some(ALICES_ROW)
}

#[sqreen::track("seen", properties(x = |row| row.plan.len() / usize::from(row.plan.is_empty())))]
fn sees_a_panic() -> Option<Row> {
    Some(ALICES_ROW)
}

#[tokio::test]
async fn the_function_runs_and_the_agent_tells() {
    let agent = agent();
    serve(&agent, async |_| {
        assert!(names_a_panic(&Form));
        assert!(names_a_panic_in_time(&Form).await);
        assert_eq!(asks_a_panic(ALICE).await, ALICES_ROW);
        assert_eq!(finds_a_panic(), Some(ALICES_ROW));
        assert_eq!(sees_a_panic(), Some(ALICES_ROW));
    })
    .await;
    let nobody = Attempt::new(Success, None);
    assert_eq!(
        logins(&agent).await,
        [
            nobody.clone(),
            nobody,
            Attempt::new(Error, Some(user(ALICE)))
        ]
    );
    assert_eq!(
        (sessions(&agent).await.len(), customs(&agent).await.len()),
        (0, 0)
    );
    let told = diagnostic(&agent, Trouble::Attribute).unwrap();
    assert_eq!(told.count, 5);
    assert!(told.cause.contains("`names_a_panic`"), "{}", told.cause);
}

#[sqreen::identify(context = sqreen, user_from = |row| ("id", row.id / 0_u64.pow(1)))]
fn finds_a_panic_elsewhere(sqreen: &sqreen::Sqreen) -> Option<Row> {
    let _ = sqreen;
    Some(ALICES_ROW)
}

#[tokio::test]
async fn it_is_told_to_the_agent_of_the_request_that_the_context_carries() {
    let agent = agent();
    serve(&agent, async |sqreen: sqreen::Sqreen| {
        let elsewhere = move || finds_a_panic_elsewhere(&sqreen);
        assert_eq!(
            tokio::task::spawn_blocking(elsewhere).await.unwrap(),
            Some(ALICES_ROW)
        );
    })
    .await;
    assert_eq!(trouble(&agent, Trouble::Attribute), 1);
}

#[tokio::test]
async fn without_an_agent_nothing_in_an_attribute_runs() {
    // Not in a request, and not in a process with an agent of its own, both of which this binary may have.
    assert!(names_a_panic(&Form));
}
