//! The request being served: its client, whose it is, and whether it is closed.

mod client;
mod current;
mod park;
mod refused;

pub use client::{
    ClientAddress, Header, HeaderError, Oddity, Resolved, TrustedProxies, TrustedProxiesError,
};
pub(crate) use current::{Entered, current, is_polled_by_layer, with_current};
pub use current::{InRequest, RequestExt, spawn};
pub(crate) use park::Park;
pub use park::{Shield, shield};
pub use refused::Refused;

use std::fmt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use http::HeaderValue;

use crate::bans::Standing;
use crate::event::{
    Address, Attempt, Custom, Event, Origin, Outcome, Refusal, RefusalPoint, Session, UserAgent,
    What,
};
use crate::identity::{Traits, UserIdentifiers};
use crate::pipeline::{Pipeline, Record, Trouble};

/// One request, or the place of one where there is none.
///
/// The layer makes it, and it goes wherever the request does: into the handler's calls by the thread, into
/// extractors by the request's extensions, into spawned work by [`RequestExt::in_request`].
pub struct Request {
    pipeline: Arc<Pipeline>,
    address: Option<Address>,
    user_agent_header: Option<HeaderValue>,
    user_agent: OnceLock<Option<UserAgent>>,
    /// Whether there is a request at all; without one there is nothing to close or to answer.
    attached: bool,
    state: Mutex<State>,
    closed: OnceLock<Refused>,
    shields: AtomicUsize,
    /// How often the layer has polled the handler.
    polls: AtomicU64,
}

#[derive(Default)]
struct State {
    user: Option<Identified>,
    /// A failed login waits for the answer: one that is a 5xx was no failure of the user's.
    undecided: Option<Event>,
    answered: bool,
}

struct Identified {
    user: UserIdentifiers,
    traits: Traits,
}

/// Whose a request is, and how that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attributed {
    /// The user.
    pub user: UserIdentifiers,
    /// Nobody said so: it is the user who last logged in from the same address. Nothing that this request
    /// does is held against that user.
    pub inferred: bool,
}

/// Which of the two attempts an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AttemptKind {
    Login,
    SignUp,
}

impl Request {
    pub(crate) fn new(
        pipeline: Arc<Pipeline>,
        address: Option<Address>,
        user_agent: Option<HeaderValue>,
    ) -> Self {
        let mut request = Self::detached(pipeline);
        request.address = address;
        request.user_agent_header = user_agent;
        request.attached = true;
        request
    }

    /// What stands for the request where code runs outside of one.
    pub(crate) fn detached(pipeline: Arc<Pipeline>) -> Self {
        Self {
            pipeline,
            address: None,
            user_agent_header: None,
            user_agent: OnceLock::new(),
            attached: false,
            state: Mutex::default(),
            closed: OnceLock::new(),
            shields: AtomicUsize::new(0),
            polls: AtomicU64::new(0),
        }
    }

    /// The client's address.
    #[must_use]
    pub fn address(&self) -> Option<Address> {
        self.address
    }

    /// Whose request this is: as identified, or else inferred from who last logged in from its address.
    #[must_use]
    pub fn user(&self) -> Option<Attributed> {
        if let Some(identified) = &self.state().user {
            return Some(Attributed {
                user: identified.user.clone(),
                inferred: false,
            });
        }
        let user = self.pipeline.last_login_from(self.address?)?;
        Some(Attributed {
            user,
            inferred: true,
        })
    }

    /// The refusal, if the request was closed.
    #[must_use]
    pub fn refused(&self) -> Option<Refused> {
        self.closed.get().copied()
    }

    /// Waits until the request's user or address is banned.
    ///
    /// For what outlives the answer and the layer does not see, such as a WebSocket:
    ///
    /// ```ignore
    /// tokio::select! {
    ///     _ = request.banned() => socket.close().await,
    ///     message = socket.recv() => { /* … */ }
    /// }
    /// ```
    pub async fn banned(&self) -> Refused {
        loop {
            let changed = self.pipeline.bans_changed.notified();
            let mut changed = std::pin::pin!(changed);
            // Enlisted before the look, so that a ban in between is not missed.
            changed.as_mut().enable();
            if let Some(refused) = self.look_again() {
                return refused;
            }
            changed.await;
        }
    }

    pub(crate) fn pipeline(&self) -> &Arc<Pipeline> {
        &self.pipeline
    }

    pub(crate) fn is_attached(&self) -> bool {
        self.attached
    }

    /// Whether the user or the address was banned since the request came in; closes it if so.
    pub(crate) fn look_again(&self) -> Option<Refused> {
        if let Some(refused) = self.refused() {
            return Some(refused);
        }
        if let Some(ban) = self.pipeline.ban_of_address(self.address) {
            return Some(self.close(&ban, RefusalPoint::Response, None));
        }
        if !self.pipeline.bans().any() {
            return None;
        }
        let user = self
            .state()
            .user
            .as_ref()
            .map(|identified| identified.user.clone())?;
        let ban = self.pipeline.ban_of_user(&user)?;
        Some(self.close(&ban, RefusalPoint::Response, Some(&user)))
    }

    /// Notes what makes the request refused. The first cause stays.
    pub(crate) fn close(
        &self,
        ban: &Standing,
        point: RefusalPoint,
        user: Option<&UserIdentifiers>,
    ) -> Refused {
        let mut first = false;
        let refused = *self.closed.get_or_init(|| {
            first = true;
            Refused::new(ban)
        });
        if first {
            let refusal = Refusal {
                decision: refused.decision(),
                point,
                user: user.cloned(),
            };
            self.enqueue(What::Refusal(refusal));
        }
        refused
    }

    /// Whether this user may try to log in, or sign up, from here.
    pub(crate) fn admit(
        &self,
        kind: AttemptKind,
        user: Option<&UserIdentifiers>,
    ) -> Result<(), Refused> {
        self.settle(Outcome::Failure);
        if let Some(refused) = self.refused() {
            return Err(refused);
        }
        let point = match kind {
            AttemptKind::Login => RefusalPoint::Login,
            AttemptKind::SignUp => RefusalPoint::SignUp,
        };
        if let Some(ban) = self.pipeline.ban_of_address(self.address) {
            return Err(self.close(&ban, point, None));
        }
        let Some(user) = user else { return Ok(()) };
        let ban = match kind {
            AttemptKind::Login => self.pipeline.ban_of_login(user, self.address),
            AttemptKind::SignUp => self.pipeline.ban_of_user(user),
        };
        match ban {
            Some(ban) => Err(self.close(&ban, point, Some(user))),
            None => Ok(()),
        }
    }

    /// Records how a login or sign-up ended. `sure`: the application said so itself, so that the answer's
    /// status does not matter.
    pub(crate) fn attempted(
        &self,
        kind: AttemptKind,
        outcome: Outcome,
        user: Option<UserIdentifiers>,
        sure: bool,
    ) {
        self.settle(Outcome::Failure);
        // A ban may have come while the password was checked.
        let withheld = outcome == Outcome::Success && self.admit(kind, user.as_ref()).is_err();
        if outcome == Outcome::Success
            && !withheld
            && let Some(user) = &user
        {
            self.belongs_to(user.clone(), Traits::new());
        }
        let attempt = Attempt {
            outcome,
            user,
            withheld,
        };
        let event = self.event(match kind {
            AttemptKind::Login => What::Login(attempt),
            AttemptKind::SignUp => What::SignUp(attempt),
        });
        let mut state = self.state();
        if outcome == Outcome::Failure && !sure && self.attached && !state.answered {
            state.undecided = Some(event);
        } else {
            drop(state);
            self.pipeline.record(event);
        }
    }

    /// Decides about a failed login that waited for the answer. At the next attempt in the same request, and
    /// when the client went away without one, it is what the function said: a failure.
    pub(crate) fn settle(&self, outcome: Outcome) {
        let undecided = self.state().undecided.take();
        if let Some(mut event) = undecided {
            if let What::Login(attempt) | What::SignUp(attempt) = &mut event.what {
                attempt.outcome = outcome;
            }
            self.pipeline.record(event);
        }
    }

    /// The answer is there, with this status; without one where the service itself failed.
    pub(crate) fn answered(&self, status: Option<http::StatusCode>) {
        self.state().answered = true;
        let failed = status.is_some_and(|status| !status.is_server_error());
        self.settle(if failed {
            Outcome::Failure
        } else {
            Outcome::Error
        });
    }

    /// Makes the request a user's. A later user replaces the earlier, and both are recorded.
    pub(crate) fn identify(
        &self,
        user: UserIdentifiers,
        traits: Traits,
        ran: Option<&'static AtomicU64>,
    ) -> Result<(), Refused> {
        let instead_of = self.belongs_to(user.clone(), traits.clone()).map(Box::new);
        let ban = self.pipeline.ban_of_user(&user);
        let refused = ban.map(|ban| self.close(&ban, RefusalPoint::Session, Some(&user)));
        let event = self.hot_event(What::Session(Session {
            user,
            traits,
            instead_of,
        }));
        self.pipeline.enqueue(Record {
            ran,
            event: Some(event),
        });
        refused.or_else(|| self.refused()).map_or(Ok(()), Err)
    }

    /// Sets the user and returns the one before, where that was another.
    fn belongs_to(&self, user: UserIdentifiers, traits: Traits) -> Option<UserIdentifiers> {
        let before = self.state().user.replace(Identified {
            user: user.clone(),
            traits,
        });
        let before = before
            .map(|identified| identified.user)
            .filter(|before| *before != user)?;
        self.pipeline.note(
            Trouble::TwoUsers,
            &format_args!("one request was identified as {before} and then as {user}"),
        );
        Some(before)
    }

    /// Whether the identified user is banned; closes the request if so.
    pub(crate) fn user_is_banned(&self) -> bool {
        let user = self
            .state()
            .user
            .as_ref()
            .map(|identified| identified.user.clone());
        match user.and_then(|user| Some((self.pipeline.ban_of_user(&user)?, user))) {
            Some((ban, user)) => {
                self.close(&ban, RefusalPoint::Session, Some(&user));
                true
            }
            None => self.refused().is_some(),
        }
    }

    /// Records a custom event; one that names no user is the request's user's.
    pub(crate) fn track(&self, mut custom: Custom, at: Option<crate::event::Timestamp>) {
        if custom.user.is_none() {
            custom.user = self
                .state()
                .user
                .as_ref()
                .map(|identified| identified.user.clone());
        }
        let mut event = self.event(What::Custom(custom));
        event.at = at.unwrap_or(event.at);
        self.pipeline.enqueue(Record {
            ran: None,
            event: Some(event),
        });
    }

    /// What the application told of the request's user.
    #[must_use]
    pub fn traits(&self) -> Traits {
        self.state()
            .user
            .as_ref()
            .map(|identified| identified.traits.clone())
            .unwrap_or_default()
    }

    fn enqueue(&self, what: What) {
        let event = self.event(what);
        self.pipeline.enqueue(Record {
            ran: None,
            event: Some(event),
        });
    }

    fn event(&self, what: What) -> Event {
        Event {
            at: self.pipeline.now(),
            origin: self.origin(),
            what,
        }
    }

    /// An event of which there is one on most requests.
    fn hot_event(&self, what: What) -> Event {
        Event {
            at: self.pipeline.recently(),
            origin: self.origin(),
            what,
        }
    }

    fn origin(&self) -> Origin {
        let user_agent = self.user_agent.get_or_init(|| {
            let header = self.user_agent_header.as_ref()?;
            Some(UserAgent::from_bytes(header.as_bytes()))
        });
        Origin {
            address: self.address,
            user_agent: user_agent.clone(),
        }
    }

    pub(crate) fn shields(&self) -> &AtomicUsize {
        &self.shields
    }

    /// The layer polls the handler. Only the layer counts, so nothing is lost between the two steps.
    #[cfg(feature = "tower")]
    pub(crate) fn polled(&self) {
        self.polls.store(self.polls() + 1, Ordering::Relaxed);
    }

    pub(crate) fn polls(&self) -> u64 {
        self.polls.load(Ordering::Relaxed)
    }

    /// Whether a block of code asked not to be dropped.
    pub(crate) fn is_shielded(&self) -> bool {
        self.shields.load(Ordering::Acquire) != 0
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it is held.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The client went away without an answer: what the login function said stands.
impl Drop for Request {
    fn drop(&mut self) {
        self.settle(Outcome::Failure);
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("address", &self.address)
            .field("refused", &self.refused())
            .finish_non_exhaustive()
    }
}
