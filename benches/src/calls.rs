//! Calls of annotated functions.

use std::hint::black_box;
use std::sync::OnceLock;

use fastrace::collector::{Config, Reporter, SpanContext, SpanRecord};
use fastrace::prelude::Span;
use futures_executor::block_on;
use sqreen::{Agent, RequestExt};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry;
use tracing_subscriber::util::SubscriberInitExt;

use crate::requests::inside_a_request;
use crate::{Batch, CALLS, Row, ready};

#[derive(Clone, Copy, sqreen::Identity)]
struct User {
    email: &'static str,
}

/// A session, as a cookie would find it.
struct Session {
    user: Option<User>,
}

impl Session {
    fn of_alice() -> Self {
        Self {
            user: Some(User { email: EMAIL }),
        }
    }
}

const EMAIL: &str = "alice@example.com";
const PASSWORD: &str = "correct horse battery staple";

/// The same function with one attribute or another.
macro_rules! functions {
    ($($module:ident $identify:meta, $track_auth:meta;)*) => {$(
        mod $module {
            use super::{PASSWORD, Session, User};

            #[$identify]
            #[inline(never)]
            pub(super) fn current_user(session: &Session) -> Option<User> {
                session.user
            }

            #[$identify]
            #[inline(never)]
            pub(super) async fn current_user_async(session: &Session) -> Option<User> {
                session.user
            }

            #[$track_auth]
            #[inline(never)]
            pub(super) fn login(email: &str, password: &str) -> bool {
                !email.is_empty() && password == PASSWORD
            }

            #[$track_auth]
            #[inline(never)]
            pub(super) async fn login_async(email: &str, password: &str) -> bool {
                !email.is_empty() && password == PASSWORD
            }
        }
    )*};
}

functions! {
    unmarked must_use, must_use;
    with_sqreen sqreen::identify, sqreen::track_auth(user = "email");
    with_tracing tracing::instrument(skip_all), tracing::instrument(skip_all);
    with_fastrace fastrace::trace, fastrace::trace;
}

/// Makes a batch of so many calls.
type Calls = fn(usize) -> Batch;

/// The four calls of one module, each a row, over the plain ones made in the same surroundings.
macro_rules! rows {
    ($module:ident as $name:literal, $surroundings:expr, over $plain:literal) => {
        [
            row!("current_user", $name, $surroundings, $plain, |calls| {
                let session = Session::of_alice();
                Batch::repeat(calls, move || {
                    black_box($module::current_user(black_box(&session)));
                })
            }),
            row!(
                "async current_user",
                $name,
                $surroundings,
                $plain,
                |calls| {
                    let session = Session::of_alice();
                    Batch::repeat(calls, move || {
                        ready($module::current_user_async(black_box(&session)))
                    })
                }
            ),
            row!("login", $name, $surroundings, $plain, |calls| {
                Batch::repeat(calls, || {
                    $module::login(black_box(EMAIL), black_box(PASSWORD))
                })
            }),
            row!("async login", $name, $surroundings, $plain, |calls| {
                Batch::repeat(calls, || {
                    ready($module::login_async(black_box(EMAIL), black_box(PASSWORD)))
                })
            }),
        ]
    };
}

macro_rules! row {
    ($call:literal, $name:literal, $surroundings:expr, $plain:literal, $calls:expr) => {
        Row::new(concat!($call, ", ", $name), || $surroundings($calls))
            .over(concat!($call, ", ", $plain))
    };
}

/// No agent, no subscriber, no trace.
pub(crate) fn off() -> Vec<Row> {
    // With axum, `tracing` has its feature `log`, and looks for a logger until it has a subscriber: one that
    // wants nothing is the cheapest.
    registry().with(LevelFilter::OFF).init();
    [
        rows!(unmarked as "plain", as_it_is, over "plain"),
        rows!(with_sqreen as "sqreen", as_it_is, over "plain"),
        rows!(with_tracing as "tracing", as_it_is, over "plain"),
        rows!(with_fastrace as "fastrace", as_it_is, over "plain"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// An agent and inside a request of its, a subscriber, a trace.
pub(crate) fn on() -> Vec<Row> {
    registry().init();
    fastrace::set_reporter(Discard, Config::default());
    [
        rows!(unmarked as "plain", as_it_is, over "plain"),
        rows!(unmarked as "plain, each a task", each_a_task, over "plain, each a task"),
        rows!(with_sqreen as "sqreen, each a request", each_a_request, over "plain, each a task"),
        rows!(with_sqreen as "sqreen, all one request", in_a_request, over "plain"),
        rows!(with_tracing as "tracing", as_it_is, over "plain"),
        rows!(with_fastrace as "fastrace", in_a_trace, over "plain"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn as_it_is(calls: Calls) -> Batch {
    calls(CALLS)
}

fn each_a_task(calls: Calls) -> Batch {
    // Outside of a request this keeps none.
    Batch::all(
        (0..CALLS)
            .map(|_| Batch::of(calls(1).0.in_request()))
            .collect(),
    )
}

fn each_a_request(calls: Calls) -> Batch {
    let agent = agent();
    Batch::all(
        (0..CALLS)
            .map(|_| inside_a_request(agent, calls(1)))
            .collect(),
    )
}

fn in_a_request(calls: Calls) -> Batch {
    inside_a_request(agent(), calls(CALLS))
}

fn in_a_trace(calls: Calls) -> Batch {
    let root = Span::root("request", SpanContext::random());
    Batch::with(calls(CALLS), move |calls| {
        let _guard = root.set_local_parent();
        calls.poll();
    })
}

/// The agent of this table, once it has taken in all that went before.
fn agent() -> &'static Agent {
    static AGENT: OnceLock<Agent> = OnceLock::new();
    let agent = AGENT.get_or_init(|| Agent::builder().seed(1).build().unwrap());
    block_on(agent.flush());
    agent
}

/// A reporter of spans that keeps none.
struct Discard;

impl Reporter for Discard {
    fn report(&mut self, spans: Vec<SpanRecord>) {
        drop(black_box(spans));
    }
}
