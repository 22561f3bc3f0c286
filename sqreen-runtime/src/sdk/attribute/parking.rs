//! A refused function stops where it stands.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::request::{Park, Request};

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
