//! Logins and sign-ups of a request: whether they may be tried, and how they are recorded.

use std::sync::Arc;

use crate::bans::{AttemptKind, Attempting, Named};
use crate::event::{Attempt, Event, LoginRisk, Outcome, RefusalPoint, SecretDigest, Subject, What};
use crate::identity::{Traits, UserIdentifiers};

use super::{Refused, Request};

/// How a login or a sign-up ended, and for whom.
#[derive(Debug)]
pub(crate) struct Attempted {
    pub(crate) kind: AttemptKind,
    pub(crate) outcome: Outcome,
    /// As named by who tried.
    pub(crate) user: Option<UserIdentifiers>,
    /// As found by the application.
    pub(crate) resolved: Option<UserIdentifiers>,
    pub(crate) traits: Traits,
    /// Of what was rejected; recorded of a failure only.
    pub(crate) secret: Option<SecretDigest>,
}

impl Attempted {
    pub(crate) fn new(kind: AttemptKind, outcome: Outcome, user: Option<UserIdentifiers>) -> Self {
        Self {
            kind,
            outcome,
            user,
            resolved: None,
            traits: Traits::new(),
            secret: None,
        }
    }

    /// The same attempt as an attempt inside it, which knows best who it was.
    pub(crate) fn with(self, inside: Self) -> Self {
        let mut traits = inside.traits;
        for (name, value) in self.traits.iter() {
            traits = traits.with(name, value);
        }
        Self {
            kind: inside.kind,
            outcome: inside.outcome,
            user: inside.user.or(self.user),
            resolved: inside.resolved.or(self.resolved),
            traits,
            secret: inside.secret.or(self.secret),
        }
    }

    /// Without a second name that tells nothing: where nobody had been named, or the same user.
    fn plain(mut self) -> Self {
        if self.user.is_none() || self.resolved == self.user {
            self.user = self.resolved.take().or(self.user);
        }
        self
    }
}

impl Request {
    /// Whether an attempt in this name may be made from here.
    pub(crate) fn admit(&self, kind: AttemptKind, named: Named<'_>) -> Result<(), Refused> {
        self.settle(Outcome::Failure);
        self.check(kind, named)
    }

    /// [`admit`](Self::admit), which leaves alone what waits for the answer.
    fn check(&self, kind: AttemptKind, named: Named<'_>) -> Result<(), Refused> {
        if let Some(refused) = self.refused() {
            return Err(refused);
        }
        let attempting = Attempting {
            kind,
            named,
            address: self.address,
        };
        let Some(ban) = self.pipeline.ban_of_attempt(&attempting, || self.origin()) else {
            return Ok(());
        };
        let point = match kind {
            AttemptKind::Login => RefusalPoint::Login,
            AttemptKind::SignUp => RefusalPoint::SignUp,
        };
        let of_user = !matches!(ban.subject, Subject::Network(_));
        let user = named.user().filter(|_| of_user);
        Err(self.close(&ban, point, user))
    }

    /// Whether what came of an attempt may be told, which was made in the name of `user` and found `resolved`.
    /// A ban may have come while the password was checked, or be one of the name that was found.
    fn may_tell(
        &self,
        kind: AttemptKind,
        user: Option<&UserIdentifiers>,
        resolved: Option<&UserIdentifiers>,
    ) -> Result<(), Refused> {
        self.check(kind, user.into())?;
        resolved.map_or(Ok(()), |resolved| self.check(kind, Named::User(resolved)))
    }

    /// Records how a login or sign-up ended. A failure waits for the answer.
    ///
    /// Where a success would be withheld, a failure gets the same refusal: or whoever is kept out could go on
    /// guessing, and would know the right password by its answer. It is looked at before the attempt is recorded,
    /// so that the failure which leads to a ban is answered like those before it.
    ///
    /// Returns the risk of a login, where there is one.
    pub(crate) fn attempted(self: &Arc<Self>, attempted: Attempted) -> Option<LoginRisk> {
        let Attempted {
            kind,
            outcome,
            user,
            resolved,
            traits,
            secret,
        } = attempted.plain();
        // An attempt before this one in the same request is not undone by the answer.
        self.settle(Outcome::Failure);
        let refused = matches!(outcome, Outcome::Success | Outcome::Failure)
            && self
                .may_tell(kind, user.as_ref(), resolved.as_ref())
                .is_err();
        let withheld = refused && outcome == Outcome::Success;
        // Not by a sign-up: applications that do not tell which accounts exist say yes to anybody's name.
        if (kind, outcome, withheld) == (AttemptKind::Login, Outcome::Success, false)
            && let Some(user) = resolved.as_ref().or(user.as_ref())
        {
            self.belongs_to(user, None);
            self.know(&traits);
        }
        let attempt = Attempt {
            outcome,
            user,
            resolved: resolved.map(Box::new),
            traits,
            withheld,
            secret: secret.filter(|_| outcome == Outcome::Failure),
        };
        let event = self.event(match kind {
            AttemptKind::Login => What::Login(attempt),
            AttemptKind::SignUp => What::SignUp(attempt),
        });
        let mut state = self.state();
        let waits = outcome == Outcome::Failure && self.attached && !state.answered;
        let (before, now) = if waits {
            (state.undecided.replace(Box::new(event)), None)
        } else {
            (state.undecided.take(), Some(event))
        };
        drop(state);
        // Of an attempt that ran beside this one.
        self.decide(before, Outcome::Failure);
        let Some(event) = now else {
            self.wait_no_longer_than_soon();
            return None;
        };
        let risk = self.pipeline.record(event);
        if (kind, outcome) == (AttemptKind::Login, Outcome::Success) {
            self.state().login_risk = risk;
        }
        risk
    }

    /// An answer that lets its client wait does not let others guess meanwhile.
    fn wait_no_longer_than_soon(self: &Arc<Self>) {
        let request = Arc::downgrade(self);
        self.pipeline.soon(move || {
            if let Some(request) = request.upgrade() {
                request.settle(Outcome::Failure);
            }
        });
    }

    /// Decides about a failed login that waited for the answer. At the next attempt in the same request, and
    /// when the client went away without one, it is what the function said: a failure.
    pub(crate) fn settle(&self, outcome: Outcome) {
        let undecided = self.state().undecided.take();
        self.decide(undecided, outcome);
    }

    /// The answer is there, with this status; without one where the service itself failed. Returns the refusal
    /// that goes out instead, where it says that a login has failed which is refused by now.
    #[must_use]
    pub(crate) fn answered(&self, status: Option<http::StatusCode>) -> Option<Refused> {
        let failed = status.is_some_and(|status| !status.is_server_error());
        let mut state = self.state();
        state.answered = true;
        let undecided = state.undecided.take();
        drop(state);
        // Not after it is recorded: a failure is not refused for itself.
        let refused = undecided
            .as_deref()
            .filter(|_| failed)
            .and_then(|event| self.refusal_of(&event.what));
        self.decide(
            undecided,
            if failed {
                Outcome::Failure
            } else {
                Outcome::Error
            },
        );
        refused
    }

    /// Why what came of an attempt may not be told.
    fn refusal_of(&self, what: &What) -> Option<Refused> {
        let (kind, attempt) = match what {
            What::Login(attempt) => (AttemptKind::Login, attempt),
            What::SignUp(attempt) => (AttemptKind::SignUp, attempt),
            _ => return None,
        };
        self.may_tell(kind, attempt.user.as_ref(), attempt.resolved.as_deref())
            .err()
    }

    #[inline]
    pub(super) fn decide(&self, undecided: Option<Box<Event>>, outcome: Outcome) {
        let Some(mut event) = undecided else { return };
        if let What::Login(attempt) | What::SignUp(attempt) = &mut event.what {
            attempt.outcome = outcome;
            if outcome != Outcome::Failure {
                // Nothing was rejected after all.
                attempt.secret = None;
            }
        }
        self.pipeline.record(*event);
    }

    /// What a login told of the user whose request this is.
    fn know(&self, traits: &Traits) {
        if traits.is_empty() {
            return;
        }
        if let Some(present) = &mut self.state().user {
            present.traits = traits.clone();
        }
    }
}
