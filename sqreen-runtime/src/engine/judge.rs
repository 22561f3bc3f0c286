//! Whether an event that was just kept reaches the threshold of a playbook.

use foldhash::quality::FixedState;

use crate::event::Timestamp;
use crate::policy::{By, Counts, Over, Playbook};

use super::conditions::Truths;
use super::history::{Entry, History, Marks};
use super::profiles::Profiles;
use super::rule::{Rule, most_needed, window};
use super::seen::Seen;

/// How many events a decision names: the most recent ones.
const NAMED: usize = 64;

/// A playbook's threshold is reached.
#[derive(Debug)]
pub(super) struct Reached {
    /// Its number in the policy.
    pub(super) playbook: usize,
    /// The fingerprint of whom it counted by.
    pub(super) key: u64,
    pub(super) figure: u32,
    pub(super) since: Timestamp,
    pub(super) events: Box<[u64]>,
    pub(super) after: Option<u32>,
    pub(super) usual: Option<u32>,
}

/// An event, and what a lane needs to know beside it.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) seen: &'a Seen<'a>,
    pub(super) truths: Truths,
    pub(super) playbooks: &'a [Playbook],
    pub(super) profiles: &'a Profiles,
    pub(super) state: &'a FixedState,
    /// Up to which place in the stream nothing is held against the event's user at its address.
    pub(super) forgiven: u64,
}

/// One rule looks at the event that was just kept.
pub(super) struct Judged<'a> {
    pub(super) rule: &'a Rule,
    pub(super) playbook: &'a Playbook,
    pub(super) value: u32,
    pub(super) context: Context<'a>,
}

/// What was so before an event, for one rule.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Prior {
    pub(super) mark: Marks,
    /// How many events went before, where some have to.
    after: Option<u32>,
    /// Whether its value was counted already.
    is_known: bool,
}

impl Judged<'_> {
    /// The threshold, where it is reached; what was counted then starts over.
    pub(super) fn judge(&self, key: u64, prior: Prior, history: &mut History) -> Option<Reached> {
        let (playbook, mark, seen) = (self.playbook, self.rule.mark, self.context.seen);
        let after = prior.after;
        let figure = self.figure(prior, history);
        if figure < playbook.reaching.get()
            || !self.is_share(history)
            || !self.outnumbers_residents(after.unwrap_or(figure))
        {
            return None;
        }
        let usual = match playbook.above_usual {
            Some(deviations) => {
                let usual = history.levels().usual(mark);
                let mean = usual.exceeded(deviations)?;
                usual.disregard();
                Some(mean)
            }
            None => None,
        };
        let counted = self.counted(history);
        let first = counted.clone().next();
        let since = first.map_or(seen.at, |entry| entry.at(seen.point()));
        let unnamed = counted.clone().count().saturating_sub(NAMED);
        let events = counted
            .skip(unnamed)
            .map(|entry| entry.place(seen.point()))
            .collect();
        if playbook.starts_over {
            self.start_over(history);
        }
        Some(Reached {
            playbook: self.rule.playbook,
            key: self.pair().unwrap_or(key),
            figure,
            since,
            events,
            after,
            usual,
        })
    }

    /// What is so before the event; `None` where the event does not count for that.
    pub(super) fn prior(&self, history: &mut History) -> Option<Prior> {
        let (playbook, mark, now) = (self.playbook, self.rule.mark, self.context.seen.point());
        if playbook.counts == Counts::Handovers {
            let levels = history.levels();
            if !levels.changes_hands(mark, self.value, now.at, window(playbook)) {
                return None;
            }
        }
        let mut prior = Prior {
            mark,
            ..Prior::default()
        };
        if let Some(after) = &playbook.after {
            let before = count(history.marked(self.rule.before, now, after.within));
            if before < after.reaching.get() {
                return None;
            }
            prior.after = Some(before);
        }
        let is_distinct = !matches!(playbook.counts, Counts::Events | Counts::Handovers);
        prior.is_known = is_distinct
            && (history.marked(mark, now, window(playbook))).any(|entry| entry.value == self.value);
        Some(prior)
    }

    fn figure(&self, prior: Prior, history: &mut History) -> u32 {
        let (mark, now) = (self.rule.mark, self.context.seen.at);
        match self.playbook.over {
            // What a bucket holds already is not poured again.
            Over::Leaking(_) if prior.is_known => 0,
            Over::Leaking(leaking) => {
                let most = self.playbook.reaching.get();
                history.levels().pour(mark, now, leaking, most)
            }
            Over::Within(stretch) if self.playbook.above_usual.is_some() => {
                history.levels().usual(mark).count(now, stretch)
            }
            Over::Within(_) => count(self.counted(history)),
        }
    }

    /// The events that count for this rule now.
    fn counted<'h>(
        &self,
        history: &'h History,
    ) -> impl Iterator<Item = &'h Entry> + Clone + use<'h> {
        let (value, forgiven) = (self.value, self.context.forgiven);
        let pair = self.pair().is_some();
        let now = self.context.seen.point();
        history
            .marked(self.rule.mark, now, window(self.playbook))
            .filter(move |entry| !pair || (entry.value == value && entry.place(now) > forgiven))
    }

    /// The fingerprint of user and address, where the rule counts by both in a lane that counts by address.
    fn pair(&self) -> Option<u64> {
        let of_pairs = self.rule.of_pairs;
        of_pairs.then(|| self.context.seen.pair(self.context.state))?
    }

    fn is_share(&self, history: &mut History) -> bool {
        self.playbook.share.is_none_or(|share| {
            let (now, stretch) = (self.context.seen.at, window(self.playbook));
            let shares = history.levels().shares(self.rule.mark);
            let (all, counted) = (&mut shares.all, &mut shares.counted);
            let (all, counted) = (all.recent(now, stretch), counted.recent(now, stretch));
            u64::from(counted) * 100 >= u64::from(share) * u64::from(all)
        })
    }

    fn outnumbers_residents(&self, figure: u32) -> bool {
        self.playbook.sparing.is_none_or(|share| {
            let keys = self.context.seen.keys;
            let place = match self.playbook.by {
                By::Network => keys.network,
                _ => keys.address,
            };
            let residents = self.context.profiles.residents(place);
            let asked = residents * u32::from(share) / 100;
            figure >= asked.min(most_needed(self.playbook))
        })
    }

    fn start_over(&self, history: &mut History) {
        let mark = self.rule.mark;
        if self.pair().is_some() {
            history.unmark(mark, |entry| entry.value == self.value);
        } else {
            history.restart(mark);
        }
    }
}

fn count<'a>(entries: impl Iterator<Item = &'a Entry>) -> u32 {
    u32::try_from(entries.count()).unwrap_or(u32::MAX)
}
