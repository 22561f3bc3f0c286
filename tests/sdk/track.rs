//! Events of the application are kept within their limits and are the right user's.

use std::time::{Duration, SystemTime};

use sqreen::event::{Clock, Property, What};
use sqreen::pipeline::Trouble;
use sqreen::{Agent, Rejected, Sqreen, TrackOptions};
use tower::ServiceExt;

use super::login_app;
use crate::support::*;

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
        .map(|custom| custom.name.as_str().into())
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
    serve(&agent, async |sqreen: Sqreen| {
        sqreen.track("before", ()).result().unwrap();
        sqreen.identify(("email", ALICE)).await.unwrap();
        sqreen.track("after", ()).result().unwrap();
        let options = TrackOptions::new()
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
}

#[tokio::test]
async fn an_event_is_from_the_last_hour_whatever_time_it_is_given() {
    const HOUR: u64 = 3_600_000;
    const YEAR: u64 = 365 * 24 * HOUR;
    let clock = clock();
    let now = clock.now().as_millis();
    let agent = Agent::builder().clock(clock).build().unwrap();
    let times = [
        (0, now - HOUR),
        (now - 8 * 24 * HOUR, now - HOUR),
        (now - HOUR - 1, now - HOUR),
        (now - HOUR, now - HOUR),
        (now - 1, now - 1),
        (now + 1, now),
        (now + YEAR, now),
    ];
    serve(&agent, move |sqreen: Sqreen| async move {
        for (told, _) in times {
            let time = SystemTime::UNIX_EPOCH + Duration::from_millis(told);
            let options = TrackOptions::new().at(time);
            sqreen.track("message.delivered", options).result().unwrap();
        }
    })
    .await;
    let events = events(&agent).await;
    let customs = events
        .iter()
        .filter(|event| matches!(event.what, What::Custom(_)));
    let taken: Vec<_> = customs.map(|event| event.at.as_millis()).collect();
    assert_eq!(taken, times.map(|(_, taken)| taken));
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
