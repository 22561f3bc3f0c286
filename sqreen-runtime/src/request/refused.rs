//! What a refused caller is told.

use thiserror::Error;

use crate::bans::Standing;
use crate::event::{DecisionId, Timestamp};

/// A banned user or address was turned away.
///
/// A function whose error type is `From<Refused>` returns it when it is refused:
///
/// ```
/// #[derive(Debug, thiserror::Error)]
/// enum LoginError {
///     #[error("the e-mail address or the password is wrong")]
///     Credentials,
///     #[error(transparent)]
///     Refused(#[from] sqreen_runtime::request::Refused),
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("refused by decision {decision}")]
pub struct Refused {
    decision: DecisionId,
    until: Option<Timestamp>,
}

impl Refused {
    pub(crate) fn new(ban: &Standing) -> Self {
        Self {
            decision: ban.id,
            until: ban.until,
        }
    }

    /// The decision, or the person's ban, it rests on.
    #[must_use]
    pub fn decision(&self) -> DecisionId {
        self.decision
    }

    /// When the ban ends; `None`: when somebody pardons.
    #[must_use]
    pub fn until(&self) -> Option<Timestamp> {
        self.until
    }
}
