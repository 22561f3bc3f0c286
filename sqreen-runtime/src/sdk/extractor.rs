//! The SDK bound to one request, for handlers that take it as an argument.

use std::panic::Location;
use std::sync::Arc;

use crate::event::{LoginRisk, Severity};
use crate::identity::IntoIdentifiers;
use crate::request::{AttemptKind, Attributed, Refused, Request};

use super::{
    Checkpoint, LoginOptions, Receipt, Rejected, SessionOptions, TrackOptions, attempt, proven,
    session, track,
};

/// The current request as this crate sees it, with the SDK's functions as methods.
///
/// An extractor with the feature `axum`; elsewhere, [`Sqreen::current`]. Once taken it works wherever it is
/// taken to, spawned tasks included. Without the layer there is no request: its methods then are those of the SDK
/// outside of one, and the agent's diagnostics say so.
///
/// ```ignore
/// async fn account(sqreen: Sqreen, session: Session) -> Result<Html<String>, Refused> {
///     sqreen.identify(("email", &session.email)).await?;
///     // …
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Sqreen(Option<Arc<Request>>);

impl Sqreen {
    /// The current request's: that of the code which is running.
    #[must_use]
    pub fn current() -> Self {
        Self(crate::request::current())
    }

    /// [`auth_track`](crate::auth_track) for this request.
    #[track_caller]
    pub fn auth_track(&self, success: bool, user: impl IntoIdentifiers) -> Checkpoint {
        self.auth_track_with(success, user, LoginOptions::new())
    }

    /// [`auth_track_with`](crate::auth_track_with) for this request.
    #[track_caller]
    pub fn auth_track_with(
        &self,
        success: bool,
        user: impl IntoIdentifiers,
        options: LoginOptions<'_>,
    ) -> Checkpoint {
        let user = user.into_identifiers();
        attempt(
            self.caller(),
            AttemptKind::Login,
            success,
            user,
            options,
            Location::caller(),
        )
    }

    /// [`signup_track`](crate::signup_track) for this request.
    #[track_caller]
    pub fn signup_track(&self, user: impl IntoIdentifiers) -> Checkpoint {
        let user = user.into_identifiers();
        attempt(
            self.caller(),
            AttemptKind::SignUp,
            true,
            user,
            LoginOptions::new(),
            Location::caller(),
        )
    }

    /// [`identify`](crate::identify) for this request.
    #[track_caller]
    pub fn identify(&self, user: impl IntoIdentifiers) -> Checkpoint {
        self.identify_with(user, SessionOptions::new())
    }

    /// [`identify_with`](crate::identify_with) for this request.
    #[track_caller]
    pub fn identify_with<'a>(
        &self,
        user: impl IntoIdentifiers,
        options: impl Into<SessionOptions<'a>>,
    ) -> Checkpoint {
        session(
            self.caller(),
            user.into_identifiers(),
            options.into(),
            Location::caller(),
        )
    }

    /// [`user_is_banned`](crate::user_is_banned) for this request.
    #[must_use]
    pub fn user_is_banned(&self) -> bool {
        self.0
            .as_ref()
            .is_some_and(|request| request.user_is_banned())
    }

    /// [`step_up_required`](crate::step_up_required) for this request.
    #[must_use]
    pub fn step_up_required(&self) -> bool {
        self.0
            .as_ref()
            .is_some_and(|request| request.step_up_required())
    }

    /// [`stepped_up`](crate::stepped_up) for this request.
    #[track_caller]
    pub fn stepped_up(&self, user: impl IntoIdentifiers) -> Receipt {
        proven(self.caller(), user.into_identifiers(), Location::caller())
    }

    /// [`risk`](crate::risk) for this request.
    #[must_use]
    pub fn risk(&self) -> Option<Severity> {
        self.0.as_ref()?.risk()
    }

    /// [`login_risk`](crate::login_risk) for this request.
    #[must_use]
    pub fn login_risk(&self) -> Option<LoginRisk> {
        self.0.as_ref()?.login_risk()
    }

    /// [`track`](crate::track()) for this request.
    pub fn track(&self, name: &str, options: impl Into<TrackOptions>) -> Receipt {
        track::track(self.caller(), name, options.into())
    }

    /// Whose request this is, identified or inferred.
    #[must_use]
    pub fn user(&self) -> Option<Attributed> {
        self.0.as_ref()?.user()
    }

    /// The refusal, if the request was closed.
    #[must_use]
    pub fn refused(&self) -> Option<Refused> {
        self.0.as_ref()?.refused()
    }

    /// The request itself, where the layer made one.
    #[must_use]
    pub fn request(&self) -> Option<&Arc<Request>> {
        self.0.as_ref()
    }

    fn caller(&self) -> Result<Arc<Request>, Rejected> {
        self.0.clone().map_or_else(super::caller, Ok)
    }
}
