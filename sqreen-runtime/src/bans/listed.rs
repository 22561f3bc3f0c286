//! What is listed of somebody: that they are at risk, that they attack, that they have to prove themselves.

use std::cmp::Reverse;

use serde::Serialize;

use crate::event::{Decision, Response, Severity, Subject, Timestamp};
use crate::identity::UserIdentifiers;

use super::marks::worst_first;
use super::score::score;
use super::{Cause, Effect, Marks, Standing};

/// A user who has to prove themselves once more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepUp {
    /// Who.
    pub user: UserIdentifiers,
    /// The decision that asks for it; of several, the one that does so for the longest.
    #[serde(flatten)]
    pub cause: Cause,
}

/// A user whose account is guessed at, or may be in other hands: the victim of an attack, never the attacker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AtRisk {
    /// Who.
    pub user: UserIdentifiers,
    /// How likely that is, from 1 to 100.
    ///
    /// Each cause weighs by its severity (low 10, medium 30, high 65, critical 95 per cent), half as much every
    /// twelve hours after it was decided; the score is the probability that any of them is right.
    pub score: u8,
    /// How bad the worst of the causes is.
    pub severity: Severity,
    /// When the first of the causes was decided.
    pub since: Timestamp,
    /// When the last of the causes ends.
    pub until: Timestamp,
    /// The decisions behind it, the worst first. At most [`Marks::CAUSES`].
    pub causes: Vec<Cause>,
}

/// An address, a network or a user who attacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attacker {
    /// Who: an address or a network, or a user.
    pub subject: Subject,
    /// How likely that is, from 1 to 100: as [`AtRisk::score`].
    pub score: u8,
    /// How bad the worst of the causes is.
    pub severity: Severity,
    /// When the first of the causes was decided.
    pub since: Timestamp,
    /// When the last of the causes was decided.
    pub last: Timestamp,
    /// The decisions behind it, the worst first. At most [`Marks::CAUSES`]. What they did may have ended.
    pub causes: Vec<Cause>,
    /// The user who last logged in from the address: **inferred**, and perhaps its victim, or somebody else
    /// in the same office. It is never held against them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inferred: Option<UserIdentifiers>,
}

/// How it stands with one user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UserStanding {
    /// Who.
    pub user: UserIdentifiers,
    /// Whether they are the victim of an attack, and why.
    pub at_risk: Option<AtRisk>,
    /// Whether they attack, and why.
    pub attacks: Option<Attacker>,
    /// Whether they have to prove themselves once more, and why.
    pub step_up: Option<StepUp>,
    /// The bans of this user, and of this user at one address; those that end last first.
    pub bans: Vec<Standing>,
}

impl StepUp {
    /// What a decision asks, and of whom.
    pub(crate) fn asked_by(decision: &Decision, at: Timestamp) -> impl Iterator<Item = Self> {
        decision
            .responses
            .iter()
            .filter_map(move |response| match response {
                Response::StepUp { user, until } => Some(Self {
                    user: user.clone(),
                    cause: Cause::of(decision, Effect::StepUp, at, *until),
                }),
                _ => None,
            })
    }

    /// Of the decisions that ask it of a user.
    pub(crate) fn of(user: UserIdentifiers, causes: Vec<Cause>) -> Option<Self> {
        let cause = causes.into_iter().max_by_key(|cause| cause.until)?;
        Some(Self { user, cause })
    }

    pub(super) fn longest_first(all: &mut [Self]) {
        all.sort_by(|a, b| {
            let until = |step_up: &Self| Reverse(step_up.cause.until);
            (until(a), &a.user).cmp(&(until(b), &b.user))
        });
    }
}

impl AtRisk {
    /// Of the decisions behind it, in any order. One decision may be there several times, with all that it did.
    pub(super) fn of(user: UserIdentifiers, causes: Vec<Cause>, now: Timestamp) -> Option<Self> {
        let causes = once_each(causes);
        Some(Self {
            // As long as it has not ended it is more than nothing.
            score: score(&causes, now).max(1),
            severity: causes.iter().map(|cause| cause.severity).max()?,
            since: causes.iter().map(|cause| cause.since).min()?,
            until: causes.iter().map(|cause| cause.until).max()?,
            user,
            causes,
        })
    }

    pub(super) fn worst_first(all: &mut [Self]) {
        all.sort_by(|a, b| {
            let badness = |user: &Self| Reverse((user.score, user.severity, user.until));
            (badness(a), &a.user).cmp(&(badness(b), &b.user))
        });
    }
}

impl Attacker {
    /// Of the decisions behind it, the worst first. `None` where they weigh nothing any more.
    pub(super) fn of(subject: Subject, causes: Vec<Cause>, now: Timestamp) -> Option<Self> {
        let score = Some(score(&causes, now)).filter(|score| *score > 0)?;
        Some(Self {
            score,
            severity: causes.iter().map(|cause| cause.severity).max()?,
            since: causes.iter().map(|cause| cause.since).min()?,
            last: causes.iter().map(|cause| cause.since).max()?,
            subject,
            causes,
            inferred: None,
        })
    }

    pub(super) fn worst_first(all: &mut [Self]) {
        all.sort_by(|a, b| {
            let badness =
                |attacker: &Self| Reverse((attacker.score, attacker.severity, attacker.last));
            (badness(a), &a.subject).cmp(&(badness(b), &b.subject))
        });
    }
}

/// Each decision once, the worst first, and no more than are kept of one user.
fn once_each(mut causes: Vec<Cause>) -> Vec<Cause> {
    causes.sort_by_key(|cause| cause.decision);
    causes.dedup_by(|other, kept| {
        let same = other.decision == kept.decision;
        if same {
            kept.join(other);
        }
        same
    });
    worst_first(&mut causes);
    causes.truncate(Marks::CAUSES);
    causes
}
