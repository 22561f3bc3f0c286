//! What the calls about users return.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use thiserror::Error;

use crate::event::LoginRisk;
use crate::identity::IdentityError;
use crate::request::{Park, Refused, Request};

/// The result of telling about a user.
///
/// All there was to record is recorded when it is returned; to ignore it is no mistake. Awaiting it stops
/// where the user is refused: see [`identify`](crate::identify).
#[derive(Debug)]
pub struct Checkpoint {
    rejected: Option<Rejected>,
    refused: Option<Refused>,
    login_risk: Option<LoginRisk>,
    park: Option<Park>,
}

impl Checkpoint {
    pub(super) fn rejected(rejected: Rejected) -> Self {
        Self {
            rejected: Some(rejected),
            refused: None,
            login_risk: None,
            park: None,
        }
    }

    pub(super) fn after(request: Arc<Request>, rejected: Option<Rejected>) -> Self {
        let refused = request.refused();
        Self {
            rejected,
            park: refused.is_some().then(|| Park::new(request)),
            refused,
            login_risk: None,
        }
    }

    /// With the risk of the login that was told.
    pub(super) fn of_login(self, login_risk: Option<LoginRisk>) -> Self {
        Self { login_risk, ..self }
    }

    /// Whether the request is refused, for code that is not async.
    ///
    /// # Errors
    ///
    /// [`Refused`]: return it, or whatever else ends the request. The client gets the refusal in any case.
    pub fn check(&self) -> Result<(), Refused> {
        self.refused.clone().map_or(Ok(()), Err)
    }

    /// How much likelier an attacker than the account's owner is to have logged in like this, by where from, with
    /// what and when. For asking for a second factor before the user is let in:
    ///
    /// ```
    /// # fn ask_for_second_factor() -> &'static str { "" } fn welcome() -> &'static str { "" }
    /// # fn page(email: &str, correct: bool) -> &'static str {
    /// let login = sqreen_runtime::auth_track(correct, ("email", email));
    /// if login.risk().is_some_and(|risk| risk.score() > 80) {
    ///     return ask_for_second_factor();
    /// }
    /// # welcome()
    /// # }
    /// ```
    ///
    /// `None` where there is nothing to compare: of a failure, of whoever logs in for the first time, and where no
    /// address is known. The login of a function that bears `#[track_auth]` is told when that function returns, so
    /// inside of it this is `None` too: see [`login_risk`](crate::login_risk). It is this login's, and another thing
    /// than [`risk`](crate::risk), which is what decisions say of an account.
    #[must_use]
    pub fn risk(&self) -> Option<LoginRisk> {
        self.login_risk
    }

    /// What could not be used of the call. It has been counted and logged already.
    #[must_use]
    pub fn problem(&self) -> Option<&Rejected> {
        self.rejected.as_ref()
    }
}

impl Future for Checkpoint {
    type Output = Result<(), Refused>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some(park) = &mut self.park
            && Pin::new(park).poll(cx).is_pending()
        {
            return Poll::Pending;
        }
        Poll::Ready(self.check())
    }
}

/// Why a call, or a part of it, could not be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Rejected {
    /// No agent is installed, and the call comes from outside of a request.
    #[error("there is no agent: call `sqreen::start()` first")]
    NoAgent,
    /// The agent is switched off by configuration.
    #[error("the agent is switched off")]
    Disabled,
    /// The identifiers name nobody. A login attempt still counts against its address.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// A custom event needs another name.
    #[error(transparent)]
    EventName(#[from] crate::event::EventNameError),
}
