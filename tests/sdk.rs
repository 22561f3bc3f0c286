//! Rules 4, 5 and 8 to 12: what applications tell, how it is recorded, and that it never hurts them.

#![cfg(feature = "axum")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail"
)]

mod support;

use std::convert::Infallible;
use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{Request, Response, StatusCode};
use axum::routing::{get, post};
use sqreen::event::{Attempt, Custom, Event, Outcome, Property, Session, What};
use sqreen::identity::IdentityError;
use sqreen::pipeline::Trouble;
use sqreen::policy::Policy;
use sqreen::{
    Agent, Checkpoint, Identity, LoginOutcome, Rejected, Sqreen, TrackOptions, Traits,
    UserIdentifiers,
};
use support::*;
use tokio::sync::Notify;
use tower::{Layer, Service, ServiceExt, service_fn};

#[derive(Debug, PartialEq, Identity)]
struct User {
    email: String,
}

fn the_user(email: &str) -> User {
    User {
        email: email.to_owned(),
    }
}

/// Serves one request whose handler is `told`, and gives what happened.
async fn serve<R>(
    agent: &Agent,
    told: impl Fn(Sqreen) -> R + Clone + Send + Sync + 'static,
) -> Answer
where
    R: Future<Output = ()> + Send + 'static,
{
    let app = Router::new()
        .route("/", get(async move |sqreen: Sqreen| told(sqreen).await))
        .layer(agent.layer());
    visit("/").send(&app).await
}

/// What happened, without the times and places, which differ between two runs.
async fn told(agent: &Agent) -> Vec<What> {
    events(agent)
        .await
        .iter()
        .map(|event| event.what.clone())
        .collect()
}

async fn sessions(agent: &Agent) -> Vec<Session> {
    let session = |event: &Arc<Event>| match &event.what {
        What::Session(session) => Some(session.clone()),
        _ => None,
    };
    events(agent).await.iter().filter_map(session).collect()
}

async fn customs(agent: &Agent) -> Vec<Custom> {
    let custom = |event: &Arc<Event>| match &event.what {
        What::Custom(custom) => Some(custom.clone()),
        _ => None,
    };
    events(agent).await.iter().filter_map(custom).collect()
}

fn attempt(outcome: Outcome, email: Option<&str>) -> Attempt {
    Attempt {
        outcome,
        user: email.map(user),
        withheld: false,
    }
}

// --- the five functions ---------------------------------------------------------------------------------

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

// --- nobody to tell -------------------------------------------------------------------------------------

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

// --- bad input ------------------------------------------------------------------------------------------

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
        cause.contains("tests/sdk.rs:") && cause.contains("no identifier"),
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
        let place = format!("tests/sdk.rs:{line}:");
        assert!(
            told.cause.contains(&place),
            "{} does not name {place}",
            told.cause
        );
    }
    assert!(told.cause.contains("`email`, `shop`"), "{}", told.cause);
}

// --- track ----------------------------------------------------------------------------------------------

#[tokio::test]
async fn of_twenty_properties_the_first_sixteen_in_key_order_are_kept_and_it_is_told() {
    let agent = agent();
    serve(&agent, async |sqreen: Sqreen| {
        let options = (0..20).fold(TrackOptions::new(), |options, n| {
            options.property(&format!("k{n}"), n)
        });
        sqreen.track("order.placed", options).result().unwrap();
        sqreen
            .track("order.placed", [("amount", 1); 16])
            .result()
            .unwrap();
    })
    .await;
    let customs = customs(&agent).await;
    let kept: Vec<&str> = customs[0].properties.iter().map(|(name, _)| name).collect();
    assert_eq!(
        kept,
        [
            "k0", "k1", "k10", "k11", "k12", "k13", "k14", "k15", "k16", "k17", "k18", "k19", "k2",
            "k3", "k4", "k5"
        ]
    );
    assert_eq!(
        customs[0].properties.get("k12"),
        Some(&Property::Integer(12))
    );
    let told = diagnostic(&agent, Trouble::Properties).unwrap();
    assert_eq!(told.count, 1);
    assert!(told.cause.contains("order.placed"), "{}", told.cause);
}

#[tokio::test]
async fn names_that_are_ours_empty_or_too_long_are_refused_and_counted() {
    let agent = agent();
    serve(&agent, async |sqreen: Sqreen| {
        for name in ["sq.login", "sq.", "", &"n".repeat(129)] {
            let receipt = sqreen.track(name, [("amount", 1)]);
            assert!(
                matches!(receipt.result(), Err(Rejected::EventName(_))),
                "{name}"
            );
        }
        for name in [
            "sq",
            "square.drawn",
            "Bestellung über 7 €",
            "<script>",
            &"n".repeat(128),
        ] {
            sqreen.track(name, ()).result().unwrap();
        }
    })
    .await;
    assert_eq!(trouble(&agent, Trouble::EventName), 4);
    assert!(
        diagnostic(&agent, Trouble::EventName)
            .unwrap()
            .cause
            .contains("sq.login")
    );
    let names: Vec<String> = customs(&agent)
        .await
        .into_iter()
        .map(|custom| custom.name.into())
        .collect();
    assert_eq!(
        names,
        [
            "sq",
            "square.drawn",
            "Bestellung über 7 €",
            "<script>",
            &"n".repeat(128)
        ]
    );
}

#[tokio::test]
async fn an_event_is_the_requests_users_unless_it_names_one() {
    let agent = agent();
    const TIME: Duration = Duration::from_secs(1_234_567);
    serve(&agent, async |sqreen: Sqreen| {
        sqreen.track("before", ()).result().unwrap();
        sqreen.identify(("email", ALICE)).await.unwrap();
        sqreen.track("after", ()).result().unwrap();
        let options = TrackOptions::new()
            .at(SystemTime::UNIX_EPOCH + TIME)
            .user(("email", BOB))
            .property("role", "admin");
        sqreen.track("invited", options).result().unwrap();
    })
    .await;
    let whose: Vec<_> = customs(&agent)
        .await
        .into_iter()
        .map(|custom| (custom.user, custom.inferred))
        .collect();
    assert_eq!(
        whose,
        [
            (None, false),
            (Some(user(ALICE)), false),
            (Some(user(BOB)), false)
        ]
    );
    let last = events(&agent)
        .await
        .into_iter()
        .rfind(|event| matches!(event.what, What::Custom(_)))
        .unwrap();
    assert_eq!(last.at.as_millis(), 1_234_567_000);
}

#[tokio::test]
async fn an_event_about_an_unusable_user_is_not_taken_for_the_requests_users() {
    let agent = agent();
    serve(&agent, async |sqreen: Sqreen| {
        sqreen.identify(("email", ALICE)).await.unwrap();
        let receipt = sqreen.track("password.reset", TrackOptions::new().user(("email", "")));
        assert!(matches!(receipt.result(), Err(Rejected::Identity(_))));
    })
    .await;
    assert_eq!(trouble(&agent, Trouble::Identity), 1);
    assert_eq!(customs(&agent).await[0].user, None);
}

#[tokio::test]
async fn a_user_agent_is_kept_as_far_as_it_can_be() {
    let agent = agent();
    let app = login_app(&agent);
    let strange = axum::http::HeaderValue::from_bytes(b"curl \xff\xfe").unwrap();
    let mut call = submit("/login/alice@example.com/right").into_request();
    call.headers_mut().insert("user-agent", strange);
    within(app.clone().oneshot(call)).await.unwrap();
    submit("/login/alice@example.com/right")
        .header("user-agent", &"x".repeat(5_000))
        .send(&app)
        .await;
    submit("/login/alice@example.com/right").send(&app).await;
    let events = events(&agent).await;
    let agents: Vec<_> = events
        .iter()
        .map(|event| event.origin.user_agent.as_ref().map(|agent| agent.as_str()))
        .collect();
    assert_eq!(
        agents,
        [Some("curl \u{fffd}\u{fffd}"), Some(&*"x".repeat(256)), None]
    );
}

// --- who the request belongs to -------------------------------------------------------------------------

#[tokio::test]
async fn a_failed_login_never_makes_the_request_the_victims() {
    let agent = agent();
    ban(&agent, user(ALICE));
    let answer = serve(&agent, async |sqreen: Sqreen| {
        sqreen.auth_track(false, ("email", ALICE)).await.unwrap();
        assert_eq!(sqreen.user(), None);
        assert!(!sqreen.user_is_banned());
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
    ban(&agent, user(BOB));
    let answer = serve(&agent, async |sqreen: Sqreen| {
        let traits = Traits::new().with("plan", "pro");
        sqreen
            .identify_with(("email", ALICE), traits.clone())
            .await
            .unwrap();
        assert_eq!(sqreen.request().unwrap().traits(), traits);
        assert!(!sqreen.user_is_banned());
        drop(sqreen.identify(("email", BOB)));
        assert_eq!(sqreen.user().unwrap().user, user(BOB));
        assert!(
            sqreen.request().unwrap().traits().is_empty(),
            "traits are the later user's"
        );
        assert!(sqreen.user_is_banned());
    })
    .await;
    assert!(answer.is_refusal());
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
async fn where_the_user_is_banned_a_success_stops_and_a_failure_does_not() {
    for (stops, told) in [
        (
            true,
            &(|sqreen: &Sqreen| sqreen.identify(("email", ALICE)))
                as &(dyn Fn(&Sqreen) -> Checkpoint + Sync),
        ),
        (true, &|sqreen: &Sqreen| {
            sqreen.auth_track(true, ("email", ALICE))
        }),
        (true, &|sqreen: &Sqreen| {
            sqreen.signup_track(("email", ALICE))
        }),
        (false, &|sqreen: &Sqreen| {
            sqreen.auth_track(false, ("email", ALICE))
        }),
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
        assert_eq!(answer.status() == StatusCode::FORBIDDEN, stops);
        assert_eq!(after.count(), usize::from(!stops));
    }
}

// --- the inferred user ----------------------------------------------------------------------------------

#[tokio::test]
async fn a_request_nobody_identified_is_that_of_who_last_logged_in_from_its_address_and_marked_so()
{
    let agent = agent();
    let app = login_app(&agent).merge(
        Router::new()
            .route(
                "/whose",
                get(async |sqreen: Sqreen| {
                    sqreen.track("seen", ()).result().unwrap();
                    sqreen
                        .user()
                        .map(|user| format!("{} {}", user.user, user.inferred))
                        .unwrap_or_default()
                }),
            )
            .layer(agent.layer()),
    );
    assert_eq!(
        visit("/whose").send(&app).await.body,
        "",
        "nobody has logged in"
    );
    submit("/login/alice@example.com/right").send(&app).await;
    submit("/login/bob@example.com/wrong").send(&app).await;
    assert_eq!(
        visit("/whose").send(&app).await.body,
        "email=alice@example.com true"
    );
    assert_eq!(
        visit("/whose").from(NEXT_DOOR).send(&app).await.body,
        "",
        "another address"
    );
    submit("/login/bob@example.com/right").send(&app).await;
    assert_eq!(
        visit("/whose").send(&app).await.body,
        "email=bob@example.com true"
    );
    let whose: Vec<_> = customs(&agent)
        .await
        .into_iter()
        .skip(1)
        .map(|custom| (custom.user, custom.inferred))
        .collect();
    assert_eq!(whose.last(), Some(&(Some(user(BOB)), true)));
}

#[tokio::test]
async fn an_event_is_not_taken_for_that_of_somebody_who_logs_in_later() {
    let agent = agent();
    let app = login_app(&agent);
    let seen = Router::new()
        .route(
            "/seen",
            get(async |sqreen: Sqreen| sqreen.track("seen", ()).result().unwrap()),
        )
        .layer(agent.layer());
    // Not flushed in between: an event waits in a queue while a login is taken in at once.
    visit("/seen").send(&seen).await;
    submit("/login/alice@example.com/right").send(&app).await;
    assert_eq!(customs(&agent).await[0].user, None);
}

#[tokio::test]
async fn a_user_who_is_only_inferred_is_never_refused_for_it() {
    let agent = agent();
    let app = login_app(&agent);
    submit("/login/alice@example.com/right").send(&app).await;
    ban(&agent, user(ALICE));
    assert_eq!(visit("/").send(&app).await.status, StatusCode::OK);
}

// --- outcomes -------------------------------------------------------------------------------------------

#[sqreen::track_auth(user = "email")]
async fn log_in(email: &str, right: bool) -> Option<User> {
    right.then(|| the_user(email))
}

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
async fn says_error_for_an_option(email: &str, how: u8) -> Result<Option<User>, &'static str> {
    match how {
        0 => Ok(Some(the_user(email))),
        1 => Ok(None),
        _ => Err("the database is down"),
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

/// `POST /login/{email}/{right or wrong}`, `POST /nobody`, and a page.
fn login_app(agent: &Agent) -> Router {
    Router::new()
        .route("/", get(async || "hello"))
        .route(
            "/login/{email}/{password}",
            post(async |Path((email, password)): Path<(String, String)>| {
                match log_in(&email, password == "right").await {
                    Some(_) => StatusCode::OK,
                    None => StatusCode::UNAUTHORIZED,
                }
            }),
        )
        .route(
            "/nobody",
            post(async || {
                log_in("", false).await;
                StatusCode::UNAUTHORIZED
            }),
        )
        .layer(agent.layer())
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

// --- cancelled and panicking ----------------------------------------------------------------------------

#[sqreen::track_auth(user = "email")]
async fn hangs(email: &str, started: &Notify) -> Option<User> {
    started.notify_one();
    pending::<()>().await;
    Some(the_user(email))
}

#[sqreen::track_auth(user = "email")]
async fn panics(email: &str) -> Option<User> {
    tokio::task::yield_now().await;
    panic!("no password check for {email} today");
}

#[sqreen::track_auth(user = "email")]
fn panics_at_once(email: &str) -> bool {
    panic!("no password check for {email} today");
}

#[tokio::test]
async fn a_login_whose_client_hangs_up_is_cancelled_and_no_failure() {
    let (agent, started) = (agent(), Arc::new(Notify::new()));
    let starts = started.clone();
    let app = Router::new()
        .route(
            "/",
            post(async move || hangs(ALICE, &starts).await.is_some().to_string()),
        )
        .layer(agent.layer());
    let server = Server::start(app).await;
    for _ in 0..30 {
        let mut connection = server.connect(1).await;
        connection.send("POST /", "content-length: 0\r\n").await;
        within(started.notified()).await;
        drop(connection);
    }
    let recorded = || agent.events().len() == 30;
    until("all are recorded", recorded).await;
    assert_eq!(
        logins(&agent).await,
        vec![attempt(Outcome::Cancelled, Some(ALICE)); 30]
    );
    assert_eq!(agent.bans().len(), 0);
    server.stop().await;
}

#[tokio::test]
async fn a_client_that_hangs_up_after_the_password_was_found_wrong_has_failed_all_the_same() {
    let (agent, checked) = (agent(), Arc::new(Notify::new()));
    let checks = checked.clone();
    let app = Router::new()
        .route(
            "/",
            post(async move || {
                log_in(ALICE, false).await;
                checks.notify_one();
                pending::<()>().await;
            }),
        )
        .layer(agent.layer());
    let server = Server::start(app).await;
    let mut connection = server.connect(1).await;
    connection.send("POST /", "content-length: 0\r\n").await;
    within(checked.notified()).await;
    drop(connection);
    until("it is recorded", || !agent.events().is_empty()).await;
    assert_eq!(
        logins(&agent).await,
        [attempt(Outcome::Failure, Some(ALICE))]
    );
    server.stop().await;
}

#[tokio::test]
async fn a_login_that_panics_is_recorded_as_such_and_no_failure() {
    let agent = agent();
    let app = Router::new()
        .route(
            "/",
            post(async || panics(ALICE).await.is_some().to_string()),
        )
        .route("/sync", post(async || panics_at_once(ALICE).to_string()))
        .layer(agent.layer());
    for _ in 0..15 {
        for path in ["/", "/sync"] {
            let app = app.clone();
            let request = submit(path).into_request();
            assert!(
                tokio::spawn(app.oneshot(request))
                    .await
                    .unwrap_err()
                    .is_panic()
            );
        }
    }
    assert_eq!(
        logins(&agent).await,
        vec![attempt(Outcome::Panicked, Some(ALICE)); 30]
    );
    assert_eq!(agent.bans().len(), 0);
    // The thread is nobody's afterwards.
    assert!(Sqreen::current().request().is_none());
}
