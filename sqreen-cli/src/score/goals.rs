//! What the scores of a policy should reach.

use std::fmt;

use super::card::Card;
use crate::simulate::AttackKind;

/// What a policy should reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Goals {
    /// Of the campaigns of each kind so many per cent are found, at least.
    pub found: u64,
    /// The same, of those who have the right password from the start: each of them is one login.
    pub takeovers_found: u64,
    /// Guesses that get through from one address in any 24 hours, at most.
    pub from_an_address: u64,
    /// Guesses that get through on one account in any 24 hours, at most.
    pub on_an_account: u64,
    /// Honest people of whom anything is refused, at most.
    pub people_refused: u64,
}

/// Nine of ten campaigns of every kind found, and two of three of those who have the right password; 50 guesses a day from
/// an address, 100 on an account (the figure of NIST SP 800-63B, 5.2.2); nobody honest refused.
impl Default for Goals {
    fn default() -> Self {
        Self {
            found: 90,
            takeovers_found: 66,
            from_an_address: 50,
            on_an_account: 100,
            people_refused: 0,
        }
    }
}

/// A goal that is missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missed {
    /// Campaigns of this kind that were not found.
    NotFound(AttackKind, u64),
    /// Too many guesses of this kind got through from one address in a day.
    FromAnAddress(AttackKind, u64),
    /// Too many guesses of this kind got through on one account in a day.
    OnAnAccount(AttackKind, u64),
    /// So many honest people were refused.
    PeopleRefused(u64),
}

impl Goals {
    /// What of them is missed.
    #[must_use]
    pub fn missed(&self, card: &Card) -> Vec<Missed> {
        let mut missed = Vec::new();
        for score in &card.attacks {
            let kind = score.kind;
            let goal = if kind.has_the_password() {
                self.takeovers_found
            } else {
                self.found
            };
            if score.found * 100 < score.campaigns * goal && !looks_like_its_victim(kind) {
                missed.push(Missed::NotFound(kind, score.campaigns - score.found));
            }
            if kind.guesses_passwords() && score.most_from_an_address > self.from_an_address {
                missed.push(Missed::FromAnAddress(kind, score.most_from_an_address));
            }
            if score.most_on_an_account > self.on_an_account {
                missed.push(Missed::OnAnAccount(kind, score.most_on_an_account));
            }
        }
        if card.honest.users_refused > self.people_refused {
            missed.push(Missed::PeopleRefused(card.honest.users_refused));
        }
        missed
    }
}

/// Whether nothing that an event has tells attackers of this kind from the people they take for.
///
/// The right password at the first try, from the owner's city and provider, with a browser like theirs: `docs/detection.md`
/// says why no policy can find them all.
const fn looks_like_its_victim(kind: AttackKind) -> bool {
    matches!(kind, AttackKind::StolenPasswordTargeted)
}

impl fmt::Display for Missed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(kind, missing) => {
                write!(
                    f,
                    "{missing} of the campaigns of {} were not found",
                    kind.name()
                )
            }
            Self::FromAnAddress(kind, most) => {
                let kind = kind.name();
                write!(
                    f,
                    "{most} guesses of {kind} got through from one address in a day"
                )
            }
            Self::OnAnAccount(kind, most) => {
                let kind = kind.name();
                write!(
                    f,
                    "{most} guesses of {kind} got through on one account in a day"
                )
            }
            Self::PeopleRefused(people) => write!(f, "{people} honest people were refused"),
        }
    }
}
