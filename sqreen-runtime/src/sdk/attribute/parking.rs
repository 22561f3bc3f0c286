//! A refused function stops where it stands.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use crate::request::{Park, Refused, Request};
use crate::sdk::outcome::Word;

/// Never ready where the layer polls, which drops the handler; ready at once elsewhere.
///
/// Kept apart, since every function has room for it in its future and almost no call needs it.
#[derive(Debug)]
#[must_use = "awaited, it stops the function"]
pub struct Parking(Option<Box<Park>>);

impl Parking {
    pub(super) fn new(request: Option<&Arc<Request>>) -> Self {
        Self(request.map(|request| Box::new(Park::new(Arc::clone(request)))))
    }

    /// With what is returned where the layer does not drop the function.
    pub(super) fn with<W: Word<R>, R>(self, word: W, refused: Refused, value: R) -> Stopped<W, R> {
        let _ = word;
        Stopped {
            parking: self,
            refused,
            kept: Some(W::keep(value)),
            returns: PhantomData,
        }
    }
}

impl Future for Parking {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match &mut self.0 {
            Some(park) => Pin::new(&mut **park).poll(cx),
            None => Poll::Ready(()),
        }
    }
}

/// The rest of a refused function.
pub struct Stopped<W: Word<R>, R> {
    parking: Parking,
    refused: Refused,
    kept: Option<W::Kept>,
    returns: PhantomData<fn() -> (W, R)>,
}

// Nothing in it is ever pinned.
impl<W: Word<R>, R> Unpin for Stopped<W, R> {}

impl<W: Word<R>, R> Future for Stopped<W, R> {
    type Output = R;

    #[cold]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        if W::WAITS {
            ready!(Pin::new(&mut self.parking).poll(cx));
        }
        match self.kept.take() {
            Some(kept) => Poll::Ready(W::answer(kept, self.refused)),
            // Polled again after it was ready, which nobody does.
            None => Poll::Pending,
        }
    }
}

impl<W: Word<R>, R> std::fmt::Debug for Stopped<W, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stopped").finish_non_exhaustive()
    }
}
