//! Where `identify` is refused the handler stops, whatever it is inside of, and leaves nothing behind.

use std::convert::Infallible;
use std::future::pending;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use axum::Router;
use axum::body::Body;
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::routing::get;
use sqreen::Sqreen;
use sqreen::event::RefusalPoint;
use tower::{Layer, Service, service_fn};

use super::{User, current_user, the_user};
use crate::support::*;

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
