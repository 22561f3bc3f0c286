//! The attributes that watch a function, and what each is called in errors and in the runtime.

use std::fmt;

/// One of the attributes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attribute {
    TrackAuth,
    TrackSignup,
    Identify,
}

impl Attribute {
    /// As users write it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::TrackAuth => "track_auth",
            Self::TrackSignup => "track_signup",
            Self::Identify => "identify",
        }
    }

    /// The runtime's `SiteKind`, which is also the name of its type for one attempt.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::TrackAuth => "Login",
            Self::TrackSignup => "SignUp",
            Self::Identify => "Session",
        }
    }
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`#[{}]`", self.name())
    }
}
