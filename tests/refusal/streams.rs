//! Answers that are still being sent, and what outlives them, end when the ban comes.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{Response, StatusCode, header};
use axum::routing::get;
use http_body::Frame;
use http_body_util::BodyExt;
use sqreen::{Refused, Sqreen};
use tokio::sync::Notify;
use tower::{Layer, Service, service_fn};

use super::current_user;
use crate::support::*;

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
