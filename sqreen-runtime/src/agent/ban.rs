//! What a person bans.

use crate::event::{Reach, RedirectTarget, Subject};

/// Whom a person bans, from what, and where they are sent; see [`Agent::ban`](super::Agent::ban).
///
/// A user, an address or a network by itself is banned from everything. More can be said:
///
/// ```
/// use std::time::Duration;
/// use sqreen_runtime::{Agent, Ban, Ending};
/// use sqreen_runtime::event::{Network, Subject};
/// use sqreen_runtime::identity::UserIdentifiers;
///
/// let agent = Agent::builder().build()?;
/// let hosting: Network = "203.0.113.0/24".parse()?;
/// let why = "opens accounts by the hundred";
/// agent.ban(Ban::of(hosting).sign_ups_only(), Ending::WhenPardoned, why);
///
/// let alice = UserIdentifiers::new("email", "alice@example.com")?;
/// let hour = Duration::from_secs(3600);
/// agent.ban(Ban::of(&alice).redirect("/call-us".parse()?), hour, "asked us to lock it");
///
/// // Alice from there: she can log in elsewhere, and others can log in there.
/// let there = Subject::UserAt { user: alice, network: hosting };
/// agent.ban(there, hour, "not her");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ban {
    pub(super) subject: Subject,
    pub(super) reach: Reach,
    pub(super) redirect: Option<RedirectTarget>,
}

impl Ban {
    /// From everything: all requests of a user, an address or a network, or all logins of one user from one
    /// address.
    #[must_use]
    pub fn of(subject: impl Into<Subject>) -> Self {
        Self {
            subject: subject.into(),
            reach: Reach::Everything,
            redirect: None,
        }
    }

    /// Only from opening accounts.
    #[must_use]
    pub fn sign_ups_only(mut self) -> Self {
        self.reach = Reach::SignUps;
        self
    }

    /// Only from logging in where one has not logged in before: see [`Reach::UnfamiliarLogins`].
    #[must_use]
    pub fn unfamiliar_logins_only(mut self) -> Self {
        self.reach = Reach::UnfamiliarLogins;
        self
    }

    /// The banned are sent there, with the ban's id, instead of being refused.
    #[must_use]
    pub fn redirect(mut self, target: RedirectTarget) -> Self {
        self.redirect = Some(target);
        self
    }
}

/// From everything.
impl<S: Into<Subject>> From<S> for Ban {
    fn from(subject: S) -> Self {
        Self::of(subject)
    }
}
