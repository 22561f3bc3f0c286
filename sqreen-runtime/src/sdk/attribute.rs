//! What expanded attributes call. Small on purpose: all that does not depend on the function is here.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::event::Outcome as Ended;
use crate::identity::{Capture, Traits, UserIdentifiers};
use crate::pipeline::any_live;
use crate::registry::{Site, SiteKind};
use crate::request::{AttemptKind, Park, Refused, Request};

use super::{caller, usable, with_caller};

/// How a function's result is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The user is logged in, the account is open.
    Success,
    /// The credentials were wrong, the account was not opened.
    Failure,
    /// The function could not tell.
    Error,
}

impl From<Outcome> for Ended {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Success => Self::Success,
            Outcome::Failure => Self::Failure,
            Outcome::Error => Self::Error,
        }
    }
}

/// One run of a login or sign-up function, held over its body.
///
/// Dropped without [`finish`](Self::finish), it was cancelled or panicked, and is recorded as such.
#[derive(Debug)]
pub struct Attempting(Option<Box<Attempt>>);

#[derive(Debug)]
struct Attempt {
    kind: AttemptKind,
    user: Option<UserIdentifiers>,
    request: Arc<Request>,
    refused: Option<Refused>,
    ended: Option<Ended>,
}

/// The name expanded logins use.
pub type Login = Attempting;
/// The name expanded sign-ups use.
pub type SignUp = Attempting;

impl Attempting {
    /// Before the body runs. `who` is asked only where an agent is there.
    #[inline]
    pub fn enter(site: &'static Site, who: impl FnOnce(&mut Capture)) -> Self {
        if !any_live() {
            return Self(None);
        }
        Self(begin(site, who))
    }

    /// Why the body must not run, if so.
    #[inline]
    #[must_use]
    pub fn refused(&self) -> Option<Refused> {
        self.0.as_ref()?.refused
    }

    /// Never returns where the layer polls, which drops the handler; returns at once elsewhere.
    pub async fn park(&self) {
        if let Some(attempt) = &self.0 {
            Park::new(Arc::clone(&attempt.request)).await;
        }
    }

    /// After the body has run.
    #[inline]
    pub fn finish(self, outcome: Outcome) {
        if let Some(mut attempt) = self.0 {
            attempt.ended = Some(outcome.into());
        }
    }
}

/// Out of the way of functions that run while no agent is there, with all it takes.
#[inline(never)]
fn begin(site: &'static Site, who: impl FnOnce(&mut Capture)) -> Option<Box<Attempt>> {
    let mut capture = Capture::new();
    who(&mut capture);
    admit(site, capture)
}

#[cold]
fn admit(site: &'static Site, capture: Capture) -> Option<Box<Attempt>> {
    site.runs().fetch_add(1, Ordering::Relaxed);
    let request = caller().ok()?;
    let kind = match site.kind() {
        SiteKind::SignUp => AttemptKind::SignUp,
        SiteKind::Login | SiteKind::Session => AttemptKind::Login,
    };
    let (user, _) = usable(&request, capture.finish(), site);
    let refused = request.admit(kind, user.as_ref()).err();
    Some(Box::new(Attempt {
        kind,
        user,
        request,
        refused,
        ended: None,
    }))
}

/// All ways lead here: the end of the body, a panic, and a future that is dropped half-way.
impl Drop for Attempt {
    fn drop(&mut self) {
        // A refused attempt is none, even where the function could not be kept from running.
        if self.refused.is_some() {
            return;
        }
        let unfinished = || {
            if std::thread::panicking() {
                Ended::Panicked
            } else {
                Ended::Cancelled
            }
        };
        let outcome = self.ended.unwrap_or_else(unfinished);
        self.request.attempted(self.kind, outcome, self.user.take());
    }
}

/// Identifiers read from arguments before the body can move them, for a function that needs them later.
#[derive(Debug)]
pub struct Captured(Option<Box<Capture>>);

impl Captured {
    /// Reads them, where an agent is there.
    #[inline]
    pub fn early(who: impl FnOnce(&mut Capture)) -> Self {
        if !any_live() {
            return Self(None);
        }
        Self(Some(capture(who)))
    }

    /// Hands them on.
    pub fn give(self, into: &mut Capture) {
        if let Some(capture) = self.0 {
            *into = *capture;
        }
    }
}

#[inline(never)]
fn capture(who: impl FnOnce(&mut Capture)) -> Box<Capture> {
    let mut capture = Box::<Capture>::default();
    who(&mut capture);
    capture
}

/// A session function has returned.
#[derive(Debug)]
pub struct Session(Option<Box<(Refused, Arc<Request>)>>);

/// Looks at what a session function returned. `who` says whether it is anybody, and who; it is asked only
/// where an agent is there.
#[inline]
pub fn session(site: &'static Site, who: impl FnOnce(&mut Capture) -> bool) -> Session {
    if !any_live() {
        return Session(None);
    }
    Session(look(site, who))
}

#[inline(never)]
fn look(
    site: &'static Site,
    who: impl FnOnce(&mut Capture) -> bool,
) -> Option<Box<(Refused, Arc<Request>)>> {
    let mut capture = Capture::new();
    let somebody = who(&mut capture);
    seen(site, somebody.then_some(capture))
}

fn seen(site: &'static Site, who: Option<Capture>) -> Option<Box<(Refused, Arc<Request>)>> {
    site.runs().fetch_add(1, Ordering::Relaxed);
    let capture = who?;
    with_caller(|request| {
        let request = request.ok()?;
        let user = match capture.finish() {
            Ok(user) if !site.names_first_user() => Some(user),
            user => usable(request, user, site).0,
        };
        let refused = request.identify(user?, Traits::new()).err()?;
        Some(Box::new((refused, Arc::clone(request))))
    })
}

impl Session {
    /// Why the function's caller must not go on, if so.
    #[inline]
    #[must_use]
    pub fn refused(&self) -> Option<Refused> {
        Some(self.0.as_ref()?.0)
    }

    /// Never returns where the layer polls, which drops the handler; returns at once elsewhere.
    pub async fn park(&self) {
        if let Some(refused) = &self.0 {
            Park::new(Arc::clone(&refused.1)).await;
        }
    }
}
