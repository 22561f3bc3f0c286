//! What another policy would have done otherwise.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::Serialize;
use sqreen::event::{Subject, Timestamp};
use sqreen::identity::UserIdentifiers;

use super::tally::{Banned, Honest, Tally};

/// The difference between two policies on one stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Banned by the second policy only.
    pub banned: Vec<(Subject, Banned)>,
    /// Banned by the first policy only.
    pub spared: Vec<(Subject, Banned)>,
    /// Banned by both, at another time or with another number of guesses that got through.
    pub moved: Vec<Moved>,
    /// Users whose successful logins only the second policy turns away.
    pub users_refused: BTreeSet<UserIdentifiers>,
    /// Users whose successful logins only the first policy turns away.
    pub users_admitted: BTreeSet<UserIdentifiers>,
    /// Honest people refused by the second policy only, and by the first only, where labels tell who they are.
    pub honest: Option<(BTreeSet<UserIdentifiers>, BTreeSet<UserIdentifiers>)>,
    /// Failed logins that got through under the first policy, and under the second.
    pub guesses: (u64, u64),
    /// Decisions of each playbook under the first policy and under the second, where they differ.
    pub decisions: Vec<(Box<str>, u64, u64)>,
}

/// Somebody whom both policies ban, but not alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// Who.
    pub subject: Subject,
    /// When first, under the first policy and under the second.
    pub first: (Timestamp, Timestamp),
    /// The guesses that got through, likewise.
    pub guesses: (u64, u64),
}

impl Difference {
    /// What `after` does otherwise than `before`.
    #[must_use]
    pub fn between(before: &Tally, after: &Tally) -> Self {
        let only = |these: &Tally, others: &Tally| {
            let these = these.banned.iter();
            these
                .filter(|(subject, _)| !others.banned.contains_key(subject))
                .map(|(subject, banned)| (subject.clone(), banned.clone()))
                .collect()
        };
        let through = |tally: &Tally| tally.attempts.failures - tally.refused.failures;
        let without = |these: &Tally, others: &Tally| {
            let users = these.refused_users.difference(&others.refused_users);
            users.cloned().collect()
        };
        Self {
            banned: only(after, before),
            spared: only(before, after),
            moved: moved(before, after),
            users_refused: without(after, before),
            users_admitted: without(before, after),
            honest: before
                .honest
                .as_ref()
                .zip(after.honest.as_ref())
                .map(|(before, after)| {
                    let without = |these: &Honest, others: &Honest| {
                        these.users.difference(&others.users).cloned().collect()
                    };
                    (without(after, before), without(before, after))
                }),
            guesses: (through(before), through(after)),
            decisions: decisions(before, after),
        }
    }

    /// Whether the second policy does what the first does.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.banned.is_empty()
            && self.spared.is_empty()
            && self.moved.is_empty()
            && self.users_refused.is_empty()
            && self.users_admitted.is_empty()
            && self.guesses.0 == self.guesses.1
            && self.decisions.is_empty()
    }
}

impl Moved {
    /// How much earlier the second policy bans; nothing where it does so later.
    #[must_use]
    pub fn earlier(&self) -> Option<Duration> {
        let (before, after) = self.first;
        (after < before).then(|| before.since(after))
    }
}

fn moved(before: &Tally, after: &Tally) -> Vec<Moved> {
    let both = before.banned.iter().filter_map(|(subject, first)| {
        let second = after.banned.get(subject)?;
        Some(Moved {
            subject: subject.clone(),
            first: (first.first, second.first),
            guesses: (first.guesses, second.guesses),
        })
    });
    both.filter(|moved| moved.first.0 != moved.first.1 || moved.guesses.0 != moved.guesses.1)
        .collect()
}

fn decisions(before: &Tally, after: &Tally) -> Vec<(Box<str>, u64, u64)> {
    let of = |tally: &Tally, name: &str| tally.playbooks.get(name).map_or(0, |of| of.decisions);
    let names: BTreeSet<_> = before
        .playbooks
        .keys()
        .chain(after.playbooks.keys())
        .collect();
    names
        .into_iter()
        .map(|name| (name.clone(), of(before, name), of(after, name)))
        .filter(|(_, before, after)| before != after)
        .collect()
}
