//! Rule 7: who is refused, where the handler stops, and what the client gets.

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
use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{Response, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use http_body::Frame;
use http_body_util::BodyExt;
use sqreen::config::Config;
use sqreen::event::{Network, Outcome, RefusalPoint, What};
use sqreen::policy::Policy;
use sqreen::{Agent, Builder, Refused, RequestExt, Sqreen, shield};
use support::*;
use tokio::sync::Notify;
use tower::{Layer, Service, service_fn};

#[derive(sqreen::Identity)]
struct User {
    email: String,
}

fn the_user(email: &str) -> User {
    User {
        email: email.to_owned(),
    }
}

// --- before the handler ---------------------------------------------------------------------------------

#[tokio::test]
async fn a_banned_address_is_refused_before_the_handler_runs() {
    let (agent, ran) = (agent(), Tally::default());
    let handler = ran.clone();
    let inside = ran.clone();
    let app = Router::new()
        .route("/", get(async move || handler.hit()))
        .layer(from_fn(move |request: Request, next: Next| {
            inside.hit();
            next.run(request)
        }))
        .layer(agent.layer());
    assert_eq!(
        visit("/").from(ATTACKER).send(&app).await.status,
        StatusCode::OK
    );
    assert_eq!(ran.count(), 2);

    let id = ban(&agent, address(ATTACKER));
    let answer = visit("/").from(ATTACKER).send(&app).await;
    assert!(answer.is_refusal());
    assert_eq!(answer.decision(), id);
    assert_eq!(
        ran.count(),
        2,
        "neither the handler nor a layer inside of ours ran"
    );
    assert_eq!(
        visit("/").from(HOME).send(&app).await.status,
        StatusCode::OK
    );
    assert_eq!(refusals(&agent).await[0].point, RefusalPoint::Request);
}

#[tokio::test]
async fn every_address_of_a_banned_network_is_refused_and_its_neighbours_are_not() {
    let agent = agent();
    let app = Router::new()
        .route("/", get(async || ()))
        .layer(agent.layer());
    ban(&agent, "203.0.113.0/29".parse::<Network>().unwrap());
    for (from, refused) in [
        ("203.0.112.255", false),
        ("203.0.113.0", true),
        ("203.0.113.7", true),
        ("203.0.113.8", false),
    ] {
        assert_eq!(
            visit("/").from(from).send(&app).await.is_refusal(),
            refused,
            "{from}"
        );
    }
}

// --- at login and sign-up -------------------------------------------------------------------------------

#[sqreen::track_auth(user = "email")]
async fn log_in(email: &str, checked: &Tally) -> Option<User> {
    checked.hit();
    Some(the_user(email))
}

#[sqreen::track_signup(user = "email")]
async fn sign_up(email: &str, opened: &Tally) -> Result<User, &'static str> {
    opened.hit();
    Ok(the_user(email))
}

#[tokio::test]
async fn a_banned_user_is_refused_at_login_before_the_password_is_checked() {
    let (agent, checked) = (agent(), Tally::default());
    let (tally, after) = (checked.clone(), Tally::default());
    let beyond = after.clone();
    let app = Router::new()
        .route(
            "/login/{email}",
            post(
                async move |axum::extract::Path(email): axum::extract::Path<String>| {
                    let user = log_in(&email, &tally).await;
                    beyond.hit();
                    user.map(|user| user.email).unwrap_or_default()
                },
            ),
        )
        .layer(agent.layer());
    assert_eq!(
        submit("/login/alice@example.com").send(&app).await.body,
        ALICE
    );
    assert_eq!((checked.count(), after.count()), (1, 1));

    ban(&agent, user(ALICE));
    assert!(
        submit("/login/alice@example.com")
            .send(&app)
            .await
            .is_refusal()
    );
    assert_eq!((checked.count(), after.count()), (1, 1));
    assert_eq!(submit("/login/bob@example.com").send(&app).await.body, BOB);
    assert_eq!(logins(&agent).await.len(), 2, "a refused login is none");
    let refused = refusals(&agent).await;
    assert_eq!(
        (refused[0].point, &refused[0].user),
        (RefusalPoint::Login, &Some(user(ALICE)))
    );
}

#[tokio::test]
async fn a_banned_user_is_refused_at_sign_up_before_the_account_is_opened() {
    let (agent, opened) = (agent(), Tally::default());
    let tally = opened.clone();
    let app = Router::new()
        .route(
            "/",
            post(async move || sign_up(ALICE, &tally).await.map(|user| user.email)),
        )
        .layer(agent.layer());
    ban(&agent, user(ALICE));
    assert!(submit("/").send(&app).await.is_refusal());
    assert_eq!(opened.count(), 0);
    assert_eq!(refusals(&agent).await[0].point, RefusalPoint::SignUp);
}

#[derive(Debug, thiserror::Error)]
enum LoginError {
    #[error("the password is wrong")]
    Password,
    #[error(transparent)]
    Refused(#[from] Refused),
}

#[sqreen::track_auth(user = "email")]
async fn log_in_or_say_why(email: &str, right: bool, checked: &Tally) -> Result<User, LoginError> {
    checked.hit();
    if right {
        Ok(the_user(email))
    } else {
        Err(LoginError::Password)
    }
}

#[sqreen::identify]
async fn session_or_why(email: &str) -> Result<User, LoginError> {
    Ok(the_user(email))
}

#[tokio::test]
async fn a_function_whose_error_is_made_from_a_refusal_returns_it() {
    let (agent, checked) = (agent(), Tally::default());
    let said = Arc::new(Mutex::new(Vec::new()));
    let (tally, says) = (checked.clone(), said.clone());
    let app = Router::new()
        .route(
            "/",
            get(async move || {
                let login = log_in_or_say_why(ALICE, true, &tally)
                    .await
                    .map(|user| user.email);
                let session = session_or_why(ALICE).await.map(|user| user.email);
                says.lock().unwrap().extend([login, session]);
                StatusCode::UNAUTHORIZED
            }),
        )
        .layer(agent.layer());
    let id = ban(&agent, user(ALICE));
    let answer = visit("/").send(&app).await;
    assert!(
        answer.is_refusal(),
        "whatever the handler makes of it: {answer:?}"
    );
    assert_eq!(checked.count(), 0);
    let said = said.lock().unwrap();
    for said in said.iter() {
        assert!(
            matches!(said, Err(LoginError::Refused(refused)) if refused.decision() == id),
            "{said:?}"
        );
    }
    assert_eq!(said.len(), 2);
}

#[sqreen::track_auth(user = "email")]
fn quick_login(email: &str, checked: &Tally) -> Option<User> {
    checked.hit();
    Some(the_user(email))
}

#[sqreen::track_auth(user = "email")]
fn quick_check(email: &str, checked: &Tally) -> bool {
    checked.hit();
    !email.is_empty()
}

#[sqreen::track_auth(user = "email")]
fn quick_query(email: &str, checked: &Tally) -> Result<Option<User>, String> {
    checked.hit();
    Ok(Some(the_user(email)))
}

#[sqreen::identify]
fn quick_session(email: &str) -> Option<User> {
    Some(the_user(email))
}

#[sqreen::track_auth(user = "email")]
fn login_without_a_word(email: &str, checked: &Tally) -> Result<User, String> {
    checked.hit();
    Ok(the_user(email))
}

#[sqreen::identify]
fn session_without_a_word(email: &str) -> User {
    the_user(email)
}

#[tokio::test]
async fn a_sync_function_that_can_say_nobody_says_it_and_runs_no_further() {
    let (agent, checked) = (agent(), Tally::default());
    let said = Arc::new(Mutex::new(Vec::new()));
    let (tally, says) = (checked.clone(), said.clone());
    let app = Router::new()
        .route(
            "/",
            get(async move || {
                let query = quick_query(ALICE, &tally).is_ok_and(|user| user.is_some());
                let session = quick_session(ALICE).is_some();
                says.lock().unwrap().extend([
                    quick_login(ALICE, &tally).is_some(),
                    quick_check(ALICE, &tally),
                    query,
                    session,
                ]);
            }),
        )
        .layer(agent.layer());
    assert_eq!(visit("/").send(&app).await.status, StatusCode::OK);
    assert_eq!(std::mem::take(&mut *said.lock().unwrap()), [true; 4]);
    assert_eq!(checked.count(), 3);

    ban(&agent, user(ALICE));
    assert!(visit("/").send(&app).await.is_refusal());
    assert_eq!(*said.lock().unwrap(), [false; 4]);
    assert_eq!(checked.count(), 3);
}

#[tokio::test]
async fn a_sync_function_that_cannot_goes_on_and_the_answer_is_replaced() {
    let (agent, checked, after) = (agent(), Tally::default(), Tally::default());
    let (tally, beyond) = (checked.clone(), after.clone());
    let app = Router::new()
        .route(
            "/login",
            get({
                let beyond = beyond.clone();
                async move || {
                    assert_eq!(login_without_a_word(ALICE, &tally).unwrap().email, ALICE);
                    beyond.hit();
                }
            }),
        )
        .route(
            "/session",
            get(async move || {
                assert_eq!(session_without_a_word(ALICE).email, ALICE);
                beyond.hit();
            }),
        )
        .layer(agent.layer());
    ban(&agent, user(ALICE));
    assert!(visit("/login").send(&app).await.is_refusal());
    assert!(visit("/session").send(&app).await.is_refusal());
    assert_eq!((checked.count(), after.count()), (1, 2));
    assert_eq!(logins(&agent).await.len(), 0, "a refused login is none");
}

#[sqreen::track_auth(user = "email")]
async fn slow_login(email: &str, started: &Notify, go: &Notify) -> Option<User> {
    started.notify_one();
    go.notified().await;
    Some(the_user(email))
}

#[tokio::test]
async fn a_login_that_succeeds_after_the_ban_came_is_withheld() {
    let agent = agent();
    let (started, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let whose = Arc::new(Mutex::new(None));
    let (sent, goes, says) = (started.clone(), go.clone(), whose.clone());
    let app = Router::new()
        .route(
            "/",
            post(async move |sqreen: Sqreen| {
                let found = slow_login(ALICE, &sent, &goes).await.is_some();
                *says.lock().unwrap() = Some((found, sqreen.user()));
                "welcome"
            }),
        )
        .layer(agent.layer());
    let running = tokio::spawn(async move { submit("/").send(&app).await });
    within(started.notified()).await;
    ban(&agent, user(ALICE));
    go.notify_one();
    assert!(
        running.await.unwrap().is_refusal(),
        "the session cookie does not get out"
    );
    assert_eq!(
        *whose.lock().unwrap(),
        Some((true, None)),
        "the function's value stays, the request is nobody's"
    );
    let login = &logins(&agent).await[0];
    assert_eq!((login.outcome, login.withheld), (Outcome::Success, true));
}

// --- at identify ----------------------------------------------------------------------------------------

#[sqreen::identify]
async fn current_user(email: &str) -> Option<User> {
    Some(the_user(email))
}

#[sqreen::identify]
async fn current_account(email: &str) -> User {
    the_user(email)
}

/// The statement after `identify` runs for Alice, and once she is banned it does not.
async fn stops_at_identify<F>(handler: impl Fn(Tally) -> F + Clone + Send + Sync + 'static)
where
    F: Future<Output = ()> + Send + 'static,
{
    let (agent, after) = (agent(), Tally::default());
    let beyond = after.clone();
    let app = Router::new()
        .route("/", get(async move || handler(beyond).await))
        .layer(agent.layer());
    assert_eq!(visit("/").send(&app).await.status, StatusCode::OK);
    assert_eq!(after.count(), 1);

    let id = ban(&agent, user(ALICE));
    let answer = visit("/").send(&app).await;
    assert!(answer.is_refusal(), "{answer:?}");
    assert_eq!(answer.decision(), id);
    assert_eq!(after.count(), 1, "nothing after that point runs");
    let refused = refusals(&agent).await;
    assert_eq!(
        (refused.len(), refused[0].point),
        (1, RefusalPoint::Session)
    );
}

#[tokio::test]
async fn nothing_after_a_refused_identify_runs() {
    stops_at_identify(async |after| {
        sqreen::identify(("email", ALICE)).await.ok();
        after.hit();
    })
    .await;
}

#[tokio::test]
async fn nothing_after_a_refused_session_function_runs() {
    stops_at_identify(async |after| {
        current_user(ALICE).await;
        after.hit();
    })
    .await;
    stops_at_identify(async |after| {
        current_account(ALICE).await;
        after.hit();
    })
    .await;
}

#[tokio::test]
async fn nothing_after_a_refused_identify_runs_inside_join() {
    stops_at_identify(async |after| {
        let identify = async {
            sqreen::identify(("email", ALICE)).await.ok();
        };
        tokio::join!(identify, tokio::task::yield_now());
        after.hit();
    })
    .await;
}

#[tokio::test]
async fn nothing_after_a_refused_identify_runs_inside_select() {
    stops_at_identify(async |after| {
        tokio::select! {
            () = pending() => {}
            _ = current_user(ALICE) => after.hit(),
        }
    })
    .await;
}

#[tokio::test]
async fn nothing_after_a_refused_identify_runs_inside_nested_sets_of_futures() {
    stops_at_identify(async |after| {
        let inner = SideBySide::new().and(tokio::task::yield_now()).and(async {
            tokio::task::yield_now().await;
            current_user(ALICE).await;
            after.hit();
        });
        SideBySide::new()
            .and(inner)
            .and(async { tokio::join!(tokio::task::yield_now()).0 })
            .await;
    })
    .await;
}

#[tokio::test]
async fn nothing_after_a_refused_identify_runs_where_it_was_called_before_and_awaited_later() {
    stops_at_identify(async |after| {
        let checkpoint = sqreen::identify(("email", ALICE));
        checkpoint.await.ok();
        after.hit();
    })
    .await;
}

/// Somebody who is logged in, found by an extractor.
struct LoggedIn;

impl<S: Sync> FromRequestParts<S> for LoggedIn {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        current_user(ALICE).await;
        Ok(Self)
    }
}

#[tokio::test]
async fn a_refused_identify_in_an_extractor_keeps_the_handler_from_running() {
    let (agent, ran) = (agent(), Tally::default());
    let tally = ran.clone();
    let app = Router::new()
        .route("/", get(async move |_: LoggedIn| tally.hit()))
        .layer(agent.layer());
    assert_eq!(visit("/").send(&app).await.status, StatusCode::OK);
    ban(&agent, user(ALICE));
    assert!(visit("/").send(&app).await.is_refusal());
    assert_eq!(ran.count(), 1);
}

#[tokio::test]
async fn a_refused_identify_in_a_layer_inside_of_ours_keeps_the_handler_from_running() {
    let (agent, ran) = (agent(), Tally::default());
    let tally = ran.clone();
    let app = Router::new()
        .route("/", get(async move || tally.hit()))
        .layer(from_fn(async |request: Request, next: Next| {
            sqreen::identify(("email", ALICE)).await.ok();
            next.run(request).await
        }))
        .layer(agent.layer());
    assert_eq!(visit("/").send(&app).await.status, StatusCode::OK);
    ban(&agent, user(ALICE));
    assert!(visit("/").send(&app).await.is_refusal());
    assert_eq!(ran.count(), 1);
}

#[tokio::test]
async fn the_handler_is_dropped_in_the_poll_that_refuses_and_every_destructor_runs() {
    let (agent, held, after) = (agent(), Gauge::default(), Tally::default());
    let (gauge, beyond) = (held.clone(), after.clone());
    let mut service = agent.layer().layer(service_fn(move |request: Request| {
        let (gauge, after, argument) = (gauge.clone(), beyond.clone(), gauge.guard());
        async move {
            let _request = (request, argument, gauge.guard());
            let deep = async {
                let _deep = gauge.guard();
                current_user(ALICE).await;
                after.hit();
            };
            let beside = async {
                let _beside = gauge.guard();
                pending::<()>().await;
            };
            tokio::join!(beside, deep);
            Ok::<_, Infallible>(Response::new(Body::empty()))
        }
    }));
    ban(&agent, user(ALICE));
    let mut request = visit("/").into_request();
    request.extensions_mut().insert(Arc::new(held.guard()));
    let mut handling = Box::pin(service.call(request));
    let polled = handling
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()));
    let Poll::Ready(Ok(answer)) = polled else {
        panic!("refused in the first poll")
    };
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    assert_eq!(held.made(), 5);
    assert_eq!(
        held.live(),
        0,
        "all is dropped, though the future of the layer is still there"
    );
    assert_eq!(after.count(), 0);
}

#[tokio::test]
async fn a_refused_request_leaves_no_task_and_no_connection_behind() {
    let (agent, held) = (agent(), Gauge::default());
    let request = Arc::new(Mutex::new(None));
    let (gauge, keep) = (held.clone(), request.clone());
    let app = Router::new()
        .route(
            "/",
            get(async move |sqreen: Sqreen| {
                *keep.lock().unwrap() = sqreen.request().map(Arc::downgrade);
                let _held = gauge.guard();
                current_user(ALICE).await;
                "hello"
            }),
        )
        .layer(agent.layer());
    let tasks = || {
        tokio::runtime::Handle::current()
            .metrics()
            .num_alive_tasks()
    };
    let before = tasks();
    ban(&agent, user(ALICE));
    let server = Server::start(app).await;

    // A refusal does not cost the client its connection.
    let mut kept = server.connect(1).await;
    for _ in 0..3 {
        kept.send("GET /", "").await;
        assert_eq!(status(&kept.read_until("}").await), 403);
    }
    drop(kept);
    for _ in 0..3 {
        assert_eq!(server.request(1, "GET /").await.0, 403);
    }
    server.stop().await;
    assert_eq!((held.made(), held.live()), (6, 0));
    assert!(
        request
            .lock()
            .unwrap()
            .as_ref()
            .unwrap()
            .upgrade()
            .is_none()
    );
    until("all tasks have ended", || tasks() == before).await;
}

// --- where the layer does not poll ----------------------------------------------------------------------

/// Work started by the handler comes past `identify`, says whether it was refused, and the answer is
/// replaced.
async fn finishes<F>(work: impl Fn(Sqreen, Tally) -> F + Clone + Send + Sync + 'static)
where
    F: Future<Output = ()> + Send + 'static,
{
    let (agent, refused, done) = (agent(), Tally::default(), Arc::new(Notify::new()));
    let (tally, waiting) = (refused.clone(), done.clone());
    let app = Router::new()
        .route(
            "/",
            get(async move |sqreen: Sqreen| {
                work(sqreen, tally.clone()).await;
                waiting.notified().await;
                "hello"
            }),
        )
        .layer(agent.layer());
    let id = ban(&agent, user(ALICE));
    let running = tokio::spawn(async move { visit("/").send(&app).await });
    until("the work is past `identify`", || refused.count() == 1).await;
    done.notify_one();
    let answer = within(running).await.unwrap();
    assert!(answer.is_refusal(), "{answer:?}");
    assert_eq!(answer.decision(), id);
}

#[tokio::test]
async fn identify_in_a_plainly_spawned_task_never_parks() {
    finishes(async |sqreen, refused| {
        tokio::spawn(async move {
            if sqreen.identify(("email", ALICE)).await.is_err() {
                refused.hit();
            }
        });
    })
    .await;
}

#[tokio::test]
async fn identify_in_a_task_spawned_with_the_request_never_parks() {
    finishes(async |_, refused| {
        sqreen::spawn(async move {
            let stopped = sqreen::identify(("email", ALICE)).await.is_err();
            if stopped && current_user(ALICE).await.is_none() {
                refused.hit();
            }
        });
    })
    .await;
    finishes(async |_, refused| {
        let work = async move {
            tokio::task::yield_now().await;
            if current_user(ALICE).await.is_none() {
                refused.hit();
            }
        };
        tokio::spawn(work.in_request());
    })
    .await;
}

#[tokio::test]
async fn identify_on_a_blocking_thread_never_parks() {
    finishes(async |sqreen, refused| {
        tokio::task::spawn_blocking(move || {
            let runtime = tokio::runtime::Handle::current();
            if runtime
                .block_on(within(sqreen.identify(("email", ALICE))))
                .is_err()
            {
                refused.hit();
            }
        });
    })
    .await;
    finishes(async |sqreen, refused| {
        std::thread::spawn(move || {
            if block_on(sqreen.identify(("email", ALICE))).is_err() {
                refused.hit();
            }
        });
    })
    .await;
}

#[tokio::test]
async fn identify_in_a_block_on_inside_the_handler_never_parks() {
    finishes(async |_, refused| {
        if block_on(sqreen::identify(("email", ALICE))).is_err() {
            refused.hit();
        }
        if block_on(current_user(ALICE)).is_none() {
            // Both went on.
        } else {
            panic!("a refused session is nobody's");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn identify_in_a_block_on_of_the_runtime_inside_the_handler_never_parks() {
    finishes(async |_, refused| {
        let result = tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(within(sqreen::identify(("email", ALICE))))
        });
        if result.is_err() {
            refused.hit();
        }
    })
    .await;
}

#[tokio::test]
async fn identify_in_a_block_on_beside_a_shielded_block_never_parks() {
    finishes(async |_, refused| {
        let beside = shield(async { tokio::task::yield_now().await });
        let blocking = async {
            if block_on(sqreen::identify(("email", ALICE))).is_err() {
                refused.hit();
            }
        };
        tokio::join!(biased; beside, blocking);
    })
    .await;
}

#[tokio::test]
async fn work_that_was_spawned_without_the_request_is_nobodys() {
    let agent = agent();
    let user = Arc::new(Mutex::new(None));
    let says = user.clone();
    let app = Router::new()
        .route(
            "/",
            get(async move |sqreen: Sqreen| {
                let plain = tokio::spawn(async { Sqreen::current().request().is_some() })
                    .await
                    .unwrap();
                let kept = sqreen::spawn(async { Sqreen::current().request().is_some() })
                    .await
                    .unwrap();
                sqreen::spawn(async { sqreen::identify(("email", ALICE)).await })
                    .await
                    .unwrap()
                    .unwrap();
                *says.lock().unwrap() = Some((plain, kept, sqreen.user().map(|user| user.user)));
            }),
        )
        .layer(agent.layer());
    assert_eq!(visit("/").send(&app).await.status, StatusCode::OK);
    assert_eq!(
        *user.lock().unwrap(),
        Some((false, true, Some(support::user(ALICE))))
    );
}

// --- what is already running ----------------------------------------------------------------------------

/// A handler that identifies Alice, says so, and waits for a word to go on.
#[derive(Clone, Default)]
struct Slow {
    started: Arc<Notify>,
    go: Arc<Notify>,
    held: Gauge,
    after: Tally,
}

impl Slow {
    async fn run(self) -> &'static str {
        let _held = self.held.guard();
        current_user(ALICE).await;
        self.started.notify_one();
        self.go.notified().await;
        self.after.hit();
        "a page of Alice's"
    }

    fn app(&self, agent: &Agent) -> Router {
        let slow = self.clone();
        Router::new()
            .route("/", get(async move || slow.run().await))
            .layer(agent.layer())
    }

    /// Starts a request and waits until it runs.
    async fn start(&self, app: &Router, from: &'static str) -> tokio::task::JoinHandle<Answer> {
        let app = app.clone();
        let running = tokio::spawn(async move { visit("/").from(from).send(&app).await });
        within(self.started.notified()).await;
        running
    }
}

#[tokio::test]
async fn requests_of_the_user_that_are_running_finish_and_their_answer_is_replaced() {
    let (agent, slow) = (agent(), Slow::default());
    let app = slow.app(&agent);
    let first = slow.start(&app, HOME).await;
    let second = slow.start(&app, NEXT_DOOR).await;
    let id = ban(&agent, user(ALICE));
    for running in [first, second] {
        slow.go.notify_one();
        let answer = within(running).await.unwrap();
        assert!(answer.is_refusal(), "{answer:?}");
        assert_eq!(answer.decision(), id);
    }
    assert_eq!(slow.after.count(), 2, "they finished");
    let points: Vec<_> = refusals(&agent)
        .await
        .into_iter()
        .map(|refusal| refusal.point)
        .collect();
    assert_eq!(points, [RefusalPoint::Response; 2]);
}

#[tokio::test]
async fn requests_of_the_address_that_are_running_finish_and_their_answer_is_replaced() {
    let (agent, slow) = (agent(), Slow::default());
    let app = slow.app(&agent);
    let banned = slow.start(&app, ATTACKER).await;
    let other = slow.start(&app, HOME).await;
    ban(&agent, address(ATTACKER));
    slow.go.notify_one();
    assert!(within(banned).await.unwrap().is_refusal());
    slow.go.notify_one();
    assert_eq!(within(other).await.unwrap().body, "a page of Alice's");
}

#[tokio::test]
async fn a_ban_that_was_lifted_before_the_answer_replaces_nothing() {
    let (agent, slow) = (agent(), Slow::default());
    let app = slow.app(&agent);
    let running = slow.start(&app, HOME).await;
    ban(&agent, user(ALICE));
    agent.pardon(user(ALICE));
    slow.go.notify_one();
    assert_eq!(within(running).await.unwrap().body, "a page of Alice's");
}

#[tokio::test]
async fn cancel_in_flight_stops_running_requests_where_they_stand() {
    let agent = Agent::builder().cancel_in_flight(true).build().unwrap();
    let slow = Slow::default();
    let app = slow.app(&agent);
    for banned in [
        user(ALICE).into(),
        sqreen::event::Subject::from(address(HOME)),
    ] {
        let running = slow.start(&app, HOME).await;
        let id = ban(&agent, banned.clone());
        let answer = within(running).await.unwrap();
        assert_eq!(answer.decision(), id);
        assert_eq!((slow.held.live(), slow.after.count()), (0, 0));
        agent.pardon(banned);
    }
    let running = slow.start(&app, HOME).await;
    ban(&agent, user(BOB));
    slow.go.notify_one();
    assert_eq!(
        within(running).await.unwrap().status,
        StatusCode::OK,
        "others are not stopped"
    );
}

#[tokio::test]
async fn cancel_in_flight_records_a_login_that_it_stops_as_cancelled() {
    let agent = Agent::builder().cancel_in_flight(true).build().unwrap();
    let started = Arc::new(Notify::new());
    let sent = started.clone();
    let app = Router::new()
        .route(
            "/",
            post(async move || {
                slow_login(ALICE, &sent, &Notify::new())
                    .await
                    .is_some()
                    .to_string()
            }),
        )
        .layer(agent.layer());
    let running = tokio::spawn(async move { submit("/").from(ATTACKER).send(&app).await });
    within(started.notified()).await;
    ban(&agent, address(ATTACKER));
    assert!(within(running).await.unwrap().is_refusal());
    assert_eq!(logins(&agent).await[0].outcome, Outcome::Cancelled);
}

// --- shield ---------------------------------------------------------------------------------------------

/// What a handler with a shielded block has done.
#[derive(Clone, Default)]
struct Shielded {
    started: Arc<Notify>,
    go: Arc<Notify>,
    inside: Tally,
    after: Tally,
}

impl Shielded {
    async fn block(&self) {
        self.started.notify_one();
        self.go.notified().await;
        self.inside.hit();
    }

    /// Sends a request, bans Alice while the shielded block runs, and lets it go on.
    async fn ban_meanwhile(&self, agent: &Agent, app: Router) -> Answer {
        let running = tokio::spawn(async move { visit("/").send(&app).await });
        within(self.started.notified()).await;
        ban(agent, user(ALICE));
        // The layer has noticed: it would have dropped the handler by now.
        until("the refusal", || {
            agent
                .events()
                .iter()
                .any(|entry| matches!(entry.event.what, What::Refusal(_)))
        })
        .await;
        self.go.notify_one();
        within(running).await.unwrap()
    }
}

#[tokio::test]
async fn a_shielded_block_is_not_torn_apart_when_the_ban_comes() {
    let agent = Agent::builder().cancel_in_flight(true).build().unwrap();
    let shielded = Shielded::default();
    let within = shielded.clone();
    let app = Router::new()
        .route(
            "/",
            get(async move || {
                current_user(ALICE).await;
                shield(within.block()).await;
                tokio::task::yield_now().await;
                within.after.hit();
            }),
        )
        .layer(agent.layer());
    assert!(shielded.ban_meanwhile(&agent, app).await.is_refusal());
    assert_eq!((shielded.inside.count(), shielded.after.count()), (1, 0));
}

#[tokio::test]
async fn the_statement_after_a_shielded_block_does_not_run_once_the_request_is_refused() {
    let agent = Agent::builder().cancel_in_flight(true).build().unwrap();
    let shielded = Shielded::default();
    let within = shielded.clone();
    let app = Router::new()
        .route(
            "/",
            get(async move || {
                current_user(ALICE).await;
                shield(within.block()).await;
                within.after.hit();
            }),
        )
        .layer(agent.layer());
    assert!(shielded.ban_meanwhile(&agent, app).await.is_refusal());
    assert_eq!((shielded.inside.count(), shielded.after.count()), (1, 0));
}

#[tokio::test]
async fn a_refused_identify_inside_a_shielded_block_stops_the_handler_after_the_block() {
    let (agent, inside, after) = (agent(), Tally::default(), Tally::default());
    let (first, second) = (inside.clone(), after.clone());
    let app = Router::new()
        .route(
            "/",
            get(async move || {
                shield(async {
                    assert!(sqreen::identify(("email", ALICE)).await.is_err());
                    tokio::task::yield_now().await;
                    first.hit();
                })
                .await;
                second.hit();
            }),
        )
        .layer(agent.layer());
    ban(&agent, user(ALICE));
    assert!(visit("/").send(&app).await.is_refusal());
    assert_eq!((inside.count(), after.count()), (1, 0));
}

#[tokio::test]
async fn a_refused_identify_beside_a_shielded_block_waits_for_it_and_goes_no_further() {
    let (agent, inside, after, go) = (
        agent(),
        Tally::default(),
        Tally::default(),
        Arc::new(Notify::new()),
    );
    let (first, second, goes) = (inside.clone(), after.clone(), go.clone());
    let app = Router::new()
        .route(
            "/",
            get(async move || {
                let shielded = shield(async {
                    goes.notified().await;
                    first.hit();
                });
                let identify = async {
                    current_user(ALICE).await;
                    second.hit();
                };
                tokio::join!(shielded, identify);
                second.hit();
            }),
        )
        .layer(agent.layer());
    ban(&agent, user(ALICE));
    let running = tokio::spawn(async move { visit("/").send(&app).await });
    until("the refusal", || {
        agent
            .events()
            .iter()
            .any(|entry| matches!(entry.event.what, What::Refusal(_)))
    })
    .await;
    // Time enough for the agent to have let a `block_on` go on, if it took this for one.
    for _ in 0..4 {
        agent.flush().await;
    }
    assert_eq!((inside.count(), after.count()), (0, 0));
    go.notify_one();
    assert!(within(running).await.unwrap().is_refusal());
    assert_eq!((inside.count(), after.count()), (1, 0));
}

#[tokio::test]
async fn a_shield_that_was_dropped_protects_nothing_any_more() {
    let agent = Agent::builder().cancel_in_flight(true).build().unwrap();
    let slow = Slow::default();
    let running = slow.clone();
    let app = Router::new()
        .route(
            "/",
            get(async move || {
                tokio::select! {
                    biased;
                    () = shield(pending()) => {}
                    () = tokio::task::yield_now() => {}
                }
                running.run().await
            }),
        )
        .layer(agent.layer());
    let running = slow.start(&app, HOME).await;
    ban(&agent, user(ALICE));
    assert!(within(running).await.unwrap().is_refusal());
    assert_eq!((slow.held.live(), slow.after.count()), (0, 0));
}

// --- streams --------------------------------------------------------------------------------------------

#[tokio::test]
async fn a_stream_ends_with_an_error_when_its_reader_is_banned() {
    for banned in [
        user(ALICE).into(),
        sqreen::event::Subject::from(address(HOME)),
    ] {
        let (agent, alive) = (agent(), Gauge::default());
        let (send, frames) = Frames::new(&alive);
        let frames = Mutex::new(Some(frames));
        let mut service = agent.layer().layer(service_fn(move |_: Request| {
            let frames = frames.lock().unwrap().take().unwrap();
            async move {
                current_user(ALICE).await;
                Ok::<_, Infallible>(Response::new(frames))
            }
        }));
        let mut body = service
            .call(visit("/").into_request())
            .await
            .unwrap()
            .into_body();
        send.send("first").unwrap();
        assert_eq!(
            within(body.frame())
                .await
                .unwrap()
                .unwrap()
                .into_data()
                .unwrap(),
            "first"
        );
        let waiting = tokio::spawn(async move { (body.frame().await, body) });
        tokio::task::yield_now().await;
        ban(&agent, banned);
        let (end, body) = within(waiting).await.unwrap();
        let error = end
            .expect("no clean end: the client must not take what it has for all there is")
            .unwrap_err();
        assert!(error.downcast_ref::<Refused>().is_some(), "{error}");
        drop(body);
        assert_eq!(alive.live(), 0);
    }
}

/// A stream that has always something to say.
struct Endless;

impl http_body::Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"more")))))
    }
}

#[tokio::test]
async fn a_stream_that_never_waits_ends_too() {
    let agent = agent();
    let mut service = agent.layer().layer(service_fn(async |_: Request| {
        Ok::<_, Infallible>(Response::new(Endless))
    }));
    let mut body = service
        .call(visit("/").into_request())
        .await
        .unwrap()
        .into_body();
    for _ in 0..100 {
        assert!(body.frame().await.unwrap().is_ok());
    }
    ban(&agent, address(HOME));
    let mut sent = 0;
    while body.frame().await.unwrap().is_ok() {
        sent += 1;
        assert!(sent < 1_000, "it goes on for ever");
    }
}

#[tokio::test]
async fn a_stream_on_a_socket_is_cut_off_when_the_ban_comes() {
    let (agent, alive) = (agent(), Gauge::default());
    let (send, frames) = Frames::new(&alive);
    let frames = Arc::new(Mutex::new(Some(frames)));
    let app = Router::new()
        .route(
            "/events",
            get(async move || {
                current_user(ALICE).await;
                let stream = Body::new(frames.lock().unwrap().take().unwrap());
                ([(header::CONTENT_TYPE, "text/event-stream")], stream)
            }),
        )
        .layer(agent.layer());
    let server = Server::start(app).await;
    let mut connection = server.connect(1).await;
    connection.send("GET /events", "").await;
    send.send("data: first\n\n").unwrap();
    connection.read_until("data: first\n\n").await;
    ban(&agent, user(ALICE));
    let rest = connection.read_to_end().await;
    assert!(!rest.contains("data"), "{rest}");
    assert!(
        !rest.ends_with("0\r\n\r\n"),
        "the end of a stream that is cut off does not look like its end"
    );
    until("the stream is dropped", || alive.live() == 0).await;
    server.stop().await;
}

#[tokio::test]
async fn what_outlives_the_answer_can_wait_for_the_ban() {
    let (agent, closed) = (agent(), Tally::default());
    let (started, socket) = (Arc::new(Notify::new()), closed.clone());
    let starts = started.clone();
    let app = Router::new()
        .route(
            "/",
            get(async move |sqreen: Sqreen| {
                current_user(ALICE).await;
                let request = Arc::clone(sqreen.request().unwrap());
                tokio::spawn(async move {
                    let mut banned = std::pin::pin!(request.banned());
                    assert!(
                        banned
                            .as_mut()
                            .poll(&mut Context::from_waker(Waker::noop()))
                            .is_pending()
                    );
                    starts.notify_one();
                    banned.await;
                    socket.hit();
                });
            }),
        )
        .layer(agent.layer());
    assert_eq!(visit("/").send(&app).await.status, StatusCode::OK);
    within(started.notified()).await;
    ban(&agent, user(BOB));
    ban(&agent, user(ALICE));
    until("the socket is closed", || closed.count() == 1).await;
}

// --- the answer -----------------------------------------------------------------------------------------

#[tokio::test]
async fn a_refusal_is_a_problem_that_names_the_decision_and_nothing_else() {
    let agent = agent();
    let app = Router::new()
        .route("/", get(async || ()))
        .layer(agent.layer());
    let id = agent.ban(
        address(ATTACKER),
        Duration::from_secs(600),
        "Mallory, that swindler",
    );
    let answer = visit("/").from(ATTACKER).send(&app).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(
        answer.header(header::CONTENT_TYPE),
        "application/problem+json"
    );
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    let problem = answer.json();
    assert_eq!(problem["status"], 403);
    assert_eq!(problem["title"], "Forbidden");
    assert_eq!(problem["decision"], id.to_string());
    assert!(
        !answer.body.contains("Mallory") && !answer.body.contains(ATTACKER),
        "{}",
        answer.body
    );

    let entry = agent.find(answer.decision()).expect("the id can be found");
    assert!(
        matches!(&entry.event.what, What::Ban(ban) if &*ban.because == "Mallory, that swindler")
    );
}

#[tokio::test]
async fn a_refusal_is_a_page_where_a_browser_asks() {
    let agent = agent();
    let app = Router::new()
        .route("/", get(async || ()))
        .layer(agent.layer());
    let id = ban(&agent, address(ATTACKER));
    for (accept, page) in [
        (
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            true,
        ),
        ("application/json", false),
        ("*/*", false),
        ("text/html;q=0.2, application/problem+json", false),
    ] {
        let answer = visit("/")
            .from(ATTACKER)
            .header("accept", accept)
            .send(&app)
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(
            answer.header(header::CONTENT_TYPE).starts_with("text/html"),
            page,
            "{accept}"
        );
        assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
        assert!(answer.body.contains(&id.to_string()), "{}", answer.body);
    }
}

#[tokio::test]
async fn all_refusals_look_alike_wherever_the_request_got_to() {
    let agent = agent();
    let slow = Slow::default();
    let app = Router::new()
        .route(
            "/login",
            get(async || {
                log_in(ALICE, &Tally::default())
                    .await
                    .map(|user| user.email)
                    .unwrap_or_default()
            }),
        )
        .route(
            "/identify",
            get(async || {
                current_user(ALICE)
                    .await
                    .map(|user| user.email)
                    .unwrap_or_default()
            }),
        )
        .route("/sync", get(async || session_without_a_word(ALICE).email))
        .merge({
            let slow = slow.clone();
            Router::new().route("/", get(async move || slow.run().await))
        })
        .layer(agent.layer());
    let running = slow.start(&app, HOME).await;
    ban(&agent, user(ALICE));
    let mut answers = Vec::new();
    for path in ["/login", "/identify", "/sync"] {
        answers.push(visit(path).send(&app).await);
    }
    slow.go.notify_one();
    answers.push(within(running).await.unwrap());
    agent.pardon(user(ALICE));
    ban(&agent, address(HOME));
    answers.push(visit("/login").send(&app).await);

    let shape = |answer: &Answer| {
        let body = answer.body.replace(&answer.decision().to_string(), "ID");
        (answer.status, answer.headers.clone(), body)
    };
    for answer in &answers[1..] {
        let (mut first, mut other) = (shape(&answers[0]), shape(answer));
        // Whoever counts bytes: the same in either form of framing.
        first.1.remove(header::CONTENT_LENGTH);
        other.1.remove(header::CONTENT_LENGTH);
        assert_eq!(other, first);
    }
}

#[tokio::test]
async fn the_status_of_a_refusal_can_be_configured() {
    let agent = Agent::builder().refusal_status(429).build().unwrap();
    let app = Router::new()
        .route(
            "/",
            get(async || {
                current_user(ALICE).await;
            }),
        )
        .layer(agent.layer());
    let id = ban(&agent, user(ALICE));
    let answer = visit("/").send(&app).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(
        (answer.json()["status"].as_u64(), answer.decision()),
        (Some(429), id)
    );
    for status in [200, 302, 399, 500, 599, 1000] {
        let error = Agent::builder().refusal_status(status).build().unwrap_err();
        assert!(error.to_string().contains(&status.to_string()), "{error}");
    }
}

#[tokio::test]
async fn a_refusal_below_the_layer_gets_its_form_from_the_layer_and_is_a_403_without_it() {
    let agent = Agent::builder().refusal_status(418).build().unwrap();
    let seen = Arc::new(Mutex::new(None));
    let says = seen.clone();
    let app = Router::new()
        .route(
            "/",
            get(async move |sqreen: Sqreen| {
                let refused = sqreen.identify(("email", ALICE)).check().unwrap_err();
                *says.lock().unwrap() = Some(refused);
                refused
            }),
        )
        .layer(agent.layer());
    let id = ban(&agent, user(ALICE));
    let answer = visit("/").header("accept", "text/html").send(&app).await;
    assert_eq!(answer.status, StatusCode::IM_A_TEAPOT);
    assert!(answer.body.contains("<h1>"), "{answer:?}");
    let alone = seen.lock().unwrap().unwrap().into_response();
    assert_eq!(alone.status(), StatusCode::FORBIDDEN);
    assert_eq!(
        alone.headers()[header::CONTENT_TYPE],
        "application/problem+json"
    );
    let body = alone.into_body().collect().await.unwrap().to_bytes();
    assert!(
        String::from_utf8(body.into())
            .unwrap()
            .contains(&id.to_string())
    );
}

#[tokio::test]
async fn the_decision_behind_a_ban_in_force_can_be_found_whatever_else_has_happened_since() {
    let mut config = Config::default();
    config.kept_events = 10;
    let agent = Builder::from(config).build().unwrap();
    let app = Router::new()
        .route("/", get(async || ()))
        .layer(agent.layer());
    ban(&agent, address(ATTACKER));
    for n in 0..20 {
        agent.pardon(user(&format!("somebody-{n}@example.com")));
    }
    let id = visit("/").from(ATTACKER).send(&app).await.decision();
    assert!(
        agent.find(id).is_some(),
        "an operator who is told the id finds nothing"
    );
}

// --- the allow list -------------------------------------------------------------------------------------

#[tokio::test]
async fn the_allow_list_wins_over_bans_and_lifts_those_there_are() {
    let agent = Agent::builder().allow(["203.0.113.9"]).build().unwrap();
    let app = Router::new()
        .route("/", get(async || ()))
        .route(
            "/alice",
            get(async || {
                current_user(ALICE).await;
            }),
        )
        .layer(agent.layer());
    ban(&agent, "203.0.113.0/24".parse::<Network>().unwrap());
    ban(&agent, address("203.0.113.9"));
    assert!(
        visit("/")
            .from("203.0.113.10")
            .send(&app)
            .await
            .is_refusal()
    );
    assert_eq!(
        visit("/").from("203.0.113.9").send(&app).await.status,
        StatusCode::OK
    );

    agent.allow(address("203.0.113.10"));
    assert_eq!(
        visit("/").from("203.0.113.10").send(&app).await.status,
        StatusCode::OK
    );
    assert!(
        visit("/")
            .from("203.0.113.11")
            .send(&app)
            .await
            .is_refusal()
    );

    ban(&agent, user(ALICE));
    assert!(visit("/alice").send(&app).await.is_refusal());
    agent.allow(user(ALICE));
    assert_eq!(visit("/alice").send(&app).await.status, StatusCode::OK);
    ban(&agent, user(ALICE));
    assert_eq!(visit("/alice").send(&app).await.status, StatusCode::OK);
    assert!(
        visit("/alice")
            .from("203.0.113.11")
            .send(&app)
            .await
            .is_refusal(),
        "her address is not allowed"
    );
}

// --- other layers ---------------------------------------------------------------------------------------

#[tokio::test]
async fn a_layer_outside_of_ours_sees_the_refusal_and_can_add_to_it() {
    let agent = agent();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sees = seen.clone();
    let app = Router::new()
        .route(
            "/",
            get(async || {
                current_user(ALICE).await;
            }),
        )
        .layer(agent.layer())
        .layer(from_fn(move |request: Request, next: Next| {
            let sees = sees.clone();
            async move {
                let mut answer = next.run(request).await;
                sees.lock().unwrap().push(answer.status());
                answer
                    .headers_mut()
                    .insert("x-request-id", "7".parse().unwrap());
                answer
            }
        }));
    ban(&agent, user(ALICE));
    let answer = visit("/").send(&app).await;
    assert!(answer.is_refusal());
    assert_eq!(answer.headers["x-request-id"], "7");
    assert_eq!(*seen.lock().unwrap(), [StatusCode::FORBIDDEN]);
}

#[tokio::test]
async fn an_inner_layer_that_spawns_the_rest_loses_the_place_to_stop_but_not_the_refusal() {
    let agent = agent();
    let app = Router::new()
        .route(
            "/",
            get(async |sqreen: Sqreen| {
                // Not polled by our layer, which therefore cannot stop it.
                assert!(sqreen.identify(("email", ALICE)).await.is_err());
                "a page of Alice's"
            }),
        )
        .layer(from_fn(async |request: Request, next: Next| {
            sqreen::spawn(next.run(request)).await.unwrap()
        }))
        .layer(agent.layer());
    ban(&agent, user(ALICE));
    assert!(visit("/").send(&app).await.is_refusal());
}

#[tokio::test]
async fn two_layers_of_one_agent_refuse_once() {
    let (agent, after) = (agent(), Tally::default());
    let beyond = after.clone();
    let inner = Router::new()
        .route(
            "/",
            get(async move || {
                current_user(ALICE).await;
                beyond.hit();
            }),
        )
        .layer(agent.layer());
    let app = Router::new().merge(inner).layer(agent.layer());
    ban(&agent, user(ALICE));
    assert!(visit("/").send(&app).await.is_refusal());
    assert_eq!((after.count(), refusals(&agent).await.len()), (0, 1));
}

// --- user_is_banned -------------------------------------------------------------------------------------

/// What `user_is_banned` says, twice, and what the client gets.
async fn asked(agent: &Agent, identify: Option<&'static str>) -> (Vec<bool>, Answer) {
    let said = Arc::new(Mutex::new(Vec::new()));
    let says = said.clone();
    let app = Router::new()
        .route(
            "/",
            get(async move |sqreen: Sqreen| {
                if let Some(email) = identify {
                    // The call does its work at once; not awaited, it does not stop.
                    drop(sqreen::identify(("email", email)));
                }
                let mut says = says.lock().unwrap();
                says.extend([
                    sqreen::user_is_banned(),
                    sqreen.user_is_banned(),
                    sqreen::user_is_banned(),
                ]);
                "hello"
            }),
        )
        .layer(agent.layer());
    let answer = visit("/").send(&app).await;
    let said = said.lock().unwrap().clone();
    (said, answer)
}

#[tokio::test]
async fn a_banned_user_is_told_so_each_time_and_answered_once() {
    let agent = agent();
    let id = ban(&agent, user(ALICE));
    let (said, answer) = asked(&agent, Some(ALICE)).await;
    assert_eq!(said, [true; 3]);
    assert!(answer.is_refusal());
    assert_eq!(answer.decision(), id);
    assert_eq!(refusals(&agent).await.len(), 1);
}

#[tokio::test]
async fn nobody_else_is_told_to_be_banned() {
    let agent = Agent::builder().policy(Policy::none()).build().unwrap();
    ban(&agent, user(ALICE));
    for identify in [None, Some(BOB)] {
        let (said, answer) = asked(&agent, identify).await;
        assert_eq!(said, [false; 3], "{identify:?}");
        assert_eq!(answer.body, "hello");
    }
    agent.pardon(user(ALICE));
    assert_eq!(asked(&agent, Some(ALICE)).await.0, [false; 3], "pardoned");
    agent.allow(user(ALICE));
    ban(&agent, user(ALICE));
    assert_eq!(asked(&agent, Some(ALICE)).await.0, [false; 3], "allowed");
}

#[tokio::test]
async fn an_unusable_user_is_not_told_to_be_banned() {
    let agent = agent();
    ban(&agent, user(ALICE));
    let (said, answer) = asked(&agent, Some("")).await;
    assert_eq!(said, [false; 3]);
    assert_eq!(answer.body, "hello");
}

#[tokio::test]
async fn a_user_who_is_only_inferred_is_not_told_to_be_banned() {
    let agent = agent();
    let app = Router::new()
        .route(
            "/login",
            post(async || {
                log_in(ALICE, &Tally::default())
                    .await
                    .map(|user| user.email)
                    .unwrap_or_default()
            }),
        )
        .layer(agent.layer());
    assert_eq!(submit("/login").send(&app).await.body, ALICE);
    ban(&agent, user(ALICE));
    let (said, answer) = asked(&agent, None).await;
    assert_eq!(said, [false; 3]);
    assert_eq!(answer.body, "hello");
}

#[tokio::test]
async fn a_ban_that_comes_while_the_request_runs_is_told_of() {
    let agent = agent();
    let banning = agent.clone();
    let said = Arc::new(Mutex::new(Vec::new()));
    let says = said.clone();
    let app = Router::new()
        .route(
            "/",
            get(async move || {
                sqreen::identify(("email", ALICE)).await.unwrap();
                let before = sqreen::user_is_banned();
                ban(&banning, user(ALICE));
                says.lock()
                    .unwrap()
                    .extend([before, sqreen::user_is_banned()]);
            }),
        )
        .layer(agent.layer());
    assert!(visit("/").send(&app).await.is_refusal());
    assert_eq!(*said.lock().unwrap(), [false, true]);
}

#[tokio::test]
async fn outside_of_a_request_nobody_is_told_to_be_banned_and_nothing_panics() {
    let agent = agent();
    ban(&agent, user(ALICE));
    assert!(!sqreen::user_is_banned());
    assert!(!Sqreen::current().user_is_banned());
    let app = Router::new().route(
        "/",
        get(async |sqreen: Sqreen| {
            drop(sqreen.identify(("email", ALICE)));
            sqreen.user_is_banned().to_string()
        }),
    );
    assert_eq!(
        visit("/").send(&app).await.body,
        "false",
        "an application without the layer"
    );
}
