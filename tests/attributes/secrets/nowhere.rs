//! What a secret was is nowhere to be found: neither in events nor in what is shown and logged of them.

use std::fmt::Write;
use std::sync::{Arc, Mutex, OnceLock};

use sqreen::{Agent, LoginOptions, SessionOptions};

use super::nested::{Check, page};
use super::sessions::current_user;
use super::{COOKIE, Hidden, RIGHT, SHARED, WRONG, digest, log_in, of_any_kind};
use crate::support::*;

/// All that is logged in this process.
static LINES: Mutex<String> = Mutex::new(String::new());

struct Lines;

impl tracing::Subscriber for Lines {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut lines = LINES.lock().unwrap();
        writeln!(lines, "{event:?}").unwrap();
        event.record(
            &mut |field: &tracing::field::Field, value: &dyn std::fmt::Debug| {
                writeln!(lines, "{field} = {value:?}").unwrap();
            },
        );
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

#[sqreen::track_auth(secret = password.panics())]
fn with_an_expression_that_panics(email: &str, password: &Hidden) -> bool {
    let _ = (email, password);
    false
}

#[tokio::test]
async fn nothing_of_a_secret_is_to_be_found_anywhere() {
    static LISTENS: OnceLock<()> = OnceLock::new();
    LISTENS.get_or_init(|| tracing::subscriber::set_global_default(Lines).unwrap());
    let shown = Arc::new(Mutex::new(String::new()));
    let followed = Arc::clone(&shown);
    let agent = Agent::builder()
        .digest_secret(SHARED)
        .on_event(move |entry| write!(followed.lock().unwrap(), "{entry:?}").unwrap())
        .build()
        .unwrap();
    let debugged = Arc::clone(&shown);
    serve(&agent, move |sqreen| {
        let shown = Arc::clone(&debugged);
        async move {
            log_in(BOB, RIGHT).await.ok();
            with_an_expression_that_panics(ALICE, &Hidden(WRONG.to_owned()));
            // Noted as trouble: it is nobody's.
            of_any_kind("", WRONG);
            page(BOB, WRONG, Check::RightButNotLetIn).await;
            current_user(COOKIE.to_owned()).await;
            let tried = LoginOptions::new().secret(WRONG);
            let session = SessionOptions::new().session(COOKIE);
            let debug = format!("{tried:?} {session:?} {sqreen:?}");
            shown.lock().unwrap().push_str(&debug);
            sqreen
                .auth_track_with(false, ("email", ""), tried)
                .await
                .ok();
            sqreen.identify_with(("email", BOB), session).await.ok();
        }
    })
    .await;
    // More than is let pass: a decision is logged, and the handler ends where it stands.
    serve(&agent, async |_| {
        for _ in 0..30 {
            log_in(ALICE, WRONG).await.ok();
        }
    })
    .await;
    agent.flush().await;
    let mut shown = shown.lock().unwrap().clone();
    for event in events(&agent).await {
        writeln!(shown, "{event:?}").unwrap();
        writeln!(shown, "{}", serde_json::to_string(&*event).unwrap()).unwrap();
    }
    writeln!(shown, "{:?} {agent:?}", agent.diagnostics()).unwrap();
    let lines = LINES.lock().unwrap().clone();
    assert!(lines.contains("counted"), "decisions are logged: {lines}");
    assert!(lines.contains("panicked"), "and so is trouble: {lines}");
    assert!(shown.contains(&digest(WRONG).to_string()), "{shown}");
    for place in [shown, lines] {
        assert!(!place.contains("zebra-umbrella"), "{place}");
        assert!(!place.contains(&digest(RIGHT).to_string()), "{place}");
    }
}
