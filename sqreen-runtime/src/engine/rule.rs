//! One playbook in its lane: which events it counts, and what it needs to be kept of them.

use std::time::Duration;

use crate::event::Outcome;
use crate::policy::{By, Conditions, Counts, Over, Playbook, When};

use super::conditions::{Asked, any_holds};
use super::history::{Marks, Need};
use super::judge::Context;
use super::seen::Kind;

/// Where many are at home, no more than so many times the threshold is asked for. It bounds what one busy
/// office takes in memory, and what accounts of their own can buy an attacker.
const MOST_SPARED: u32 = 16;

/// One playbook in its lane.
#[derive(Debug)]
pub(super) struct Rule {
    /// Its number in the policy.
    pub(super) playbook: usize,
    /// What marks the events it counts.
    pub(super) mark: Marks,
    /// What marks the events that go before; 0 where nothing has to.
    pub(super) before: Marks,
    /// How many events a subject has to have for the threshold to be reached; 0 where their number does not
    /// tell.
    pub(super) least: usize,
    pub(super) kinds: Kinds,
    asked: Asked,
    /// Whether anything is exempt.
    unless: bool,
    pub(super) kinds_before: Kinds,
    asked_before: Option<Asked>,
    /// Whether it depends on more than what is counted.
    pub(super) looks_back: bool,
    /// Whether it counts each user on their own, in a lane that counts by address.
    pub(super) of_pairs: bool,
}

/// A set of kinds of events, with the outcomes of logins and sign-ups told apart.
pub(super) type Kinds = u16;

/// How many there are: logins and sign-ups with five outcomes each, sessions and custom events.
pub(super) const KINDS: usize = 12;

impl Rule {
    pub(super) fn new(
        number: usize,
        playbook: &Playbook,
        mark: &mut impl FnMut() -> Marks,
    ) -> Self {
        let after = playbook.after.as_ref();
        Self {
            playbook: number,
            mark: mark(),
            before: after.map_or(0, |_| mark()),
            least: least(playbook),
            kinds: kinds(&playbook.when, &playbook.only_if),
            asked: Asked::by(&playbook.only_if),
            unless: !playbook.unless.is_empty(),
            asked_before: after.map(|after| Asked::by(&after.only_if)),
            kinds_before: after.map_or(0, |after| kinds(&after.when, &after.only_if)),
            looks_back: after.is_some()
                || playbook.counts == Counts::Handovers
                || matches!(playbook.over, Over::Leaking(_)),
            of_pairs: playbook.by == By::UserAndAddress && playbook.lane().0 == By::Address,
        }
    }

    /// What has to be kept of one subject.
    pub(super) fn needs(&self, playbook: &Playbook) -> impl Iterator<Item = Need> {
        let of_each = most_needed(playbook) as usize;
        let users = if self.of_pairs {
            MOST_SPARED as usize
        } else {
            1
        };
        let before = playbook.after.as_ref().map(|after| Need {
            mark: self.before,
            most: of_each,
            of_each,
            within: after.within,
        });
        let counted = Need {
            mark: self.mark,
            most: of_each * users,
            of_each,
            within: window(playbook),
        };
        [counted].into_iter().chain(before)
    }

    /// Whether it counts an event of a kind it waits for.
    #[inline]
    pub(super) fn counts(&self, context: Context<'_>) -> bool {
        self.asked.may_hold(context.truths) && self.counts_all_told(context)
    }

    fn counts_all_told(&self, context: Context<'_>) -> bool {
        let Context { seen, truths, .. } = context;
        let playbook = &context.playbooks[self.playbook];
        seen.is(&playbook.when)
            && self.asked.holds(&playbook.only_if, seen)
            && !(self.unless && any_holds(&playbook.unless, truths, seen))
    }

    /// Whether an event of a kind it waits for is one that has to go before.
    #[inline]
    pub(super) fn counts_before(&self, context: Context<'_>) -> bool {
        let Context { seen, truths, .. } = context;
        let after = context.playbooks[self.playbook].after.as_ref();
        let Some((after, asked)) = after.zip(self.asked_before.as_ref()) else {
            return false;
        };
        asked.may_hold(truths) && seen.is(&after.when) && asked.holds(&after.only_if, seen)
    }
}

/// How many events a playbook may need to be kept.
pub(super) fn most_needed(playbook: &Playbook) -> u32 {
    let before = playbook
        .after
        .as_ref()
        .map_or(1, |after| after.reaching.get());
    let spared = playbook.sparing.map_or(1, |_| MOST_SPARED);
    // What a bucket is poured in the time it takes to leak all of it: what it holds, and what leaked.
    let poured = match playbook.over {
        Over::Within(_) => 1,
        Over::Leaking(_) => 2,
    };
    (playbook.reaching.get() * poured).max(before) * spared
}

/// How many events a subject has to have for the threshold to be reached, where their number tells.
fn least(playbook: &Playbook) -> usize {
    let counted = matches!(playbook.over, Over::Within(_))
        && playbook.above_usual.is_none()
        && playbook.after.is_none()
        && playbook.counts != Counts::Handovers;
    if counted {
        playbook.reaching.get() as usize
    } else {
        0
    }
}

/// Whether the playbook responds to each event, whatever happened before.
pub(super) fn is_trigger(playbook: &Playbook) -> bool {
    playbook.reaching.get() == 1
        && playbook.after.is_none()
        && playbook.share.is_none()
        && playbook.sparing.is_none()
        && playbook.above_usual.is_none()
        && playbook.counts != Counts::Handovers
}

/// How long an event may count for a playbook.
pub(super) fn window(playbook: &Playbook) -> Duration {
    match playbook.over {
        Over::Within(within) => within,
        // A bucket that was full is empty after as long.
        Over::Leaking(leaking) => leaking.saturating_mul(playbook.reaching.get()),
    }
}

/// Which of the kinds this is.
pub(super) fn bit(kind: Kind) -> usize {
    match kind {
        Kind::Login(outcome) => outcome as usize,
        Kind::SignUp(outcome) => 5 + outcome as usize,
        Kind::Session => 10,
        Kind::Custom => 11,
    }
}

pub(super) fn kind(kind: Kind) -> Kinds {
    1 << bit(kind)
}

pub(super) fn kinds(when: &When, conditions: &Conditions) -> Kinds {
    const ALL: [Outcome; 5] = [
        Outcome::Success,
        Outcome::Failure,
        Outcome::Error,
        Outcome::Cancelled,
        Outcome::Panicked,
    ];
    let of = |with: fn(Outcome) -> Kind| {
        ALL.into_iter()
            .filter(|outcome| conditions.outcome.is_empty() || conditions.outcome.contains(outcome))
            .fold(0, |all, outcome| all | kind(with(outcome)))
    };
    match when {
        When::Login => of(Kind::Login),
        When::SignUp => of(Kind::SignUp),
        When::Session => kind(Kind::Session),
        When::Custom(_) => kind(Kind::Custom),
    }
}
