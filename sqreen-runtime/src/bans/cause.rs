//! One decision that something of somebody's rests on.

use std::fmt;

use serde::Serialize;

use crate::event::{Decision, DecisionId, Reach, Severity, Subject, Timestamp};

/// A decision that something of somebody's rests on: the reason for it.
///
/// Shown, it is a sentence for people:
///
/// ```
/// use sqreen_runtime::bans::{Cause, Effect};
/// use sqreen_runtime::event::{DecisionId, Severity, Timestamp};
///
/// let cause = Cause {
///     decision: "89abcdef01234567".parse()?,
///     playbook: "credential-stuffing".into(),
///     severity: Severity::Medium,
///     effect: Effect::Banned,
///     since: Timestamp::from_millis(1_792_000_000_123),
///     until: Timestamp::from_millis(1_792_000_900_123),
/// };
/// assert_eq!(
///     cause.to_string(),
///     "refused by credential-stuffing at 2026-10-14T17:46:40.123Z (medium, decision 89abcdef01234567)"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// Under which it can be found.
    pub decision: DecisionId,
    /// The playbook that decided.
    pub playbook: Box<str>,
    /// How bad it is where it is true.
    pub severity: Severity,
    /// What it does to whom it is about; of several, the most telling.
    pub effect: Effect,
    /// When it was decided.
    pub since: Timestamp,
    /// When it ends. Of an attacker: when it weighs nothing any more.
    pub until: Timestamp,
}

/// What a decision does to whom it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
// From what tells least to what tells most.
pub enum Effect {
    /// People were told, and nothing else.
    Told,
    /// The user has to prove themselves once more.
    StepUp,
    /// The user is kept from logging in from one address.
    ClosedThere,
    /// The user, or the address, is closed to logins where one has not logged in before.
    Closed,
    /// The address opens no accounts.
    SignUpsClosed,
    /// All requests are refused.
    Banned,
    /// The account may be in other hands.
    AtRisk,
}

impl Effect {
    /// That of a ban.
    pub(super) fn of_ban(subject: &Subject, reach: Reach) -> Self {
        match (subject, reach) {
            (Subject::UserAt { .. }, _) => Self::ClosedThere,
            (_, Reach::Everything) => Self::Banned,
            (_, Reach::UnfamiliarLogins) => Self::Closed,
            (_, Reach::SignUps) => Self::SignUpsClosed,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Told => "told of",
            Self::StepUp => "asked to prove themselves once more",
            Self::ClosedThere => "kept from logging in at one address",
            Self::Closed => "closed to unfamiliar logins",
            Self::SignUpsClosed => "kept from opening accounts",
            Self::Banned => "refused",
            Self::AtRisk => "taken for an account in other hands",
        }
    }
}

impl Cause {
    pub(super) fn of(
        decision: &Decision,
        effect: Effect,
        since: Timestamp,
        until: Timestamp,
    ) -> Self {
        Self {
            decision: decision.id,
            playbook: decision.playbook.clone(),
            severity: decision.severity,
            effect,
            since,
            until,
        }
    }

    pub(super) fn is_live(&self, now: Timestamp) -> bool {
        now < self.until
    }

    /// Takes in the same decision, said once more.
    pub(super) fn join(&mut self, other: &Self) {
        self.effect = self.effect.max(other.effect);
        self.until = self.until.max(other.until);
    }
}

/// The name of the playbook is escaped: a stream that was read may have been written by anybody.
impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        };
        let (words, playbook) = (self.effect.words(), self.playbook.escape_debug());
        let (since, decision) = (self.since, self.decision);
        write!(
            f,
            "{words} by {playbook} at {since} ({severity}, decision {decision})"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_effect_makes_a_sentence_that_no_name_can_break_out_of() {
        let sentence = |effect, playbook: &str| {
            let cause = Cause {
                decision: "89abcdef01234567".parse().unwrap(),
                playbook: playbook.into(),
                severity: Severity::High,
                effect,
                since: Timestamp::from_millis(0),
                until: Timestamp::from_millis(1),
            };
            cause.to_string()
        };
        assert_eq!(
            sentence(Effect::AtRisk, "tor"),
            "taken for an account in other hands by tor at 1970-01-01T00:00:00.000Z (high, decision 89abcdef01234567)"
        );
        let broken = sentence(Effect::Told, "x\n\u{1b}[31m2026 root: \u{202e}pardoned");
        assert!(
            broken.starts_with("told of by x\\n\\u{1b}[31m2026 root: \\u{202e}pardoned at "),
            "{broken}"
        );
    }
}
