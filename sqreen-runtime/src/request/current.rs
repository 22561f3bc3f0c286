//! Which request the running code serves.
//!
//! Kept by the thread while a future that serves a request is polled, and only then: the layer sets it
//! around each poll, so that it is right whatever thread the future moves to.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::Request;

thread_local! {
    static SCOPE: Scope = const { Scope { request: Cell::new(None), by_layer: Cell::new(false) } };
}

// A thread that is being torn down has no scope: what runs there serves no request.
struct Scope {
    request: Cell<Option<Arc<Request>>>,
    /// Whether it is the layer that polls.
    by_layer: Cell<bool>,
}

/// Looks at the request being served without taking part in it.
#[inline]
pub(crate) fn with_current<R>(look: impl FnOnce(Option<&Arc<Request>>) -> R) -> R {
    let borrowed = Borrowed(SCOPE.try_with(|scope| scope.request.take()).ok().flatten());
    look(borrowed.0.as_ref())
}

/// Put back also where `look` panics.
struct Borrowed(Option<Arc<Request>>);

impl Drop for Borrowed {
    #[inline]
    fn drop(&mut self) {
        let request = self.0.take();
        let _ = SCOPE.try_with(|scope| scope.request.set(request));
    }
}

/// The request being served, if there is one.
pub(crate) fn current() -> Option<Arc<Request>> {
    with_current(|request| request.cloned())
}

/// Whether the layer, which drops a refused handler after each poll, is polling this code.
pub(crate) fn is_polled_by_layer() -> bool {
    SCOPE
        .try_with(|scope| scope.by_layer.get())
        .unwrap_or(false)
}

/// A request is the current one as long as this is held.
pub(crate) struct Entered<'a> {
    /// The request inside the scope; outside of it, the one before.
    slot: &'a mut Option<Arc<Request>>,
    by_layer: bool,
}

impl<'a> Entered<'a> {
    #[inline]
    pub(crate) fn new(slot: &'a mut Option<Arc<Request>>, by_layer: bool) -> Self {
        let by_layer = swap(slot, by_layer);
        Self { slot, by_layer }
    }
}

impl Drop for Entered<'_> {
    #[inline]
    fn drop(&mut self) {
        swap(self.slot, self.by_layer);
    }
}

#[inline]
fn swap(slot: &mut Option<Arc<Request>>, by_layer: bool) -> bool {
    let swapped = SCOPE.try_with(|scope| {
        *slot = scope.request.replace(slot.take());
        scope.by_layer.replace(by_layer)
    });
    swapped.unwrap_or(false)
}

/// While this is held, code does not wait for the layer to stop it.
pub(super) struct NotByLayer {
    by_layer: bool,
}

impl NotByLayer {
    pub(super) fn new() -> Self {
        let by_layer = SCOPE.try_with(|scope| scope.by_layer.replace(false));
        Self {
            by_layer: by_layer.unwrap_or(false),
        }
    }
}

impl Drop for NotByLayer {
    fn drop(&mut self) {
        let _ = SCOPE.try_with(|scope| scope.by_layer.set(self.by_layer));
    }
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
