//! What attackers know of a policy, and what they count along: when a guess stays below a threshold.

use std::collections::{HashMap, VecDeque};

use sqreen::event::Outcome;
use sqreen::policy::{By, Conditions, Counts, Mode, Over, Policy, Then, UserIs, When};

use super::exact::{millis, threshold};

/// What attackers know of a playbook that can keep them out.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) name: Box<str>,
    pub(super) by: By,
    pub(super) counts: Counts,
    pub(super) over: Over,
    pub(super) reaching: u64,
    /// The same where the attacker's own accounts are at home.
    reaching_with_own: u64,
    starts_over: bool,
}

/// The playbooks of a policy that can keep an attacker out, as attackers know them.
pub(super) fn known(policy: &Policy, own: u32) -> Vec<Known> {
    let keeps_out = |then: &Then| {
        matches!(
            then,
            Then::BanAddress | Then::BanNetwork | Then::BanUser | Then::CloseUser
        )
    };
    let playbooks = policy.playbooks().iter().filter(|playbook| {
        playbook.mode == Mode::Enforce
            && playbook.when == When::Login
            && playbook.then.iter().any(keeps_out)
            && may_count(&playbook.only_if)
    });
    let known = playbooks.map(|playbook| Known {
        name: playbook.name.clone(),
        by: playbook.by.clone(),
        counts: playbook.counts.clone(),
        over: playbook.over,
        reaching: playbook.reaching.get().into(),
        reaching_with_own: threshold(playbook, own.into()).unwrap_or(u64::MAX),
        starts_over: playbook.starts_over,
    });
    // One bit each.
    known.take(64).collect()
}

/// Whether a failed login may be what is asked for. Accounts that are named are not guessed on.
fn may_count(asked: &Conditions) -> bool {
    let failures = asked.outcome.is_empty() || asked.outcome.contains(&Outcome::Failure);
    failures && !matches!(asked.user, Some(UserIs::OneOf(_)))
}

impl Known {
    /// For how long an event may count, in milliseconds.
    pub(super) fn window(&self) -> u64 {
        match self.over {
            Over::Within(window) => millis(window),
            Over::Leaking(leaking) => millis(leaking).saturating_mul(self.reaching),
        }
    }
}

/// What an attacker counts for one playbook.
pub(super) struct Watch<'a> {
    pub(super) known: &'a Known,
    threshold: u64,
    counted: HashMap<(u32, u32), Counted>,
}

#[derive(Default)]
struct Counted {
    /// When, and what tells it apart.
    events: VecDeque<(u64, u32)>,
    /// When the bucket will be empty.
    empty_at: u64,
}

/// One guess: when, from which address, in which network, on which account.
#[derive(Clone, Copy)]
pub(super) struct Guess {
    pub(super) at: u64,
    pub(super) address: u32,
    pub(super) network: u32,
    pub(super) account: u32,
}

impl<'a> Watch<'a> {
    /// Nothing is counted yet. `own`: whether the attacker's own accounts are at home.
    pub(super) fn new(known: &'a Known, own: bool) -> Self {
        Self {
            known,
            threshold: if own {
                known.reaching_with_own
            } else {
                known.reaching
            },
            counted: HashMap::new(),
        }
    }

    fn key(&self, guess: Guess) -> Option<(u32, u32)> {
        match self.known.by {
            By::Address => Some((guess.address, 0)),
            By::Network => Some((guess.network, 0)),
            By::User => Some((0, guess.account)),
            By::UserAndAddress => Some((guess.address, guess.account)),
            By::Everything => Some((0, 0)),
            // They send no user agent, another password each time, and no session.
            _ => None,
        }
    }

    /// What tells guesses apart, where distinct ones are counted.
    fn value(&self, guess: Guess) -> Option<u32> {
        match self.known.counts {
            Counts::Users => Some(guess.account),
            Counts::Addresses => Some(guess.address),
            Counts::Networks => Some(guess.network),
            _ => None,
        }
    }

    /// When this guess would not reach the threshold, as far as they know.
    pub(super) fn clear_at(&self, guess: Guess) -> u64 {
        let counted = self.key(guess).and_then(|key| self.counted.get(&key));
        // A threshold of one leaves nothing to stay below.
        let (Some(counted), Some(others)) = (counted, self.threshold.checked_sub(2)) else {
            return guess.at;
        };
        let window = match self.known.over {
            Over::Within(window) => millis(window),
            Over::Leaking(leaking) => {
                let room = millis(leaking).saturating_mul(others);
                return guess.at.max(counted.empty_at.saturating_sub(room));
            }
        };
        let live = |at: u64| at.saturating_add(window) > guess.at;
        let value = self.value(guess);
        let known = |value: u32| {
            counted
                .events
                .iter()
                .any(|(at, other)| *other == value && live(*at))
        };
        if value.is_some_and(known) {
            return guess.at;
        }
        // The latest so many may stand, the one before them has to be gone.
        let last = usize::try_from(others).unwrap_or(usize::MAX);
        let blocking = counted.events.iter().rev().nth(last);
        blocking.map_or(guess.at, |(at, _)| guess.at.max(at.saturating_add(window)))
    }

    /// The engine has forgotten what was counted on an account, they think.
    pub(super) fn forget(&mut self, account: u32) {
        if self.known.by == By::User {
            self.counted.remove(&(0, account));
        }
    }

    /// Counts a guess that got through.
    pub(super) fn note(&mut self, guess: Guess) {
        let Some(key) = self.key(guess) else { return };
        let (value, threshold) = (self.value(guess), self.threshold);
        let counted = self.counted.entry(key).or_default();
        let tripped = match self.known.over {
            Over::Within(window) => {
                let gone = |at: u64| at.saturating_add(millis(window)) <= guess.at;
                while counted.events.front().is_some_and(|(at, _)| gone(*at)) {
                    counted.events.pop_front();
                }
                if let Some(value) = value {
                    counted.events.retain(|(_, other)| *other != value);
                }
                counted.events.push_back((guess.at, value.unwrap_or(0)));
                counted.events.len() as u64 >= threshold
            }
            Over::Leaking(leaking) => {
                let each = millis(leaking);
                let full = guess.at.saturating_add(each.saturating_mul(threshold));
                counted.empty_at = counted
                    .empty_at
                    .max(guess.at)
                    .saturating_add(each)
                    .min(full);
                counted.empty_at - guess.at > each.saturating_mul(threshold - 1)
            }
        };
        if tripped && self.known.starts_over {
            self.counted.remove(&key);
        }
    }
}
