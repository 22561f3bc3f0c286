//! A login or a sign-up, from before the body to after it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use crate::event::Outcome as Ended;
use crate::identity::{Traits, UserIdentifiers};
use crate::pipeline::{Trouble, any_live};
use crate::registry::{Site, SiteKind};
use crate::request::{AttemptKind, Attempted, Park, Refused, Request};
use crate::sdk::{caller, usable};

use super::nesting::{Inside, tell};
use super::{Outcome, Told, contained, note_panic};

/// One run of a login or sign-up function, held over its body.
///
/// Dropped without [`finish`](Self::finish), it was cancelled or panicked, and is recorded as such.
#[derive(Debug)]
pub struct Attempt(Option<Box<Open>>);

#[derive(Debug)]
struct Open {
    site: &'static Site,
    kind: AttemptKind,
    /// As named by the arguments.
    user: Option<UserIdentifiers>,
    resolved: Option<UserIdentifiers>,
    traits: Traits,
    request: Arc<Request>,
    refused: Option<Refused>,
    ended: Option<Ended>,
    /// Whether the code inside told of an attempt: then this is the same one.
    told_inside: bool,
}

impl Attempt {
    /// Before the body runs.
    #[inline]
    pub fn enter(site: &'static Site, who: &mut dyn FnMut(&mut Told)) -> Self {
        if !any_live() {
            return Self(None);
        }
        Self(admit(site, who))
    }

    /// Why the body must not run, if so.
    #[inline]
    #[must_use]
    pub fn refused(&self) -> Option<Refused> {
        self.0.as_ref()?.refused
    }

    /// Never returns where the layer polls, which drops the handler; returns at once elsewhere.
    pub async fn park(&self) {
        if let Some(open) = &self.0 {
            Park::new(Arc::clone(&open.request)).await;
        }
    }

    /// Runs the body of a function. The bound makes its closure one that is called once, so that it may give
    /// away what it captured, a reborrow included.
    #[inline(always)]
    pub fn call<R>(mut self, body: impl FnOnce() -> R) -> (Self, R) {
        let inside = self.inside();
        let out = body();
        drop(inside);
        (self, out)
    }

    /// Runs the body of an async function.
    #[inline(always)]
    pub fn watch<F: Future>(self, body: F) -> Watch<F> {
        Watch {
            attempt: self,
            body: Some(body),
        }
    }

    /// After the body has run. `outcome` tells how it ended, and whom it found; it is asked only where an
    /// agent is there.
    #[inline]
    pub fn finish(mut self, outcome: &mut dyn FnMut(&mut Told) -> Outcome) {
        if let Some(open) = &mut self.0 {
            open.finish(outcome);
        }
    }

    #[inline]
    fn inside(&mut self) -> Option<Inside<'_>> {
        self.0
            .as_mut()
            .map(|open| Inside::new(open.kind, &mut open.told_inside))
    }
}

#[cold]
fn admit(site: &'static Site, who: &mut dyn FnMut(&mut Told)) -> Option<Box<Open>> {
    site.runs().fetch_add(1, Ordering::Relaxed);
    let mut told = Told::default();
    let read = contained(|| who(&mut told));
    let request = match told.request.take() {
        Some(request) => request,
        None => caller().ok()?,
    };
    if read.is_none() || told.panicked {
        note_panic(request.pipeline(), site);
    }
    let kind = match site.kind() {
        SiteKind::SignUp => AttemptKind::SignUp,
        SiteKind::Login | SiteKind::Session | SiteKind::Custom => AttemptKind::Login,
    };
    let user = if told.user.is_untouched() {
        None
    } else if site.resolves() {
        // What is typed may have other keys than who it is.
        told.user.finish().ok()
    } else {
        usable(&request, told.user.finish(), site).0
    };
    let refused = request.admit(kind, user.as_ref()).err();
    Some(Box::new(Open {
        site,
        kind,
        user,
        resolved: None,
        traits: told.traits,
        request,
        refused,
        ended: None,
        told_inside: false,
    }))
}

impl Open {
    #[cold]
    fn finish(&mut self, outcome: &mut dyn FnMut(&mut Told) -> Outcome) {
        if self.told_inside || self.refused.is_some() {
            return;
        }
        let mut told = Told::default();
        let outcome = contained(|| outcome(&mut told)).unwrap_or_else(|| {
            note_panic(self.request.pipeline(), self.site);
            Outcome::Error
        });
        self.ended = Some(self.ended(outcome));
        if self.ended == Some(Ended::Success) {
            self.resolve(told);
        }
    }

    fn ended(&self, outcome: Outcome) -> Ended {
        match outcome {
            Outcome::Success => Ended::Success,
            Outcome::Failure => Ended::Failure,
            Outcome::Error => Ended::Error,
            Outcome::Unknown => {
                self.request.pipeline().note(
                    Trouble::Outcome,
                    &format_args!(
                        "what {} returned tells neither success nor failure: add `success = |returned| …` to its attribute",
                        self.site
                    ),
                );
                Ended::Error
            }
        }
    }

    /// Whom the function found, and what it knows of them.
    fn resolve(&mut self, told: Told) {
        for (name, value) in told.traits.iter() {
            self.traits = std::mem::take(&mut self.traits).with(name, value);
        }
        if !told.user.is_untouched() {
            self.resolved = usable(&self.request, told.user.finish(), self.site).0;
        }
    }
}

/// All ways lead here: the end of the body, a panic, and a future that is dropped half-way.
impl Drop for Open {
    fn drop(&mut self) {
        tell(self.kind);
        // A refused attempt is none, even where the function could not be kept from running.
        if self.told_inside || self.refused.is_some() {
            return;
        }
        let unfinished = || {
            if std::thread::panicking() {
                Ended::Panicked
            } else {
                Ended::Cancelled
            }
        };
        let attempted = Attempted {
            kind: self.kind,
            outcome: self.ended.unwrap_or_else(unfinished),
            user: self.user.take(),
            resolved: self.resolved.take(),
            traits: std::mem::take(&mut self.traits),
        };
        self.request.attempted(attempted);
    }
}

pin_project! {
    /// The body of an async function inside its attempt. Ready with both.
    #[derive(Debug)]
    pub struct Watch<F> {
        attempt: Attempt,
        #[pin]
        body: Option<F>,
    }

    /// What is dropped half-way tells so from the inside to the outside.
    impl<F> PinnedDrop for Watch<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            let _inside = this.attempt.inside();
            this.body.set(None);
        }
    }
}

impl<F: Future> Future for Watch<F> {
    type Output = (Attempt, F::Output);

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Some(body) = this.body.as_pin_mut() else {
            // Polled again after it was ready, or while it is dropped, which nobody does.
            return Poll::Pending;
        };
        let inside = this.attempt.inside();
        let out = ready!(body.poll(cx));
        drop(inside);
        Poll::Ready((Attempt(this.attempt.0.take()), out))
    }
}
