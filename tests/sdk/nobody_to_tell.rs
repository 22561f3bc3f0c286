//! Where no agent listens, calls say so, are counted, and never panic.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::routing::get;
use sqreen::pipeline::Trouble;
use sqreen::{Checkpoint, Rejected, Sqreen, Traits};

use super::{log_in, says_error_for_an_option, the_user};
use crate::support::*;

/// Calls all there is; gives what was wrong with each call.
async fn call_everything(sqreen: &Sqreen) -> Vec<Option<Rejected>> {
    let problem = |checkpoint: Checkpoint| {
        let problem = checkpoint.problem().cloned();
        checkpoint.check().expect("nobody is refused");
        problem
    };
    let mut problems = vec![
        problem(sqreen::auth_track(true, ("email", ALICE))),
        problem(sqreen::auth_track(false, ("email", ALICE))),
        problem(sqreen::signup_track(("email", ALICE))),
        problem(sqreen::identify(("email", ALICE))),
        problem(sqreen::identify_with(("email", ALICE), Traits::new())),
        sqreen::track("order.placed", ()).result().err(),
        problem(sqreen.auth_track(true, ("email", ALICE))),
        problem(sqreen.auth_track(false, ("email", ALICE))),
        problem(sqreen.signup_track(("email", ALICE))),
        problem(sqreen.identify(("email", ALICE))),
        problem(sqreen.identify_with(("email", ALICE), Traits::new())),
        sqreen.track("order.placed", ()).result().err(),
    ];
    let awaited = sqreen::identify(("email", ALICE));
    problems.push(awaited.problem().cloned());
    awaited.await.expect("nobody is refused");
    assert!(!sqreen::user_is_banned() && !sqreen.user_is_banned());
    assert!(sqreen.user().is_none() && sqreen.refused().is_none() && sqreen.request().is_none());
    problems
}

#[tokio::test]
async fn without_an_agent_every_call_says_so_is_counted_and_none_panics() {
    // Nothing in this program installs an agent: this one only serves to read the counters.
    let reader = agent();
    let before = trouble(&reader, Trouble::NoAgent);
    let mut problems = call_everything(&Sqreen::current()).await;
    let without_layer = Arc::new(Mutex::new(Vec::new()));
    let found = without_layer.clone();
    let app = Router::new().route(
        "/",
        get(async move |sqreen: Sqreen| {
            let problems = call_everything(&sqreen).await;
            found.lock().unwrap().extend(problems);
            "hello"
        }),
    );
    assert_eq!(visit("/").send(&app).await.body, "hello");
    problems.extend(without_layer.lock().unwrap().drain(..));
    assert_eq!(problems, vec![Some(Rejected::NoAgent); 26]);
    assert!(trouble(&reader, Trouble::NoAgent) >= before + 26);
    assert!(
        diagnostic(&reader, Trouble::NoAgent)
            .unwrap()
            .cause
            .contains("sqreen::start()")
    );
}

#[tokio::test]
async fn functions_with_attributes_return_what_they_return_where_nobody_listens() {
    assert_eq!(log_in(ALICE, true).await, Some(the_user(ALICE)));
    assert_eq!(log_in(ALICE, false).await, None);
    assert_eq!(
        says_error_for_an_option(ALICE, 2).await,
        Err("the database is down")
    );
}
