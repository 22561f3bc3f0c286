//! One ban that stands, and what it keeps whom from.

use std::borrow::Borrow;
use std::cmp::Reverse;

use serde::Serialize;

use crate::event::{Ban, DecisionId, Reach, RedirectTarget, Subject, Timestamp};

/// A ban that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The decision, or the person's ban, it rests on.
    pub id: DecisionId,
    /// Who is banned.
    pub subject: Subject,
    /// What they are kept from. Of a user at one address it is logins there at most.
    pub reach: Reach,
    /// When it ends; `None`: when somebody pardons. Playbooks' bans always end.
    pub until: Option<Timestamp>,
    /// Where the banned are sent instead of being refused.
    pub redirect: Option<RedirectTarget>,
    /// The playbook that decided, or the person's words.
    pub because: Box<str>,
}

impl Standing {
    #[inline]
    pub(super) fn is_live(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }

    /// Puts those first that end last.
    pub(crate) fn last_first(all: &mut [impl Borrow<Self>]) {
        let end = |ban: &Self| ban.until.map_or(u64::MAX, Timestamp::as_millis);
        all.sort_by_key(|ban| (Reverse(end(ban.borrow())), ban.borrow().id));
    }

    /// Whether this ban covers all that `other` does.
    pub(super) fn outlasts(&self, other: &Self) -> bool {
        match (self.until, other.until) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(this), Some(that)) => this >= that,
        }
    }

    /// Whether it turns all requests of its subject away.
    pub(super) fn is_of_everything(&self) -> bool {
        self.reach == Reach::Everything && !matches!(self.subject, Subject::UserAt { .. })
    }

    /// The path of the same site that the banned are sent to.
    pub(crate) fn page(&self) -> Option<&str> {
        self.redirect.as_ref()?.path()
    }
}

/// A person's ban, as it stands.
impl From<Ban> for Standing {
    fn from(ban: Ban) -> Self {
        Self {
            id: ban.id,
            subject: ban.subject,
            reach: ban.reach,
            until: ban.until,
            redirect: ban.redirect,
            because: ban.because,
        }
    }
}
