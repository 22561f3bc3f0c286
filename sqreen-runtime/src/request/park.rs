//! How a refused handler stops where it stands, and how a block of code keeps from being stopped.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

use super::current::NotByLayer;
use super::{Request, current, is_polled_by_layer};

/// How many ticks of the agent a parked future waits for the layer: half a second. A poll of the layer that
/// takes longer than that has more to worry about.
const PATIENCE: u64 = 50;

/// Waits to be dropped.
///
/// Where the layer polls, it drops the handler at the end of this very poll and nothing after this point
/// ever runs. Anywhere else this is ready at once. There is one place that looks like the former and is the
/// latter: a `block_on` inside a handler. The layer does not get to end its poll there, so after a while in
/// one and the same poll the code goes on.
#[derive(Debug)]
pub(crate) struct Park {
    request: Arc<Request>,
    /// The layer's poll in which this was polled first, and the agent's tick then.
    since: Option<(u64, u64)>,
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
        let now = (self.request.polls(), pipeline.ticks());
        match self.since {
            Some((poll, tick)) if poll == now.0 && now.1 >= tick + PATIENCE => {
                return Poll::Ready(());
            }
            Some((poll, _)) if poll == now.0 => {}
            // The layer polls again: it waits for a shielded block before it drops the handler.
            _ => self.since = Some(now),
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
        state: State::Running {
            shielded: None,
            future: Box::pin(future),
        },
    }
}

/// See [`shield()`].
#[must_use = "futures do nothing unless polled"]
pub struct Shield<F: Future> {
    state: State<F>,
}

enum State<F: Future> {
    Running {
        shielded: Option<Shielded>,
        future: Pin<Box<F>>,
    },
    /// The block is done, and the request refused: the layer may drop the handler now.
    Parked {
        park: Park,
        output: F::Output,
    },
    Done,
}

// The future is pinned in its box; the output is never pinned.
impl<F: Future> Unpin for Shield<F> {}

impl<F: Future> Future for Shield<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        if let State::Running { shielded, future } = &mut self.state {
            if shielded.is_none() {
                *shielded = current().map(Shielded::new);
            }
            let polled = {
                // Nothing stops in here, so nothing in here waits to be stopped.
                let _unparked = NotByLayer::new();
                future.as_mut().poll(cx)
            };
            let Poll::Ready(output) = polled else {
                return Poll::Pending;
            };
            let refused = shielded
                .as_ref()
                .map(|shielded| &shielded.0)
                .filter(|r| r.refused().is_some());
            match refused.cloned() {
                Some(request) => {
                    self.state = State::Parked {
                        park: Park::new(request),
                        output,
                    }
                }
                None => {
                    self.state = State::Done;
                    return Poll::Ready(output);
                }
            }
        }
        if let State::Parked { park, .. } = &mut self.state
            && Pin::new(park).poll(cx).is_pending()
        {
            return Poll::Pending;
        }
        match std::mem::replace(&mut self.state, State::Done) {
            State::Parked { output, .. } => Poll::Ready(output),
            // Polled after it was ready: allowed to do anything but harm.
            State::Running { .. } | State::Done => Poll::Pending,
        }
    }
}

impl<F: Future> fmt::Debug for Shield<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shield")
    }
}

/// Held as long as the handler must not be dropped.
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
