//! `session`: a digest of what names a session.

use axum::http::StatusCode;
use sqreen::SessionOptions;

use super::{COOKIE, Form, form, instance, session_digest};
use crate::support::*;
use crate::{ALICES_ROW, Row, by_id};

#[sqreen::identify(session = token, user_from = |row| row.id)]
pub(super) async fn current_user(token: String) -> Option<Row> {
    tokio::task::yield_now().await;
    (!drop_it(token).is_empty()).then_some(ALICES_ROW)
}

fn drop_it(token: String) -> &'static str {
    if token.is_empty() { "" } else { "somebody" }
}

#[sqreen::identify(user = form.email, session = form.password.as_bytes())]
async fn at_the_door(form: Form) -> StatusCode {
    drop(form);
    StatusCode::OK
}

#[tokio::test]
async fn a_session_has_a_digest_of_what_names_it() {
    let agent = instance();
    for token in [COOKIE, COOKIE, "another", ""] {
        serve(&agent, move |_| async move {
            current_user(token.to_owned()).await;
        })
        .await;
    }
    serve(&agent, async |_| {
        at_the_door(form(ALICE, COOKIE)).await;
    })
    .await;
    let sessions = sessions(&agent).await;
    let told: Vec<_> = sessions.iter().map(|session| session.session).collect();
    let cookie = Some(session_digest(COOKIE));
    let another = Some(session_digest("another"));
    assert_eq!(told, [cookie, cookie, another, cookie]);
    assert_eq!(
        (&sessions[0].user, &sessions[3].user),
        (&by_id(7), &user(ALICE))
    );
}

#[tokio::test]
async fn which_session_it_is_may_be_known_later_and_is_told_once() {
    let agent = instance();
    serve(&agent, async |sqreen| {
        let session = || SessionOptions::new().session(COOKIE);
        sqreen.identify(("email", ALICE)).await.unwrap();
        sqreen
            .identify_with(("email", ALICE), session())
            .await
            .unwrap();
        sqreen
            .identify_with(("email", ALICE), session())
            .await
            .unwrap();
        sqreen.identify(("email", ALICE)).await.unwrap();
    })
    .await;
    let told: Vec<_> = sessions(&agent)
        .await
        .iter()
        .map(|session| session.session)
        .collect();
    assert_eq!(told, [None, Some(session_digest(COOKIE))]);
}
