//! A request that nobody identified is that of who last logged in from its address, and only marked so.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use sqreen::Sqreen;

use super::login_app;
use crate::support::*;

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
