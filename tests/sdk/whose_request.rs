//! A request is that of whom it identified, and a failed login never makes it the victim's.

use std::convert::Infallible;

use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use sqreen::pipeline::Trouble;
use sqreen::{Checkpoint, Sqreen, Traits};
use tower::{Layer, Service, service_fn};

use super::{log_in, the_user};
use crate::support::{self, *};

#[tokio::test]
async fn a_failed_login_never_makes_the_request_the_victims() {
    let agent = agent();
    let answer = serve(&agent, async |sqreen: Sqreen| {
        sqreen.auth_track(false, ("email", ALICE)).await.unwrap();
        assert_eq!(sqreen.user(), None);
        sqreen.identify(("email", BOB)).await.unwrap();
        sqreen.auth_track(false, ("email", ALICE)).await.unwrap();
        assert_eq!(sqreen.user().unwrap().user, user(BOB));
        sqreen.track("order.placed", ()).result().unwrap();
    })
    .await;
    assert_eq!(
        answer.status,
        StatusCode::OK,
        "what was typed is not who it is"
    );
    assert_eq!(customs(&agent).await[0].user, Some(user(BOB)));
    assert_eq!(trouble(&agent, Trouble::TwoUsers), 0);
}

#[tokio::test]
async fn a_failing_login_function_does_not_make_the_request_the_victims_either() {
    let agent = agent();
    serve(&agent, async |sqreen: Sqreen| {
        assert_eq!(log_in(ALICE, false).await, None);
        assert_eq!(sqreen.user(), None);
        assert_eq!(log_in(ALICE, true).await, Some(the_user(ALICE)));
        assert_eq!(sqreen.user().unwrap().user, user(ALICE));
        assert!(!sqreen.user().unwrap().inferred);
    })
    .await;
}

#[tokio::test]
async fn a_login_that_succeeds_makes_the_request_the_users_and_a_sign_up_in_any_name_does_not() {
    let agent = agent();
    serve(&agent, async |sqreen: Sqreen| {
        sqreen.auth_track(true, ("email", ALICE)).await.unwrap();
        assert_eq!(
            sqreen.user().map(|user| (user.user, user.inferred)),
            Some((user(ALICE), false))
        );
    })
    .await;
    let agent = support::agent();
    serve(&agent, async |sqreen: Sqreen| {
        sqreen.signup_track(("email", BOB)).await.unwrap();
        assert_eq!(sqreen.user(), None);
    })
    .await;
}

#[tokio::test]
async fn an_identify_without_traits_keeps_what_an_earlier_one_has_said() {
    let agent = agent();
    serve(&agent, async |sqreen: Sqreen| {
        let traits = Traits::new().with("plan", "pro");
        sqreen
            .identify_with(("email", ALICE), traits.clone())
            .await
            .unwrap();
        sqreen.identify(("email", ALICE)).await.unwrap();
        assert_eq!(sqreen.request().unwrap().traits(), traits);
        let other = Traits::new().with("plan", "free");
        sqreen
            .identify_with(("email", ALICE), other.clone())
            .await
            .unwrap();
        assert_eq!(sqreen.request().unwrap().traits(), other);
    })
    .await;
    assert_eq!(sessions(&agent).await.len(), 2, "what was new each time");
}

#[tokio::test]
async fn a_login_keeps_what_an_earlier_identify_has_said() {
    let agent = agent();
    serve(&agent, async |sqreen: Sqreen| {
        let traits = Traits::new().with("plan", "pro");
        sqreen
            .identify_with(("email", ALICE), traits.clone())
            .await
            .unwrap();
        sqreen.auth_track(true, ("email", ALICE)).await.unwrap();
        assert_eq!(sqreen.user().unwrap().user, user(ALICE));
        assert_eq!(sqreen.request().unwrap().traits(), traits);
    })
    .await;
    assert_eq!(trouble(&agent, Trouble::TwoUsers), 0);
}

#[tokio::test]
async fn a_later_identify_replaces_the_earlier_and_both_are_recorded() {
    let agent = agent();
    let answer = serve(&agent, async |sqreen: Sqreen| {
        let traits = Traits::new().with("plan", "pro");
        sqreen
            .identify_with(("email", ALICE), traits.clone())
            .await
            .unwrap();
        assert_eq!(sqreen.request().unwrap().traits(), traits);
        sqreen.identify(("email", BOB)).await.unwrap();
        assert_eq!(sqreen.user().unwrap().user, user(BOB));
        assert!(
            sqreen.request().unwrap().traits().is_empty(),
            "traits are the later user's"
        );
    })
    .await;
    assert_eq!(answer.status, StatusCode::OK);
    let sessions = sessions(&agent).await;
    assert_eq!(sessions.len(), 2);
    assert_eq!(
        (&sessions[0].user, &sessions[0].instead_of),
        (&user(ALICE), &None)
    );
    assert_eq!(
        (&sessions[1].user, sessions[1].instead_of.as_deref()),
        (&user(BOB), Some(&user(ALICE)))
    );
    let told = diagnostic(&agent, Trouble::TwoUsers).unwrap();
    assert_eq!(told.count, 1);
    assert!(
        told.cause.contains(ALICE) && told.cause.contains(BOB),
        "{}",
        told.cause
    );
}

#[tokio::test]
async fn a_session_that_is_refused_is_no_session_and_the_request_is_still_that_users() {
    let agent = agent();
    ban(&agent, user(BOB));
    let answer = serve(&agent, async |sqreen: Sqreen| {
        sqreen.identify(("email", ALICE)).await.unwrap();
        assert!(!sqreen.user_is_banned());
        drop(sqreen.identify(("email", BOB)));
        assert_eq!(sqreen.user().unwrap().user, user(BOB));
        assert!(sqreen.user_is_banned());
    })
    .await;
    assert!(answer.is_refusal());
    let sessions = sessions(&agent).await;
    assert_eq!(sessions.len(), 1, "of Bob's the refusal tells");
    assert_eq!(sessions[0].user, user(ALICE));
    assert_eq!(refusals(&agent).await[0].user, Some(user(BOB)));
}

#[tokio::test]
async fn identifying_the_same_user_twice_is_no_trouble_and_one_event() {
    let agent = agent();
    serve(&agent, async |sqreen: Sqreen| {
        sqreen.identify(("email", ALICE)).await.unwrap();
        sqreen.identify(("email", ALICE)).await.unwrap();
    })
    .await;
    assert_eq!(
        sessions(&agent).await.len(),
        1,
        "a request is found to be a user's once"
    );
    assert_eq!(trouble(&agent, Trouble::TwoUsers), 0);
}

#[tokio::test]
async fn where_the_user_is_banned_nothing_goes_on_and_a_failure_is_told_no_more_than_a_success() {
    for told in [
        &(|sqreen: &Sqreen| sqreen.identify(("email", ALICE)))
            as &(dyn Fn(&Sqreen) -> Checkpoint + Sync),
        &|sqreen: &Sqreen| sqreen.auth_track(true, ("email", ALICE)),
        &|sqreen: &Sqreen| sqreen.auth_track(false, ("email", ALICE)),
        &|sqreen: &Sqreen| sqreen.signup_track(("email", ALICE)),
    ] {
        let (agent, after) = (agent(), Tally::default());
        ban(&agent, user(ALICE));
        let beyond = after.clone();
        let mut service = agent.layer().layer(service_fn(|_: Request<Body>| {
            let after = beyond.clone();
            async move {
                told(&Sqreen::current()).await.ok();
                after.hit();
                Ok::<_, Infallible>(Response::new(Body::empty()))
            }
        }));
        let answer = service.call(visit("/").into_request()).await.unwrap();
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        assert_eq!(after.count(), 0);
    }
}
