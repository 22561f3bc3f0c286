//! The attributes that watch a function, and what each is called in errors and in the runtime.

use std::fmt;

/// One of the attributes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attribute {
    TrackAuth,
    TrackSignup,
    Identify,
    Track,
}

impl Attribute {
    /// As users write it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::TrackAuth => "track_auth",
            Self::TrackSignup => "track_signup",
            Self::Identify => "identify",
            Self::Track => "track",
        }
    }

    /// The runtime's `SiteKind`.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::TrackAuth => "Login",
            Self::TrackSignup => "SignUp",
            Self::Identify => "Session",
            Self::Track => "Custom",
        }
    }

    /// What to do where `key` was tried, which only other attributes take.
    pub(crate) fn instead_of(self, key: &str) -> &'static str {
        match (self, key) {
            (Self::Identify, "success" | "failure" | "error") => {
                ": `None`, `Err` and `false` are nobody, any other value is somebody"
            }
            (Self::TrackSignup, "secret") => {
                ": a password that somebody chooses is none that was rejected"
            }
            (Self::Identify, "secret") => ": for what names the session, say `session = …`",
            (Self::Track, "secret") => {
                ": put `#[track_auth(secret = …)]` on what checks the password"
            }
            (_, "session") => {
                ": put `#[identify(session = …)]` on what finds the user of a session"
            }
            (Self::Track, "failure" | "error") => ": say `success = …`",
            (Self::Track, "banned") => ": it refuses nobody",
            (Self::Track, "traits") => ": say `properties(…)`",
            (_, "properties") => ": say `traits(…)`, or put `#[track(…)]` beside it",
            _ => "",
        }
    }

    /// What a digest is kept of.
    pub(crate) fn digested(self) -> &'static str {
        match self {
            Self::Identify => "session",
            _ => "secret",
        }
    }

    /// Whether it is about somebody who tries to get in.
    pub(crate) fn is_attempt(self) -> bool {
        matches!(self, Self::TrackAuth | Self::TrackSignup)
    }
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`#[{}]`", self.name())
    }
}
