//! Which request the running code serves.
//!
//! Kept by the thread while a future that serves a request is polled, and only then: the layer sets it
//! around each poll, so that it is right whatever thread the future moves to.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::Request;

thread_local! {
    static CURRENT: RefCell<Option<Arc<Request>>> = const { RefCell::new(None) };
    /// Whether it is the layer that polls.
    static BY_LAYER: Cell<bool> = const { Cell::new(false) };
}

/// The request being served, if there is one.
pub(crate) fn current() -> Option<Arc<Request>> {
    // Not there while the thread is torn down, and never borrowed for longer than a swap.
    CURRENT
        .try_with(|current| current.try_borrow().ok()?.clone())
        .ok()
        .flatten()
}

/// Whether the layer, which drops a refused handler after each poll, is polling this code.
pub(crate) fn is_polled_by_layer() -> bool {
    BY_LAYER.try_with(Cell::get).unwrap_or(false)
}

/// A request is the current one as long as this is held.
pub(crate) struct Entered<'a> {
    /// The request inside the scope; outside of it, the one before.
    slot: &'a mut Option<Arc<Request>>,
    by_layer: bool,
}

impl<'a> Entered<'a> {
    pub(crate) fn new(slot: &'a mut Option<Arc<Request>>, by_layer: bool) -> Self {
        swap(slot);
        let by_layer = BY_LAYER
            .try_with(|flag| flag.replace(by_layer))
            .unwrap_or(false);
        Self { slot, by_layer }
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        swap(self.slot);
        let _ = BY_LAYER.try_with(|flag| flag.set(self.by_layer));
    }
}

/// While this is held, code does not wait for the layer to stop it.
pub(super) struct NotByLayer {
    by_layer: bool,
}

impl NotByLayer {
    pub(super) fn new() -> Self {
        Self {
            by_layer: BY_LAYER
                .try_with(|flag| flag.replace(false))
                .unwrap_or(false),
        }
    }
}

impl Drop for NotByLayer {
    fn drop(&mut self) {
        let _ = BY_LAYER.try_with(|flag| flag.set(self.by_layer));
    }
}

fn swap(slot: &mut Option<Arc<Request>>) {
    let _ = CURRENT.try_with(|current| {
        if let Ok(mut current) = current.try_borrow_mut() {
            std::mem::swap(&mut *current, slot);
        }
    });
}

/// Keeps the request with work that leaves its task.
pub trait RequestExt: Future + Sized {
    /// This future, serving the request that is current now wherever it is polled.
    ///
    /// Inside, identified users and tracked events are the request's. A refused user is noted and the answer
    /// replaced, but code is not stopped: nothing but the layer can do that.
    fn in_request(self) -> InRequest<Self> {
        InRequest {
            request: current(),
            future: Box::pin(self),
        }
    }
}

impl<F: Future> RequestExt for F {}

/// See [`RequestExt::in_request`].
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct InRequest<F> {
    request: Option<Arc<Request>>,
    future: Pin<Box<F>>,
}

impl<F: Future> Future for InRequest<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = &mut *self;
        let _entered = Entered::new(&mut this.request, false);
        this.future.as_mut().poll(cx)
    }
}

/// [`tokio::spawn`] that keeps the request; see [`RequestExt::in_request`].
///
/// # Panics
///
/// As `tokio::spawn` does: outside of a tokio runtime.
pub fn spawn<F>(future: F) -> tokio::task::JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    tokio::spawn(future.in_request())
}
