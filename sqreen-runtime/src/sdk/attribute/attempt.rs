//! A login or a sign-up, from before the body to after it.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::event::Outcome as Ended;
use crate::identity::{IdentifierValue, Traits, UserIdentifiers};
use crate::pipeline::{Trouble, any_live};
use crate::registry::{Site, SiteKind};
use crate::request::{AttemptKind, Attempted, Named, Refused, Request};
use crate::sdk::outcome::{Outcome, Word};
use crate::sdk::{caller, usable};

use super::nesting::{Hearing, Inside, around, tell};
use super::{Parking, Told, contained, note_panic};

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
    /// Whether its attribute says by itself what a success is.
    decided: bool,
    /// Whether what was returned tells nothing.
    unknown: bool,
    /// What attempts inside this one say. Out on the thread while they run.
    hearing: Option<Hearing>,
    /// The attempt that this one is inside of.
    around: Option<Hearing>,
    /// Where a refused function waits to be dropped.
    parking: Option<Parking>,
}

impl Attempt {
    /// Before the body runs, by a user whose identifiers lie ready.
    #[inline]
    pub fn enter(site: &'static Site, user: &[(&str, &dyn IdentifierValue)]) -> Self {
        if !any_live() {
            return Self(None);
        }
        Self(admit(site, &mut |told| told.add_all(user)))
    }

    /// Before the body runs.
    #[inline]
    pub fn enter_with(site: &'static Site, who: &mut dyn FnMut(&mut Told)) -> Self {
        if !any_live() {
            return Self(None);
        }
        Self(admit(site, who))
    }

    /// Why the body must not run, if so.
    #[inline]
    #[must_use]
    pub fn refused(&self) -> Option<Refused> {
        self.0.as_ref().and_then(|open| open.refused.clone())
    }

    /// Never returns where the layer polls, which drops the handler; returns at once elsewhere.
    pub fn park(&self) -> Parking {
        Parking::new(self.0.as_ref().map(|open| &open.request))
    }

    /// Stops a refused function before its body runs. Nothing where it is to run all the same: nobody drops
    /// it, and its type has no word for a refusal.
    #[inline]
    fn stop<W: Word<R>, R>(&mut self, cx: &mut Context<'_>) -> Option<Poll<R>> {
        match &mut self.0 {
            Some(open) if open.refused.is_some() => stop::<W, R>(open, cx),
            _ => None,
        }
    }

    /// Held over the body of a function.
    #[inline]
    pub fn inside(&mut self) -> Inside<'_> {
        match &mut self.0 {
            Some(open) => Inside::new(open.kind, &mut open.hearing),
            None => Inside::nothing(),
        }
    }

    /// What a refused function returns without running, if its type has a word for that.
    #[inline]
    pub fn refusal<W: Word<R>, R>(&self, word: W) -> Option<R> {
        let _ = word;
        match &self.0 {
            Some(open) => say::<W, R>(open),
            None => None,
        }
    }

    /// Runs the body of an async function, unless it is refused.
    #[inline(always)]
    pub fn watch<W, F: Future>(&mut self, word: W, body: F) -> Watch<'_, W, F> {
        let _ = word;
        Watch {
            body,
            attempt: self,
            word: PhantomData,
        }
    }

    /// After the body has run.
    #[inline]
    pub fn finish(mut self, outcome: Outcome) {
        if let Some(open) = self.0.take() {
            finish(open, outcome);
        }
    }

    /// After the body has run. `outcome` tells how it ended, and whom it found; it is asked only where an
    /// agent is there.
    #[inline]
    pub fn finish_with(mut self, outcome: &mut dyn FnMut(&mut Told) -> Outcome) {
        if let Some(open) = self.0.take() {
            ask(open, outcome);
        }
    }
}

/// One call in each place where a function may end, in place of all that it takes.
impl Drop for Attempt {
    #[inline]
    fn drop(&mut self) {
        if let Some(open) = self.0.take() {
            end(open);
        }
    }
}

#[cold]
#[inline(never)]
fn end(open: Box<Open>) {
    drop(open);
}

#[cold]
fn say<W: Word<R>, R>(open: &Open) -> Option<R> {
    W::say(open.refused.as_ref()?)
}

#[cold]
fn stop<W: Word<R>, R>(open: &mut Open, cx: &mut Context<'_>) -> Option<Poll<R>> {
    open.refused.as_ref()?;
    if W::WAITS {
        let parking = open
            .parking
            .get_or_insert_with(|| Parking::new(Some(&open.request)));
        if Pin::new(parking).poll(cx).is_pending() {
            return Some(Poll::Pending);
        }
    }
    W::say(open.refused.as_ref()?).map(Poll::Ready)
}

#[cold]
fn finish(mut open: Box<Open>, outcome: Outcome) {
    open.ended = Some(open.ended(outcome));
}

#[cold]
fn ask(mut open: Box<Open>, outcome: &mut dyn FnMut(&mut Told) -> Outcome) {
    if open.refused.is_some() {
        return;
    }
    let mut told = Told::default();
    let outcome = contained(|| outcome(&mut told)).unwrap_or_else(|| {
        note_panic(open.request.pipeline(), open.site);
        Outcome::Error
    });
    open.decided = told.decides;
    open.ended = Some(open.ended(outcome));
    if outcome.is_success() {
        open.resolve(told);
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
    // Only the function finds out who it is.
    let not_yet = told.user.is_untouched();
    let user = if not_yet {
        None
    } else if site.resolves() {
        // What is typed may have other keys than who it is.
        let typed = told.user.finish();
        if let Err(error) = &typed {
            let place = format_args!("{site}: {error}");
            request.pipeline().note(Trouble::Identity, &place);
        }
        typed.ok()
    } else {
        usable(&request, told.user.finish(), site).0
    };
    let named = if not_yet {
        Named::NotYet
    } else {
        user.as_ref().into()
    };
    let refused = request.admit(kind, named).err();
    let around = around(kind, &request);
    let hearing = Hearing::new(Arc::clone(&request));
    let secret = told.digests.and_then(|digests| digests.secret);
    if secret.is_some() || around.is_some() {
        hearing.offer(secret, user.as_ref(), around.as_ref());
    }
    Some(Box::new(Open {
        site,
        kind,
        hearing: Some(hearing),
        decided: false,
        unknown: false,
        user,
        resolved: None,
        traits: told.traits,
        request,
        refused,
        ended: None,
        around,
        parking: None,
    }))
}

impl Open {
    fn ended(&mut self, outcome: Outcome) -> Ended {
        match outcome {
            Outcome::Success => Ended::Success,
            Outcome::Failure => Ended::Failure,
            Outcome::Error => Ended::Error,
            Outcome::Unknown => {
                self.unknown = true;
                if !self.hearing.as_ref().is_some_and(Hearing::heard_any) {
                    self.request.pipeline().note(
                        Trouble::Outcome,
                        &format_args!(
                            "what {} returned tells neither success nor failure: add `success = |returned| …` to its attribute",
                            self.site
                        ),
                    );
                }
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
        // A refused attempt is none, even where the function could not be kept from running.
        if self.refused.is_some() {
            if let Some(around) = &self.around {
                around.refused(self.user.take());
            }
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
            // It is the hearing's, for those inside.
            secret: None,
        };
        let around = self.around.as_ref();
        match &self.hearing {
            Some(hearing) => hearing.conclude(attempted, self.decided, self.unknown, around),
            // Its risk is the request's to tell.
            None => drop(tell(around, &self.request, attempted)),
        }
    }
}

pin_project! {
    /// The body of an async function inside its attempt.
    #[derive(Debug)]
    pub struct Watch<'a, W, F> {
        #[pin]
        body: F,
        attempt: &'a mut Attempt,
        word: PhantomData<fn() -> W>,
    }
}

impl<W: Word<F::Output>, F: Future> Future for Watch<'_, W, F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        if let Some(stopped) = this.attempt.stop::<W, _>(cx) {
            return stopped;
        }
        let _inside = this.attempt.inside();
        this.body.poll(cx)
    }
}
