//! What a refused caller is told.

use thiserror::Error;

use crate::bans::Standing;
use crate::event::{DecisionId, RedirectTarget, Timestamp};

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
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("refused by decision {decision}")]
pub struct Refused {
    decision: DecisionId,
    until: Option<Timestamp>,
    redirect: Option<RedirectTarget>,
}

impl Refused {
    pub(crate) fn new(ban: &Standing) -> Self {
        Self {
            decision: ban.id,
            until: ban.until,
            redirect: ban.redirect.clone(),
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

    /// Where the client is to be sent, with the decision's id as a query parameter: what stands in
    /// `Location`. `None`: the client is told that it is refused.
    ///
    /// Where the layer serves the request it does so. Elsewhere, answer `303 See Other`.
    #[must_use]
    pub fn location(&self) -> Option<String> {
        let target = self.redirect.as_ref()?;
        Some(target.location(self.decision))
    }

    /// The target of that redirect, as it was given.
    #[must_use]
    pub fn redirect(&self) -> Option<&RedirectTarget> {
        self.redirect.as_ref()
    }

    pub(super) fn without_redirect(mut self) -> Self {
        self.redirect = None;
        self
    }
}
