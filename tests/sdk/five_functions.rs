//! The free functions and the methods of the extractor record the same, for a user named in any way.

use axum::http::StatusCode;
use sqreen::event::What;
use sqreen::pipeline::Trouble;
use sqreen::{Agent, Sqreen, Traits, UserIdentifiers};

use super::the_user;
use crate::support::*;

/// What happened, without the times and places, which differ between two runs.
async fn told(agent: &Agent) -> Vec<What> {
    events(agent)
        .await
        .iter()
        .map(|event| event.what.clone())
        .collect()
}

#[tokio::test]
async fn the_five_functions_record_the_same_as_methods_of_the_extractor() {
    let (free, bound) = (agent(), agent());
    serve(&free, async |_| {
        sqreen::signup_track(("email", ALICE)).await.unwrap();
        sqreen::auth_track(false, ("email", ALICE)).await.unwrap();
        sqreen::auth_track(true, ("email", ALICE)).await.unwrap();
        sqreen::identify(("email", ALICE)).await.unwrap();
        sqreen::identify_with(("email", ALICE), Traits::new().with("plan", "pro"))
            .await
            .unwrap();
        sqreen::track("order.placed", [("amount", 7)])
            .result()
            .unwrap();
        assert!(!sqreen::user_is_banned());
    })
    .await;
    serve(&bound, async |sqreen: Sqreen| {
        sqreen.signup_track(("email", ALICE)).await.unwrap();
        sqreen.auth_track(false, ("email", ALICE)).await.unwrap();
        sqreen.auth_track(true, ("email", ALICE)).await.unwrap();
        sqreen.identify(("email", ALICE)).await.unwrap();
        sqreen
            .identify_with(("email", ALICE), Traits::new().with("plan", "pro"))
            .await
            .unwrap();
        sqreen
            .track("order.placed", [("amount", 7)])
            .result()
            .unwrap();
        assert!(!sqreen.user_is_banned());
    })
    .await;
    let (free_told, bound_told) = (told(&free).await, told(&bound).await);
    assert_eq!(free_told, bound_told);
    assert_eq!(free_told.len(), 6, "each call is one event: {free_told:?}");
    for agent in [&free, &bound] {
        assert_eq!(
            agent
                .diagnostics()
                .iter()
                .filter(|told| told.trouble != Trouble::NoAgent)
                .count(),
            0
        );
        assert!(
            events(agent)
                .await
                .iter()
                .all(|event| event.origin.address == Some(address(HOME).into()))
        );
    }
}

#[tokio::test]
async fn a_call_works_whether_its_result_is_awaited_checked_or_dropped() {
    let agent = agent();
    serve(&agent, async |_| {
        drop(sqreen::auth_track(true, ("email", ALICE)));
        sqreen::auth_track(true, ("email", ALICE)).check().unwrap();
        sqreen::auth_track(true, ("email", ALICE)).await.unwrap();
        let _ = sqreen::track("seen", ());
    })
    .await;
    assert_eq!(logins(&agent).await.len(), 3);
    assert_eq!(customs(&agent).await.len(), 1);
}

#[tokio::test]
async fn a_user_can_be_given_in_every_way_there_is_to_name_one() {
    let agent = agent();
    serve(&agent, async |sqreen: Sqreen| {
        let email = ALICE.to_owned();
        sqreen.signup_track(("email", ALICE));
        sqreen.signup_track(("email", &email));
        sqreen.signup_track([("email", ALICE)]);
        sqreen.signup_track(user(ALICE));
        let alice = user(ALICE);
        sqreen.signup_track(&alice);
        sqreen.signup_track(UserIdentifiers::new("email", ALICE));
        sqreen.signup_track(&the_user(ALICE));
        sqreen.signup_track(sqreen::user! { email: email });
        sqreen.signup_track(sqreen::user! { "email": Some(ALICE) });
    })
    .await;
    let named: Vec<_> = events(&agent)
        .await
        .iter()
        .filter_map(|event| match &event.what {
            What::SignUp(attempt) => Some(attempt.user.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(named, vec![Some(user(ALICE)); 9]);
}

#[tokio::test]
async fn a_user_is_the_same_whatever_the_order_of_the_keys_and_the_type_of_the_values() {
    let agent = agent();
    ban(
        &agent,
        UserIdentifiers::try_from([("shop", "7"), ("email", ALICE)]).unwrap(),
    );
    let answer = serve(&agent, async |_| {
        let (email, shop) = (ALICE, 7);
        sqreen::identify(sqreen::user! { email: email, shop: shop })
            .await
            .unwrap();
    })
    .await;
    assert!(answer.is_refusal());
    let swapped = serve(&agent, async |_| {
        sqreen::identify([("email", "7"), ("shop", ALICE)])
            .await
            .unwrap();
    })
    .await;
    assert_eq!(
        swapped.status,
        StatusCode::OK,
        "swapped values are somebody else"
    );
}
