//! A refused function stops where it stands.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use crate::request::{Park, Request};
use crate::sdk::outcome::Word;

use super::Session;

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

/// The rest of a refused function: waits to be dropped, and gives what is returned otherwise.
pub struct Stopped<W: Word<R>, R> {
    session: Session,
    parking: Option<Parking>,
    kept: Option<W::Kept>,
    returns: PhantomData<fn() -> (W, R)>,
}

impl<W: Word<R>, R> Stopped<W, R> {
    pub(super) fn new(session: Session, value: R) -> Self {
        Self {
            session,
            parking: None,
            kept: Some(W::keep(value)),
            returns: PhantomData,
        }
    }
}

// Nothing in it is ever pinned.
impl<W: Word<R>, R> Unpin for Stopped<W, R> {}

impl<W: Word<R>, R> Future for Stopped<W, R> {
    type Output = R;

    #[cold]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        let this = &mut *self;
        if W::WAITS {
            let session = &this.session;
            let parking = this.parking.get_or_insert_with(|| session.park());
            ready!(Pin::new(parking).poll(cx));
        }
        match (this.kept.take(), this.session.refused()) {
            (Some(kept), Some(refused)) => Poll::Ready(W::answer(kept, refused)),
            // Polled again after it was ready, which nobody does.
            _ => Poll::Pending,
        }
    }
}

impl<W: Word<R>, R> std::fmt::Debug for Stopped<W, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stopped").finish_non_exhaustive()
    }
}
