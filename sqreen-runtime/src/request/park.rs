//! How a refused handler stops where it stands, and how a block of code keeps from being stopped.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

use super::current::NotByLayer;
use super::{Request, current, is_polled_by_layer};

/// Waits to be dropped.
///
/// Where the layer polls, it drops the handler at the end of this very poll and nothing after this point
/// ever runs. Anywhere else this is ready at once. There is one place that looks like the former and is the
/// latter: a `block_on` inside a handler. The layer does not get to end its poll there, so the agent's next
/// tick lets the code go on.
#[derive(Debug)]
pub(crate) struct Park {
    request: Arc<Request>,
    since: Option<u64>,
}

impl Park {
    pub(crate) fn new(request: Arc<Request>) -> Self {
        Self {
            request,
            since: None,
        }
    }
}

impl Future for Park {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if !is_polled_by_layer() || !self.request.is_attached() {
            return Poll::Ready(());
        }
        let pipeline = Arc::clone(self.request.pipeline());
        let ticks = pipeline.ticks();
        let since = *self.since.get_or_insert(ticks);
        // Two, since the first may have begun before this poll.
        if ticks >= since + 2 && !self.request.is_shielded() {
            return Poll::Ready(());
        }
        pipeline.wake_at_next_tick(cx.waker().clone());
        Poll::Pending
    }
}

/// Runs `future` so that a refusal does not drop it half-way: the handler is dropped, and the refusal
/// answered, once it is done.
///
/// Inside, a refused `identify` does not stop either: look at what it returns.
///
/// For what must not be torn apart, such as moving money between two services:
///
/// ```
/// # async fn debit() {} async fn credit() {}
/// # async fn transfer() {
/// sqreen_runtime::request::shield(async {
///     debit().await;
///     credit().await;
/// })
/// .await;
/// # }
/// ```
pub fn shield<F: Future>(future: F) -> Shield<F> {
    Shield {
        shielded: None,
        future: Box::pin(future),
    }
}

/// See [`shield()`].
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct Shield<F> {
    shielded: Option<Shielded>,
    future: Pin<Box<F>>,
}

#[derive(Debug)]
struct Shielded(Arc<Request>);

impl Shielded {
    fn new(request: Arc<Request>) -> Self {
        request.shields().fetch_add(1, Ordering::AcqRel);
        Self(request)
    }
}

impl Drop for Shielded {
    fn drop(&mut self) {
        self.0.shields().fetch_sub(1, Ordering::AcqRel);
    }
}

impl<F: Future> Future for Shield<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = &mut *self;
        if this.shielded.is_none() {
            this.shielded = current().map(Shielded::new);
        }
        let polled = {
            // A refusal in here cannot stop anything, so nothing in here waits to be stopped.
            let _unparked = NotByLayer::new();
            this.future.as_mut().poll(cx)
        };
        if polled.is_ready() {
            this.shielded = None;
        }
        polled
    }
}
