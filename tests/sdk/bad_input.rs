//! A user who cannot be named is refused and counted, and never becomes somebody.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::routing::get;
use sqreen::event::Outcome;
use sqreen::identity::IdentityError;
use sqreen::pipeline::Trouble;
use sqreen::{Rejected, Sqreen, UserIdentifiers};

use super::{attempt, login_app};
use crate::support::*;

/// Each way in which a user cannot be named.
fn unusable() -> Vec<Result<UserIdentifiers, IdentityError>> {
    let none: [(&str, &str); 0] = [];
    let nine = std::array::from_fn::<_, 9, _>(|n| (format!("key-{n}"), "value"));
    vec![
        UserIdentifiers::try_from(none),
        UserIdentifiers::new("", ALICE),
        UserIdentifiers::new("email", ""),
        UserIdentifiers::new("email", &None::<String>),
        UserIdentifiers::new(&"k".repeat(65), ALICE),
        UserIdentifiers::new("email", &"x".repeat(513)),
        UserIdentifiers::try_from([("email", ALICE), ("email", BOB)]),
        UserIdentifiers::try_from([("email", ""), ("zip", "8000")]),
        UserIdentifiers::try_from(nine),
    ]
}

#[tokio::test]
async fn an_unusable_user_is_refused_counted_and_never_becomes_one() {
    let agent = agent();
    serve(&agent, async |sqreen: Sqreen| {
        for user in unusable() {
            let error = user.clone().unwrap_err();
            for checkpoint in [
                sqreen.identify(user.clone()),
                sqreen::identify(user.clone()),
                sqreen.auth_track(true, user.clone()),
                sqreen.auth_track(false, user.clone()),
                sqreen.signup_track(user.clone()),
            ] {
                assert_eq!(
                    checkpoint.problem(),
                    Some(&Rejected::Identity(error.clone()))
                );
                checkpoint.await.unwrap();
            }
            assert_eq!(sqreen.user(), None);
        }
    })
    .await;
    assert_eq!(trouble(&agent, Trouble::Identity), 9 * 5);
    let cause = diagnostic(&agent, Trouble::Identity).unwrap().cause;
    assert!(
        cause.contains("tests/sdk/bad_input.rs:") && cause.contains("no identifier"),
        "{cause}"
    );
    assert_eq!(sessions(&agent).await.len(), 0);
    let logins = logins(&agent).await;
    assert_eq!(
        logins.len(),
        9 * 2,
        "an attempt is one even if nobody was named"
    );
    assert!(logins.iter().all(|attempt| attempt.user.is_none()));
}

#[tokio::test]
async fn a_value_that_is_missing_is_left_out_where_another_says_who_it_is() {
    let agent = agent();
    serve(&agent, async |sqreen: Sqreen| {
        sqreen
            .identify([("email", ALICE), ("zip", "")])
            .await
            .unwrap();
    })
    .await;
    assert_eq!(sessions(&agent).await[0].user, user(ALICE));
    assert_eq!(trouble(&agent, Trouble::Identity), 0);
}

#[tokio::test]
async fn an_attempt_with_an_empty_identifier_counts_against_its_address() {
    let agent = agent();
    let app = login_app(&agent);
    for n in 0..9 {
        submit(&format!("/login/somebody-{n}@example.com/wrong"))
            .from(ATTACKER)
            .send(&app)
            .await;
    }
    assert_eq!(agent.bans().len(), 0);
    submit("/nobody").from(ATTACKER).send(&app).await;
    assert_eq!(
        logins(&agent).await.last(),
        Some(&attempt(Outcome::Failure, None))
    );
    assert_eq!(
        agent.bans().len(),
        1,
        "the tenth user that was tried, though nobody in particular"
    );
    assert!(visit("/").from(ATTACKER).send(&app).await.is_refusal());
}

/// Each gives the line of its call.
fn by_email(sqreen: &Sqreen) -> u32 {
    drop(sqreen.auth_track(true, ("email", ALICE)));
    line!() - 1
}

fn by_email_and_shop(sqreen: &Sqreen) -> u32 {
    drop(sqreen.identify([("email", ALICE), ("shop", "7")]));
    line!() - 1
}

#[tokio::test]
async fn calls_that_name_users_by_different_keys_are_told_of_naming_both_places() {
    let agent = agent();
    let lines = Arc::new(Mutex::new(Vec::new()));
    let noted = lines.clone();
    let app = Router::new()
        .route(
            "/",
            get(async move |sqreen: Sqreen| {
                let both = [by_email(&sqreen), by_email_and_shop(&sqreen)];
                noted.lock().unwrap().extend(both);
                sqreen.identify(("Email", ALICE)).await.unwrap();
                sqreen.identify(("email", ALICE)).await.unwrap();
            }),
        )
        .layer(agent.layer());
    visit("/").send(&app).await;
    let told = diagnostic(&agent, Trouble::IdentityFormat).unwrap();
    assert_eq!(told.count, 2);
    for line in lines.lock().unwrap().iter() {
        let place = format!("tests/sdk/bad_input.rs:{line}:");
        assert!(
            told.cause.contains(&place),
            "{} does not name {place}",
            told.cause
        );
    }
    assert!(told.cause.contains("`email`, `shop`"), "{}", told.cause);
}
