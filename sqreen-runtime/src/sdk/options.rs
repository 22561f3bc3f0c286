//! What the calls about users can be told beside who it is.
//!
//! A secret is borrowed for the call and never copied: its digest is made where the agent, and so the key, is known.

use std::fmt;

use crate::event::{SecretDigest, SessionDigest};
use crate::identity::Traits;
use crate::pipeline::Pipeline;

use super::secret::{SecretValue, secret_digest, session_digest};

/// What [`auth_track_with`](crate::auth_track_with) tells of a login.
#[derive(Clone, Copy, Default)]
pub struct LoginOptions<'a> {
    secret: &'a [u8],
}

impl<'a> LoginOptions<'a> {
    /// Nothing more.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The password that was tried. A digest of it is kept where it was wrong, and nothing where it was right.
    #[must_use]
    pub fn secret<V: SecretValue + ?Sized>(mut self, secret: &'a V) -> Self {
        self.secret = secret.bytes();
        self
    }

    pub(super) fn secret_digest(&self, pipeline: &Pipeline) -> Option<SecretDigest> {
        secret_digest(pipeline, self.secret)
    }
}

/// What [`identify_with`](crate::identify_with) tells of a session. Made of [`Traits`] too.
#[derive(Clone, Default)]
pub struct SessionOptions<'a> {
    pub(super) traits: Traits,
    session: &'a [u8],
}

impl<'a> SessionOptions<'a> {
    /// Nothing more.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What else is known of the user.
    #[must_use]
    pub fn traits(mut self, traits: Traits) -> Self {
        self.traits = traits;
        self
    }

    /// What names the session, such as the value of its cookie, of which a digest is kept.
    #[must_use]
    pub fn session<V: SecretValue + ?Sized>(mut self, session: &'a V) -> Self {
        self.session = session.bytes();
        self
    }

    pub(super) fn session_digest(&self, pipeline: &Pipeline) -> Option<SessionDigest> {
        session_digest(pipeline, self.session)
    }
}

impl From<Traits> for SessionOptions<'_> {
    fn from(traits: Traits) -> Self {
        Self::new().traits(traits)
    }
}

/// Says only whether there is a secret.
impl fmt::Debug for LoginOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginOptions")
            .field("secret", &!self.secret.is_empty())
            .finish()
    }
}

/// Says only whether the session has a name.
impl fmt::Debug for SessionOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionOptions")
            .field("traits", &self.traits)
            .field("session", &!self.session.is_empty())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_shown() {
        let login = LoginOptions::new().secret("hunter2");
        let session = SessionOptions::new().session("cookie-value");
        let (login, session) = (format!("{login:?}"), format!("{session:?}"));
        assert_eq!(login, "LoginOptions { secret: true }");
        assert!(session.ends_with("session: true }"), "{session}");
    }
}
