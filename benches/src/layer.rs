//! A request to a small application, through one layer or another.

use std::hint::black_box;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use futures_executor::block_on;
use http::Request;
use http_body_util::BodyExt;
use sqreen::Agent;
use tower::layer::util::Identity;
use tower::{Layer, ServiceExt};
use tower_governor::GovernorLayer;
use tower_governor::governor::{GovernorConfig, GovernorConfigBuilder};
use tower_governor::key_extractor::{KeyExtractor, PeerIpKeyExtractor, SmartIpKeyExtractor};

use crate::requests::{PROXIES, direct, forwarded};
use crate::{Batch, CALLS, Row};

#[derive(Clone, Copy, sqreen::Identity)]
struct User {
    email: &'static str,
}

const ALICE: User = User {
    email: "alice@example.com",
};

#[sqreen::identify]
#[inline(never)]
async fn current_user() -> Option<User> {
    black_box(Some(ALICE))
}

#[inline(never)]
async fn plain_user() -> Option<User> {
    black_box(Some(ALICE))
}

fn application() -> Router {
    Router::new()
        .route("/", get(|| async { "hello" }))
        .route(
            "/plain",
            get(|| async { plain_user().await.map_or("nobody", |user| user.email) }),
        )
        .route(
            "/alice",
            get(|| async { current_user().await.map_or("nobody", |user| user.email) }),
        )
}

/// The agent of this table, once it has taken in all that went before; with proxies in front, and without.
fn agent(behind_proxies: bool) -> &'static Agent {
    static AGENTS: [OnceLock<Agent>; 2] = [const { OnceLock::new() }; 2];
    let proxies: &[&str] = if behind_proxies { &[PROXIES] } else { &[] };
    let agent = AGENTS[usize::from(behind_proxies)].get_or_init(|| {
        Agent::builder()
            .seed(1)
            .trusted_proxies(proxies)
            .build()
            .unwrap()
    });
    block_on(agent.flush());
    agent
}

/// A limit that nobody reaches.
fn limits<K: KeyExtractor>(key: K) -> Arc<GovernorConfig<K, Unmetered>> {
    let mut builder = GovernorConfigBuilder::default().key_extractor(key);
    Arc::new(
        builder
            .per_nanosecond(1_000)
            .burst_size(1_000_000)
            .finish()
            .unwrap(),
    )
}

type Unmetered = governor::middleware::NoOpMiddleware;

/// The application as a server would call it, again and again.
fn serve<S, B>(service: S, request: impl Fn() -> Request<Body>) -> Batch
where
    S: tower::Service<Request<Body>, Response = http::Response<B>> + Clone + Send + 'static,
    S::Error: std::fmt::Debug,
    S::Future: Send,
    B: http_body::Body + Send + Unpin,
    B::Data: Send,
    B::Error: Send,
{
    let requests: Vec<_> = (0..CALLS).map(|_| request()).collect();
    Batch::of(async move {
        for request in requests {
            let response = service.clone().oneshot(request).await.unwrap();
            assert!(response.status().is_success());
            let mut body = response.into_body();
            while let Some(frame) = body.frame().await {
                black_box(frame.ok());
            }
        }
    })
}

/// Each over the application with a layer that does nothing, since a layer of axum costs by itself.
pub(crate) fn rows() -> Vec<Row> {
    let bare = application();
    let idle = application().layer(Identity::new());
    let by_peer = application().layer(GovernorLayer::new(limits(PeerIpKeyExtractor)));
    let by_header = application().layer(GovernorLayer::new(limits(SmartIpKeyExtractor)));
    let row = |name, app: &Router, request: fn() -> Request<Body>| {
        let app = app.clone();
        Row::new(name, move || serve(app.clone(), request))
    };
    let guarded = |name, request: fn() -> Request<Body>, proxies| {
        Row::new(name, move || {
            serve(application().layer(agent(proxies).layer()), request)
        })
    };
    let around = |name, request: fn() -> Request<Body>, proxies| {
        Row::new(name, move || {
            serve(agent(proxies).layer().layer(application()), request)
        })
    };
    let (hello, forwarded) = (|| direct("/"), || forwarded("/"));
    let (plain, alice) = (|| direct("/plain"), || direct("/alice"));
    vec![
        row("router alone", &bare, hello),
        row("router alone, X-Forwarded-For", &bare, forwarded),
        row("router alone, a user in the handler", &bare, plain),
        row(
            "router alone, #[identify] in the handler, no agent",
            &bare,
            alice,
        )
        .over("router alone, a user in the handler"),
        row("idle layer", &idle, hello),
        row("idle layer, X-Forwarded-For", &idle, forwarded),
        row("tower_governor", &by_peer, hello).over("idle layer"),
        row("tower_governor, X-Forwarded-For", &by_header, forwarded)
            .over("idle layer, X-Forwarded-For"),
        guarded("sqreen", hello, false).over("idle layer"),
        guarded("sqreen, X-Forwarded-For", forwarded, true).over("idle layer, X-Forwarded-For"),
        guarded("sqreen, a user in the handler", plain, false),
        guarded("sqreen, #[identify] in the handler", alice, false)
            .over("sqreen, a user in the handler"),
        around("sqreen around the router", hello, false).over("router alone"),
        around("sqreen around the router, X-Forwarded-For", forwarded, true)
            .over("router alone, X-Forwarded-For"),
    ]
}
