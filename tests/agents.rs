//! Agents: several in one process, the installed one, one that is switched off, and how they end.

#![cfg(feature = "axum")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail"
)]

mod support;

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, post};
use sqreen::config::Config;
use sqreen::event::{Network, What};
use sqreen::log::Entry;
use sqreen::pipeline::Trouble;
use sqreen::policy::Policy;
use sqreen::registry::SiteKind;
use sqreen::{Agent, Builder, Ending, Rejected, Sqreen, TrackOptions};
use support::*;

/// There is one installed agent in a process: who needs to know which holds this.
static INSTALLED: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[sqreen::track_auth(user = "email")]
async fn log_in(email: &str, right: bool) -> bool {
    !email.is_empty() && right
}

#[sqreen::track_auth(user = "email")]
fn log_in_at_once(email: &str, right: bool) -> bool {
    !email.is_empty() && right
}

#[sqreen::identify(user = "email")]
async fn session(email: &str) -> bool {
    !email.is_empty()
}

/// Logs in, starts a session and tells of something, by attributes and by functions.
fn app(agent: &Agent) -> Router {
    Router::new()
        .route("/", get(async || "hello"))
        .route(
            "/login/{email}",
            post(async |Path(email): Path<String>| {
                log_in(&email, false).await;
                StatusCode::UNAUTHORIZED
            }),
        )
        .route(
            "/all/{email}",
            get(async |sqreen: Sqreen, Path(email): Path<String>| {
                log_in(&email, true).await;
                session(&email).await;
                sqreen::track("seen", ()).result().unwrap();
                sqreen.track("seen", ()).result().unwrap();
                sqreen::signup_track(("email", &email)).await.unwrap();
                "done"
            }),
        )
        .layer(agent.layer())
}

/// An agent that is switched off as `SQREEN_ENABLED=false` does it.
fn switched_off() -> Agent {
    let mut config = Config::default();
    config
        .read_variables([("SQREEN_ENABLED".into(), "false".into())])
        .unwrap();
    Builder::from(config).build().unwrap()
}

/// What a follower has seen.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<Entry>>>);

impl Seen {
    fn follow(&self, builder: Builder) -> Builder {
        let seen = self.0.clone();
        builder.on_event(move |entry| seen.lock().unwrap().push(entry.clone()))
    }

    fn places(&self) -> Vec<u64> {
        self.0
            .lock()
            .unwrap()
            .iter()
            .map(|entry| entry.place)
            .collect()
    }

    fn json(&self) -> String {
        let entries = self.0.lock().unwrap();
        let events: Vec<_> = entries.iter().map(|entry| entry.event.as_ref()).collect();
        serde_json::to_string(&events).unwrap()
    }
}

// --- which agent ----------------------------------------------------------------------------------------

#[tokio::test]
async fn two_agents_in_one_process_do_not_mix() {
    let (one, other) = (agent(), agent());
    let (first, second) = (app(&one), app(&other));
    for _ in 0..10 {
        submit("/login/alice@example.com")
            .from(ATTACKER)
            .send(&first)
            .await;
    }
    let refused = visit("/").from(ATTACKER).send(&first).await;
    assert!(refused.is_refusal());
    assert_eq!(visit("/").from(ATTACKER).send(&second).await.body, "hello");
    assert_eq!((one.bans().len(), other.bans().len()), (1, 0));
    assert!(one.find(refused.decision()).is_some() && other.find(refused.decision()).is_none());
    assert_eq!(events(&other).await.len(), 0);
    assert_eq!(other.memory().subjects, 0);
}

#[tokio::test]
async fn the_agent_whose_layer_serves_a_request_wins_over_the_installed_one() {
    let _alone = INSTALLED.lock().await;
    let (installed, serving) = (agent(), agent());
    installed.install();
    let app = app(&serving);
    assert_eq!(
        visit("/all/alice@example.com").send(&app).await.body,
        "done"
    );
    assert_eq!(
        (events(&serving).await.len(), events(&installed).await.len()),
        (5, 0)
    );
    ban(&installed, user(ALICE));
    assert_eq!(
        visit("/all/alice@example.com").send(&app).await.body,
        "done"
    );
    ban(&serving, user(ALICE));
    assert!(
        visit("/all/alice@example.com")
            .send(&app)
            .await
            .is_refusal()
    );
}

#[tokio::test]
async fn of_two_layers_around_each_other_the_inner_one_serves_and_both_refuse() {
    let (inner, outer) = (agent(), agent());
    let app = app(&inner).layer(outer.layer());
    assert_eq!(
        visit("/all/alice@example.com").send(&app).await.body,
        "done"
    );
    assert_eq!(
        (events(&inner).await.len(), events(&outer).await.len()),
        (5, 0)
    );
    ban(&inner, user(ALICE));
    ban(&outer, address(ATTACKER));
    assert!(
        visit("/all/alice@example.com")
            .send(&app)
            .await
            .is_refusal()
    );
    assert!(visit("/").from(ATTACKER).send(&app).await.is_refusal());
    assert_eq!(visit("/all/bob@example.com").send(&app).await.body, "done");
}

#[tokio::test]
async fn outside_of_requests_the_installed_agent_is_used() {
    let _alone = INSTALLED.lock().await;
    let agent = agent();
    agent.install();
    assert!(log_in(ALICE, true).await);
    assert!(!log_in_at_once(ALICE, false));
    assert!(session(ALICE).await);
    assert_eq!(sqreen::auth_track(true, ("email", ALICE)).await, Ok(()));
    assert_eq!(sqreen::signup_track(("email", ALICE)).await, Ok(()));
    assert_eq!(sqreen::identify(("email", ALICE)).await, Ok(()));
    assert_eq!(sqreen::track("job.done", ()).result(), Ok(()));
    let without_layer = Router::new().route(
        "/",
        get(async |sqreen: Sqreen| {
            sqreen.track("job.done", ()).result().unwrap();
        }),
    );
    visit("/").send(&without_layer).await;
    let recorded = events(&agent).await;
    assert_eq!(recorded.len(), 8);
    assert!(recorded.iter().all(|event| event.origin.address.is_none()));
    assert_eq!(logins(&agent).await.len(), 3);
    let told = diagnostic(&agent, Trouble::NoRequest).unwrap();
    assert_eq!(told.count, 8);
    assert!(told.cause.contains("agent.layer()"), "{}", told.cause);
}

#[tokio::test]
async fn outside_of_requests_a_banned_user_is_refused_and_nothing_parks() {
    let _alone = INSTALLED.lock().await;
    let agent = agent();
    agent.install();
    let id = ban(&agent, user(ALICE));
    let refused = within(sqreen::identify(("email", ALICE)))
        .await
        .unwrap_err();
    assert_eq!(refused.decision(), id);
    assert!(
        within(sqreen::auth_track(true, ("email", ALICE)))
            .await
            .is_err()
    );
    assert!(!within(log_in(ALICE, true)).await);
    assert!(!log_in_at_once(ALICE, true));
    assert!(!within(session(ALICE)).await);
    assert!(
        !sqreen::user_is_banned(),
        "there is no request that would be that user's"
    );
    assert!(within(log_in(BOB, true)).await);
}

#[tokio::test]
async fn the_agent_installed_last_is_the_processs_and_lives_without_its_handle() {
    let _alone = INSTALLED.lock().await;
    let (first, seen) = (agent(), Seen::default());
    first.install();
    let second = seen.follow(Agent::builder()).build().unwrap();
    second.install();
    drop(second);
    assert_eq!(sqreen::track("job.done", ()).result(), Ok(()));
    until("the follower of the second has seen it", || {
        !seen.places().is_empty()
    })
    .await;
    assert_eq!(events(&first).await.len(), 0);
    first.install();
    assert_eq!(sqreen::track("job.done", ()).result(), Ok(()));
    assert_eq!(events(&first).await.len(), 1);
}

#[test]
fn an_agent_works_without_a_runtime_and_outlives_one() {
    let agent = agent();
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    for n in 1..=2 {
        runtime().block_on(async {
            assert_eq!(
                visit("/all/alice@example.com")
                    .send(&app(&agent))
                    .await
                    .body,
                "done"
            );
        });
        block_on(agent.flush());
        assert_eq!(agent.events().len(), 5 * n);
    }
    block_on(agent.shutdown());
}

// --- switched off ---------------------------------------------------------------------------------------

#[tokio::test]
async fn an_agent_that_is_switched_off_lets_everything_through() {
    let _alone = INSTALLED.lock().await;
    let agent = switched_off();
    agent.install();
    assert!(!agent.is_enabled());
    let app = Router::new()
        .route(
            "/",
            get(async |sqreen: Sqreen| {
                assert!(sqreen.request().is_none());
                for _ in 0..20 {
                    log_in(ALICE, false).await;
                }
                assert!(session(ALICE).await);
                "hello"
            }),
        )
        .layer(agent.layer());
    ban(&agent, address(ATTACKER));
    ban(&agent, user(ALICE));
    for _ in 0..3 {
        assert_eq!(visit("/").from(ATTACKER).send(&app).await.body, "hello");
    }
    within(agent.flush()).await;
    assert_eq!(logins(&agent).await.len(), 0);
    within(agent.shutdown()).await;
}

#[tokio::test]
async fn calls_to_an_installed_agent_that_is_switched_off_say_so() {
    let _alone = INSTALLED.lock().await;
    let agent = switched_off();
    agent.install();
    assert_eq!(
        sqreen::identify(("email", ALICE)).problem(),
        Some(&Rejected::Disabled)
    );
    assert_eq!(
        sqreen::auth_track(false, ("email", ALICE)).problem(),
        Some(&Rejected::Disabled)
    );
    assert_eq!(
        sqreen::signup_track(("email", ALICE)).problem(),
        Some(&Rejected::Disabled)
    );
    assert_eq!(sqreen::track("seen", ()).result(), Err(Rejected::Disabled));
    assert_eq!(sqreen::identify(("email", ALICE)).await, Ok(()));
    assert!(log_in(ALICE, true).await && session(ALICE).await && !sqreen::user_is_banned());
    assert_eq!(agent.events().len(), 0);
}

// --- followers and the end ------------------------------------------------------------------------------

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shutdown_loses_nothing_and_followers_see_all_in_order() {
    const THREADS: usize = 8;
    // As many as fit into the queue of a thread before the agent has taken in any.
    const EVENTS: usize = 512;
    let seen = Seen::default();
    let agent = seen.follow(Agent::builder()).build().unwrap();
    let request = Arc::new(Mutex::new(None));
    let keep = request.clone();
    let app = Router::new()
        .route(
            "/",
            get(async move |sqreen: Sqreen| *keep.lock().unwrap() = Some(sqreen)),
        )
        .layer(agent.layer());
    visit("/").send(&app).await;
    let sqreen = request.lock().unwrap().take().unwrap();
    std::thread::scope(|threads| {
        for thread in 0..THREADS {
            let sqreen = sqreen.clone();
            threads.spawn(move || {
                for n in 0..EVENTS {
                    sqreen
                        .track("step", [("thread", thread), ("n", n)])
                        .result()
                        .unwrap();
                }
            });
        }
    });
    sqreen.auth_track(true, ("email", ALICE)).await.unwrap();
    within(agent.shutdown()).await;

    assert_eq!(trouble(&agent, Trouble::QueueFull), 0);
    let count = THREADS * EVENTS + 1;
    assert_eq!(
        seen.places(),
        (1..=count as u64).collect::<Vec<_>>(),
        "each once, in the order of the stream"
    );
    let mut next = [0; THREADS];
    for entry in seen.0.lock().unwrap().iter() {
        let What::Custom(custom) = &entry.event.what else {
            continue;
        };
        let number = |name| match custom.properties.get(name) {
            Some(sqreen::event::Property::Integer(number)) => usize::try_from(*number).unwrap(),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            number("n"),
            next[number("thread")],
            "a thread's events keep their order"
        );
        next[number("thread")] += 1;
    }
    assert_eq!(next, [EVENTS; THREADS]);
}

#[tokio::test]
async fn after_shutdown_events_are_refused_and_counted_and_bans_stay_in_force() {
    let seen = Seen::default();
    let agent = seen.follow(Agent::builder()).build().unwrap();
    let app = app(&agent);
    ban(&agent, address(ATTACKER));
    within(agent.shutdown()).await;
    let before = seen.places();
    assert_eq!(
        visit("/all/alice@example.com").send(&app).await.body,
        "done"
    );
    assert!(visit("/").from(ATTACKER).send(&app).await.is_refusal());
    within(agent.shutdown()).await;
    assert_eq!(seen.places(), before);
    // A login, a session, two events, a sign-up and a refusal.
    assert_eq!(trouble(&agent, Trouble::AfterShutdown), 6);
}

#[tokio::test]
async fn when_flush_returns_all_followers_have_seen_what_happened_before() {
    let (one, other) = (Seen::default(), Seen::default());
    // Twenty sign-ups from one address would be a decision, and thus one more event.
    let builder = Agent::builder().policy(Policy::none());
    let agent = other.follow(one.follow(builder)).build().unwrap();
    let app = app(&agent);
    for n in 1..=20 {
        visit("/all/alice@example.com").send(&app).await;
        within(agent.flush()).await;
        assert_eq!(one.places().len(), 5 * n);
        assert_eq!(one.places(), other.places());
    }
    assert_eq!(
        one.places(),
        agent
            .events()
            .iter()
            .map(|entry| entry.place)
            .collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn a_follower_that_panics_is_told_of_and_harms_nobody() {
    let seen = Seen::default();
    let panicking =
        Agent::builder().on_event(|entry| assert_ne!(entry.place, 2, "a follower's own mistake"));
    let agent = seen.follow(panicking).build().unwrap();
    let app = app(&agent);
    visit("/all/alice@example.com").send(&app).await;
    within(agent.flush()).await;
    assert_eq!(seen.places(), [1, 2, 3, 4, 5]);
    assert_eq!(trouble(&agent, Trouble::Follower), 1);
    ban(&agent, address(ATTACKER));
    assert!(visit("/").from(ATTACKER).send(&app).await.is_refusal());
}

#[tokio::test]
async fn an_agent_stops_with_its_last_handle_and_takes_everything_in_before() {
    let (alive, seen) = (Gauge::default(), Seen::default());
    let guard = alive.guard();
    let follower = seen.0.clone();
    let agent = Agent::builder()
        .on_event(move |entry| {
            let _held = &guard;
            follower.lock().unwrap().push(entry.clone());
        })
        .build()
        .unwrap();
    let app = app(&agent);
    drop(agent);
    assert_eq!(
        visit("/all/alice@example.com").send(&app).await.body,
        "done",
        "the layer is a handle as well"
    );
    assert_eq!(alive.live(), 1);
    drop(app);
    until("the agent's thread has ended", || alive.live() == 0).await;
    assert_eq!(seen.places(), [1, 2, 3, 4, 5]);
}

// --- what is not told to followers ----------------------------------------------------------------------

#[tokio::test]
async fn followers_with_pseudonyms_never_see_who_a_user_is() {
    let (seen, clear) = (Seen::default(), Seen::default());
    let agent = seen
        .follow(Agent::builder().pseudonyms(b"0123456789abcdef"))
        .build()
        .unwrap();
    let plain = clear.follow(Agent::builder()).build().unwrap();
    for agent in [&agent, &plain] {
        let app = Router::new()
            .route(
                "/",
                get(async |sqreen: Sqreen| {
                    sqreen.signup_track(("email", ALICE)).await.unwrap();
                    sqreen.auth_track(false, ("email", BOB)).await.unwrap();
                    sqreen.auth_track(true, ("email", ALICE)).await.unwrap();
                    sqreen.identify(("email", ALICE)).await.unwrap();
                    sqreen.identify(("email", BOB)).await.unwrap();
                    sqreen.track("seen", ()).result().unwrap();
                    sqreen
                        .track("invited", TrackOptions::new().user(("email", ALICE)))
                        .result()
                        .unwrap();
                }),
            )
            .route(
                "/seen",
                get(async || sqreen::track("seen", ()).result().unwrap()),
            )
            .route(
                "/login/{email}",
                post(async |Path(email): Path<String>| {
                    log_in(&email, false).await;
                }),
            )
            .route(
                "/session",
                get(async || {
                    session(ALICE).await;
                }),
            )
            .layer(agent.layer());
        visit("/").send(&app).await;
        visit("/seen").send(&app).await;
        for n in 0..20 {
            submit("/login/alice@example.com")
                .from(&format!("10.0.0.{n}"))
                .send(&app)
                .await;
        }
        assert_eq!(
            agent.bans()[0].subject,
            user(ALICE).into(),
            "inside, users are who they are"
        );
        submit("/login/alice@example.com")
            .from(ATTACKER)
            .send(&app)
            .await;
        agent.ban(user(ALICE), Ending::WhenPardoned, "");
        visit("/session").send(&app).await;
        agent.pardon(user(ALICE));
        agent.allow(user(ALICE));
        agent.ban(
            "203.0.113.0/24".parse::<Network>().unwrap(),
            Ending::WhenPardoned,
            "",
        );
        within(agent.flush()).await;
    }
    let (hidden, shown) = (seen.json(), clear.json());
    for kind in [
        "sign_up", "login", "session", "custom", "decision", "ban", "refusal", "pardon", "allow",
    ] {
        let kind = format!("\"type\":\"{kind}\"");
        assert!(hidden.contains(&kind) && shown.contains(&kind), "{kind}");
    }
    assert!(shown.contains(ALICE) && shown.contains(BOB));
    assert!(
        !hidden.contains("alice") && !hidden.contains("bob"),
        "{hidden}"
    );
    assert!(hidden.contains("203.0.113.0/24"));
    // The same user is still the same, under the same key, and users are still told apart.
    let mut names: Vec<&str> = hidden
        .split("\"email\":\"")
        .skip(1)
        .map(|rest| &rest[..37])
        .collect();
    assert_eq!(names.len(), shown.matches("\"email\":\"").count());
    names.sort_unstable();
    names.dedup();
    assert!(
        names.len() == 2 && names.iter().all(|name| name.starts_with("anon_")),
        "{names:?}"
    );
    // What is logged leaves the process as well.
    let told = diagnostic(&agent, Trouble::TwoUsers).unwrap().cause;
    assert!(!told.contains("alice") && told.contains("anon_"), "{told}");
}

#[test]
fn a_secret_that_can_be_guessed_is_refused_and_not_repeated() {
    let error = Agent::builder()
        .pseudonyms(b"hunter2")
        .build()
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("7 bytes") && !error.contains("hunter2"),
        "{error}"
    );
}

// --- attributes -----------------------------------------------------------------------------------------

/// A session that names users by another key than logins do: told of whether it runs or not.
#[allow(dead_code, reason = "it is there to be listed")]
#[sqreen::identify(user(account = number))]
fn session_by_number(number: u64) -> bool {
    number > 0
}

#[tokio::test]
async fn attributes_that_name_users_by_different_keys_are_told_of_at_the_start_naming_both_places()
{
    let told = diagnostic(&agent(), Trouble::IdentityFormat).unwrap();
    let line = |function: &str| {
        let source = include_str!("agents.rs");
        let before = source.split(&format!("fn {function}(")).next().unwrap();
        before.matches('\n').count() + 1
    };
    let login = format!("`log_in` (tests/agents.rs:{}", line("log_in"));
    let session = format!(
        "`session_by_number` (tests/agents.rs:{}",
        line("session_by_number")
    );
    assert!(
        told.cause.contains(&login),
        "{} does not name {login}",
        told.cause
    );
    assert!(
        told.cause.contains(&session),
        "{} does not name {session}",
        told.cause
    );
    assert!(
        told.cause.contains("`email`") && told.cause.contains("`account`"),
        "{}",
        told.cause
    );
    assert_eq!(told.count, 1);
}

#[sqreen::track_signup(user = "email")]
async fn sign_up_for_the_list(email: &str) -> bool {
    !email.is_empty()
}

#[sqreen::identify(user = "email")]
async fn session_for_the_list(email: &str) -> bool {
    !email.is_empty()
}

#[tokio::test]
async fn instrumentation_lists_every_function_with_its_place_its_keys_and_how_often_it_ran() {
    let agent = agent();
    let app = Router::new()
        .route(
            "/",
            get(async || {
                sign_up_for_the_list(ALICE).await;
                session_for_the_list(ALICE).await;
                session_for_the_list("").await;
                session_for_the_list(BOB).await;
            }),
        )
        .layer(agent.layer());
    let runs = async |function: &str| {
        agent.flush().await;
        let list = agent.instrumentation();
        let listed: Vec<_> = list
            .iter()
            .filter(|listed| listed.function == function)
            .collect();
        assert_eq!(listed.len(), 1, "{function} is listed once");
        let listed = listed[0];
        assert!(
            listed.module.starts_with("agents")
                && listed.file == "tests/agents.rs"
                && listed.line > 1
        );
        assert_eq!(listed.keys, ["email"]);
        (listed.kind, listed.runs)
    };
    assert_eq!(runs("sign_up_for_the_list").await, (SiteKind::SignUp, 0));
    assert_eq!(runs("session_for_the_list").await, (SiteKind::Session, 0));
    for _ in 0..2 {
        visit("/").send(&app).await;
    }
    assert_eq!(runs("sign_up_for_the_list").await, (SiteKind::SignUp, 2));
    assert_eq!(runs("session_for_the_list").await, (SiteKind::Session, 6));
    assert_eq!(runs("log_in").await.0, SiteKind::Login);
}
