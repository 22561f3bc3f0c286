//! The request being served: its client, whose it is, and whether it is closed.

mod attempt;
mod client;
mod current;
mod park;
mod refused;

pub(crate) use crate::bans::{AttemptKind, Named};
pub(crate) use attempt::Attempted;
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

use crate::bans::{Marks, Standing};
use crate::event::{
    Address, Custom, Event, LoginRisk, Origin, Outcome, Refusal, RefusalPoint, Session,
    SessionDigest, Severity, Timestamp, UserAgent, What,
};
use crate::identity::{Traits, UserIdentifiers};
use crate::pipeline::{Pipeline, Trouble};

/// How long ago something may have happened that is told now: an hour.
const OLDEST_MILLIS: u64 = 60 * 60 * 1000;

/// One request, or the place of one where there is none.
///
/// The layer makes it, and it goes wherever the request does: into the handler's calls by the thread, into
/// extractors in the same way, into spawned work by [`RequestExt::in_request`].
pub struct Request {
    pipeline: Arc<Pipeline>,
    address: Option<Address>,
    /// Kept only where a ban sends people to some page of this site: it may be this one.
    path: Option<Box<str>>,
    user_agent_header: Option<HeaderValue>,
    user_agent: OnceLock<Option<UserAgent>>,
    /// Whether there is a request at all; without one there is nothing to close or to answer.
    attached: bool,
    state: Mutex<State>,
    closed: OnceLock<Refused>,
    /// How many bans there had been when the request came in.
    bans_made: u64,
    shields: AtomicUsize,
    /// How often the layer has polled the handler.
    polls: AtomicU64,
}

#[derive(Default)]
struct State {
    user: Option<Identified>,
    session: Option<SessionDigest>,
    /// A failed login waits for the answer: one that is a 5xx was no failure of the user's.
    undecided: Option<Box<Event>>,
    answered: bool,
    /// Of the last login that succeeded.
    login_risk: Option<LoginRisk>,
}

struct Identified {
    user: UserIdentifiers,
    traits: Traits,
    /// Whether that is recorded: a request is found to be a user's once, however often that is said.
    recorded: bool,
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

impl Request {
    pub(crate) fn new(
        pipeline: Arc<Pipeline>,
        address: Option<Address>,
        user_agent: Option<HeaderValue>,
    ) -> Self {
        Self::served(pipeline, true, address, user_agent)
    }

    /// With the path that was asked for.
    #[cfg(feature = "tower")]
    pub(crate) fn at(mut self, path: &str) -> Self {
        self.path = Some(path.into());
        self
    }

    /// What stands for the request where code runs outside of one.
    pub(crate) fn detached(pipeline: Arc<Pipeline>) -> Self {
        Self::served(pipeline, false, None, None)
    }

    #[inline]
    fn served(
        pipeline: Arc<Pipeline>,
        attached: bool,
        address: Option<Address>,
        user_agent_header: Option<HeaderValue>,
    ) -> Self {
        Self {
            bans_made: pipeline.bans_made(),
            pipeline,
            address,
            path: None,
            user_agent_header,
            user_agent: OnceLock::new(),
            attached,
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
        self.closed.get().cloned()
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

    /// Whether the request must not be answered: it was closed, or a ban came while it ran.
    #[inline]
    pub(crate) fn look_at_the_end(&self) -> Option<Refused> {
        if self.pipeline.bans_made() == self.bans_made {
            return self.refused();
        }
        self.look_again()
    }

    /// Whether the user or the address is banned by now; closes the request if so.
    pub(crate) fn look_again(&self) -> Option<Refused> {
        if let Some(refused) = self.refused() {
            return Some(refused);
        }
        if let Some(ban) = self.ban_of_address() {
            return Some(self.close(&ban, RefusalPoint::Response, None));
        }
        if !self.pipeline.bans().any() {
            return None;
        }
        let user = self.identified()?;
        let ban = self.pipeline.ban_of_user(&user).filter(self.applies())?;
        Some(self.close(&ban, RefusalPoint::Response, Some(&user)))
    }

    /// The user, as identified.
    fn identified(&self) -> Option<UserIdentifiers> {
        let state = self.state();
        state
            .user
            .as_ref()
            .map(|identified| identified.user.clone())
    }

    /// The ban that turns the request away whoever sends it.
    #[inline]
    pub(crate) fn ban_of_address(&self) -> Option<Arc<Standing>> {
        let ban = self.pipeline.ban_of_address(self.address)?;
        self.applies()(&ban).then_some(ban)
    }

    /// Whether a ban turns away a request for this page: where bans send people to it, those that send
    /// people to such pages do not, or nobody would ever arrive.
    fn applies(&self) -> impl Fn(&Arc<Standing>) -> bool {
        |ban| ban.page().is_none() || !self.is_for_the_banned()
    }

    /// Whether some ban sends people to the page that was asked for.
    fn is_for_the_banned(&self) -> bool {
        let path = self.path.as_deref();
        path.is_some_and(|path| self.pipeline.bans().is_page(path))
    }

    /// Notes what makes the request refused. The first cause stays.
    pub(crate) fn close(
        &self,
        ban: &Standing,
        point: RefusalPoint,
        user: Option<&UserIdentifiers>,
    ) -> Refused {
        let mut first = false;
        let refused = self.closed.get_or_init(|| {
            first = true;
            let refused = Refused::new(ban);
            // A login that is refused on the page itself: sent there again, it would be refused again.
            if ban.page().is_some() && self.is_for_the_banned() {
                refused.without_redirect()
            } else {
                refused
            }
        });
        if first {
            let refusal = Refusal {
                decision: refused.decision(),
                point,
                user: user.cloned(),
            };
            self.enqueue(What::Refusal(refusal));
        }
        refused.clone()
    }

    /// Makes the request a user's. A later user replaces the earlier, and both are recorded.
    pub(crate) fn identify(
        &self,
        user: UserIdentifiers,
        traits: Traits,
        session: Option<&SessionDigest>,
    ) -> Result<(), Refused> {
        let ban = self.pipeline.ban_of_user(&user).filter(self.applies());
        let mut change = self.belongs_to(&user, Some(&traits));
        if let Some(session) = session {
            change = self.continues(*session, change);
        }
        if let Some(ban) = ban {
            self.close(&ban, RefusalPoint::Session, Some(&user));
        }
        // Of a session that is turned away the refusal tells. It must not make its place one where the user is at
        // home.
        if let Some(refused) = self.refused() {
            return Err(refused);
        }
        if let Some(instead_of) = change {
            let session = Session {
                user,
                traits,
                instead_of,
                session: session.copied(),
            };
            self.pipeline
                .enqueue(self.hot_event(What::Session(session)));
        }
        Ok(())
    }

    /// Which session it is. That is news too, where it had not been said.
    #[cold]
    fn continues(
        &self,
        session: SessionDigest,
        change: Option<Option<Box<UserIdentifiers>>>,
    ) -> Option<Option<Box<UserIdentifiers>>> {
        let before = self.state().session.replace(session);
        change.or_else(|| (before != Some(session)).then_some(None))
    }

    /// Sets the user; with `traits`, as an `identify` does. `Some` where that is news, with the user before
    /// where that was another.
    fn belongs_to(
        &self,
        user: &UserIdentifiers,
        traits: Option<&Traits>,
    ) -> Option<Option<Box<UserIdentifiers>>> {
        let mut state = self.state();
        if let Some(present) = &mut state.user
            && present.user == *user
        {
            let said = traits.filter(|traits| !traits.is_empty() && **traits != present.traits);
            let news = said.is_some() || (traits.is_some() && !present.recorded);
            present.recorded |= traits.is_some();
            // Neither a login nor an attribute says anything about traits: those that are known stay.
            if let Some(traits) = said {
                present.traits = traits.clone();
            }
            return news.then_some(None);
        }
        let identified = Identified {
            user: user.clone(),
            traits: traits.cloned().unwrap_or_default(),
            recorded: traits.is_some(),
        };
        let before = state.user.replace(identified);
        drop(state);
        Some(before.map(|before| {
            self.note_two_users(&before.user, user);
            Box::new(before.user)
        }))
    }

    #[cold]
    fn note_two_users(&self, before: &UserIdentifiers, now: &UserIdentifiers) {
        let shown = |user: &UserIdentifiers| self.pipeline.shown(&user.into());
        self.pipeline.note(
            Trouble::TwoUsers,
            &format_args!(
                "one request was identified as {} and then as {}",
                shown(before),
                shown(now)
            ),
        );
    }

    /// Whether the identified user is banned; closes the request if so, and if this is not a page for the
    /// banned.
    pub(crate) fn user_is_banned(&self) -> bool {
        let user = self.identified();
        match user.and_then(|user| Some((self.pipeline.ban_of_user(&user)?, user))) {
            Some((ban, user)) => {
                if self.applies()(&ban) {
                    self.close(&ban, RefusalPoint::Session, Some(&user));
                }
                true
            }
            None => self.refused().is_some(),
        }
    }

    /// Whether the identified user has to prove themselves once more, because a decision asks for it and
    /// nobody has told since that they did; see [`stepped_up`](crate::stepped_up).
    #[must_use]
    pub fn step_up_required(&self) -> bool {
        self.severity_in(self.pipeline.bans().step_ups()).is_some()
    }

    /// How likely the identified user's account is in other hands; `None` where no decision says so.
    #[must_use]
    pub fn risk(&self) -> Option<Severity> {
        self.severity_in(self.pipeline.bans().risks())
    }

    /// How much likelier an attacker than the owner is to have made this request's login, the last one that
    /// succeeded; see [`login_risk`](crate::login_risk).
    #[must_use]
    pub fn login_risk(&self) -> Option<LoginRisk> {
        self.state().login_risk
    }

    #[inline]
    fn severity_in(&self, marks: &Marks) -> Option<Severity> {
        if !marks.any() {
            return None;
        }
        marks.severity_of(&self.identified()?, || self.pipeline.now())
    }

    /// The user has proven themselves once more.
    pub(crate) fn stepped_up(&self, user: UserIdentifiers) {
        self.pipeline.record(self.event(What::SteppedUp { user }));
    }

    /// Records a custom event. One that is said to be from long ago or from times to come would upset what is
    /// counted, and bans last from the time of what led to them: it is taken to be from as near as may be.
    pub(crate) fn track(&self, custom: Custom, at: Option<Timestamp>) {
        let mut event = self.event(What::Custom(custom));
        let now = event.at.as_millis();
        let oldest = Timestamp::from_millis(now.saturating_sub(OLDEST_MILLIS));
        event.at = at.map_or(event.at, |at| at.clamp(oldest, event.at));
        self.pipeline.enqueue(event);
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
        self.pipeline.enqueue(event);
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
            facts: None,
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
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        let undecided = state.undecided.take();
        self.decide(undecided, Outcome::Failure);
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
