//! Requests as browsers send them, and code that runs inside of one.

use std::future::pending;
use std::net::SocketAddr;
use std::sync::mpsc;

use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use http::header::{ACCEPT, ACCEPT_LANGUAGE, COOKIE, HOST, HeaderName, HeaderValue, USER_AGENT};
use http::{Request, Response};
use sqreen::{Agent, RequestExt};
use tower::{Layer, Service, service_fn};

use crate::Batch;

/// The client of all requests, and the proxy of those that come through one.
pub(crate) const CLIENT: &str = "203.0.113.9";
const PROXY: &str = "10.0.0.7";
pub(crate) const PROXIES: &str = "10.0.0.0/8";

/// From the client itself.
pub(crate) fn direct(path: &str) -> Request<Body> {
    request(path, CLIENT, None)
}

/// Through a proxy, which names the client.
pub(crate) fn forwarded(path: &str) -> Request<Body> {
    request(path, PROXY, Some(CLIENT))
}

fn request(path: &str, peer: &str, forwarded_for: Option<&str>) -> Request<Body> {
    let peer = SocketAddr::new(peer.parse().unwrap(), 4711);
    let mut request = Request::builder()
        .uri(path)
        .extension(ConnectInfo(peer))
        .body(Body::empty())
        .unwrap();
    let headers = request.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, as_read(value));
    }
    if let Some(client) = forwarded_for {
        headers.insert("x-forwarded-for", as_read(client));
    }
    request
}

const HEADERS: [(HeaderName, &str); 5] = [
    (HOST, "shop.example.com"),
    (
        USER_AGENT,
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    ),
    (
        ACCEPT,
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    ),
    (ACCEPT_LANGUAGE, "en-GB,en;q=0.5"),
    (COOKIE, "session=5up3rs3cr3t"),
];

/// As a server makes it: a part of what was read from the connection.
fn as_read(value: &str) -> HeaderValue {
    let connection = Bytes::from(format!("{value}\r\n"));
    HeaderValue::from_maybe_shared(connection.slice(..value.len())).unwrap()
}

/// The batch, run while a request is served.
pub(crate) fn inside_a_request(agent: &Agent, batch: Batch) -> Batch {
    let (sender, receiver) = mpsc::channel();
    let mut batch = Some(batch);
    let mut service = agent.layer().layer(service_fn(|_: Request<Body>| {
        // What is made here keeps the request.
        sender.send(batch.take().unwrap().0.in_request()).unwrap();
        pending::<Result<Response<Body>, ()>>()
    }));
    drop(service.call(direct("/")));
    Batch::of(receiver.recv().unwrap())
}
