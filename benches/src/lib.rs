//! What is measured, each beside its peers. Three programs run it: `instructions` under callgrind,
//! `allocations` with a counting allocator, and what is in `time/` with a clock.
//!
//! A [`Row`] prepares [`Batch`]es of [`CALLS`] calls. What is prepared is not measured; running it is.

#![allow(missing_debug_implementations, reason = "nobody prints a benchmark")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a benchmark may fail"
)]

mod bans;
mod calls;
mod engine;
mod layer;
mod requests;
mod stream;

pub use bans::{BANS_LARGE, BANS_SMALL, DashSets, Kept, LockedSets};
pub use engine::{ENGINE_LARGE, ENGINE_SMALL, Watched, limit, watch};
pub use stream::{login, stream};

use std::borrow::Cow;
use std::fmt;
use std::future::{Future, poll_fn};
use std::hint::black_box;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

/// Calls in one batch: less than half of what a thread's ring holds, so that the agent is not woken while
/// its caller is measured.
pub const CALLS: usize = 100;

/// Calls that are ready when polled once.
pub struct Batch(Pin<Box<dyn Future<Output = ()> + Send>>);

impl Batch {
    fn of(calls: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(Box::pin(calls))
    }

    /// `call` so many times.
    fn repeat<T>(times: usize, call: impl Fn() -> T + Send + 'static) -> Self {
        Self::of(async move {
            for _ in 0..times {
                black_box(call());
            }
        })
    }

    /// `calls` with what was prepared, which is there until the batch is dropped: making it and taking it
    /// apart is no part of them.
    fn with<P: Send + 'static>(mut prepared: P, calls: impl Fn(&mut P) + Send + 'static) -> Self {
        Self(Box::pin(poll_fn(move |_| {
            calls(&mut prepared);
            Poll::Ready(())
        })))
    }

    /// One after the other.
    fn all(batches: Vec<Self>) -> Self {
        Self::with(batches, |batches| {
            for batch in batches {
                batch.poll();
            }
        })
    }

    fn poll(&mut self) {
        let polled = poll_once(self.0.as_mut());
        assert!(polled.is_ready(), "a batch does not wait");
    }

    /// Runs all of it. The name is what callgrind looks for.
    #[inline(never)]
    pub fn run_measured_batch(&mut self) {
        self.poll();
    }
}

fn poll_once<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// The value of a future that is ready when polled. Behind a call, because what applications await is as a
/// rule too large to be inlined, and a plain function that is would make the others look dear.
#[inline(never)]
fn ready<F: Future>(future: F) -> F::Output {
    match poll_once(pin!(future)) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("a call does not wait"),
    }
}

/// One line of a table.
pub struct Row {
    /// What is called.
    pub name: Cow<'static, str>,
    /// The row without what is measured; a row without one stands for itself.
    pub over: Option<&'static str>,
    prepare: Box<dyn Fn() -> Batch + Send + Sync>,
}

impl Row {
    fn new(
        name: impl Into<Cow<'static, str>>,
        prepare: impl Fn() -> Batch + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            over: None,
            prepare: Box::new(prepare),
        }
    }

    fn over(mut self, row: &'static str) -> Self {
        self.over = Some(row);
        self
    }

    /// The next batch.
    #[must_use]
    pub fn prepare(&self) -> Batch {
        (self.prepare)()
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// Times the rows of tables in batches of [`CALLS`], so many at a time. Agents take in what happened before
/// each time, and more than two batches would not fit into a ring.
#[macro_export]
macro_rules! time {
    ($($name:ident = $table:ident, $batches:literal at a time, threads $threads:expr;)*) => {
        fn main() {
            divan::main();
        }

        $(
            #[divan::bench(args = rows($crate::Table::$table), threads = $threads, sample_size = $batches, sample_count = 500)]
            fn $name(bencher: divan::Bencher<'_, '_>, row: &$crate::Row) {
                bencher
                    .counter(divan::counter::ItemsCount::new($crate::CALLS))
                    .with_inputs(|| row.prepare())
                    .bench_values(|mut batch| batch.run_measured_batch());
            }
        )*

        /// Kept for as long as the process runs: rows of one table share what they set up.
        fn rows(table: $crate::Table) -> &'static [$crate::Row] {
            table.rows().leak()
        }
    };
}

/// Rows that are measured in one process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// Annotated calls while there is no agent, and no subscriber of `tracing`'s.
    CallsOff,
    /// Annotated calls with an agent, with a subscriber, in a trace.
    CallsOn,
    /// Whether an address and a user are banned.
    Bans,
    /// The same with a million bans.
    ManyBans,
    /// One login event through the engine.
    Engine,
    /// The same with a million addresses and users.
    LargeEngine,
    /// A request to a small application, and the layer around it.
    Layer,
    /// An event as a line of a file.
    Stream,
}

impl Table {
    /// All there are.
    pub const ALL: [Self; 8] = [
        Self::CallsOff,
        Self::CallsOn,
        Self::Bans,
        Self::ManyBans,
        Self::Engine,
        Self::LargeEngine,
        Self::Layer,
        Self::Stream,
    ];

    /// As it is given on the command line and printed.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CallsOff => "calls-off",
            Self::CallsOn => "calls-on",
            Self::Bans => "bans",
            Self::ManyBans => "bans-large",
            Self::Engine => "engine",
            Self::LargeEngine => "engine-large",
            Self::Layer => "layer",
            Self::Stream => "stream",
        }
    }

    /// What is in it. Some of it stays for the process: a subscriber, an agent.
    #[must_use]
    pub fn rows(self) -> Vec<Row> {
        match self {
            Self::CallsOff => calls::off(),
            Self::CallsOn => calls::on(),
            Self::Bans => bans::rows(BANS_SMALL),
            Self::ManyBans => bans::rows(BANS_LARGE),
            Self::Engine => engine::rows(ENGINE_SMALL),
            Self::LargeEngine => engine::rows(ENGINE_LARGE),
            Self::Layer => layer::rows(),
            Self::Stream => stream::rows(),
        }
    }
}
