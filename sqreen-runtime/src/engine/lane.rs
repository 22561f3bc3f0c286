//! Playbooks that count by the same, and tell apart by the same, share what is kept: a lane.
//!
//! However many playbooks there are, an event is kept once for each subject it is about, and looked up once.

use std::time::Duration;

use foldhash::quality::FixedState;
use smallvec::SmallVec;

use crate::event::Outcome;
use crate::policy::{By, Conditions, Counts, Playbook};

use super::history::{History, Marks, Need};
use super::judge::{Context, Judged, Prior, Reached};
use super::rule::{KINDS, Kinds, Rule, bit, is_trigger, kind, kinds, window};
use super::seen::{Kind, Seen};
use super::subjects::{Kept, Subjects};

/// Playbooks that count by the same and tell apart by the same, and what they have counted.
#[derive(Debug)]
pub(super) struct Lane {
    by: By,
    counts: Counts,
    rules: Vec<Rule>,
    table: Subjects<History>,
    /// How long anything may count.
    longest: Duration,
    /// How many events are kept of one subject, and for what.
    most: usize,
    needs: Vec<Need>,
    /// How many have to go before the least demanding sequence.
    shortest: usize,
    /// For each kind of event, the rules that wait for it.
    waiting: [SmallVec<[u8; 8]>; KINDS],
    /// What kinds of events the lane wants to see, be it to count them or to take something back.
    kinds: Kinds,
    /// Marks of rules that respond to each event, whatever happened before.
    triggers: Marks,
    /// Marks of rules that need something to have gone before.
    sequences: Marks,
    /// Marks that stand once for each value.
    distinct: Marks,
    /// Marks that a success takes back.
    redeemed: Marks,
    /// Marks of rules that compare with all events of their kind.
    shares: Marks,
}

impl Lane {
    /// The lanes of a policy, empty.
    pub(super) fn of(playbooks: &[Playbook], capacity: usize) -> Vec<Self> {
        let mut lanes: Vec<Self> = Vec::new();
        for (number, playbook) in playbooks.iter().enumerate() {
            let like = playbook.lane();
            let place = lanes.iter().position(|lane| lane.is_like(&like));
            let place = place.unwrap_or_else(|| {
                lanes.push(Self::new(like, capacity));
                lanes.len() - 1
            });
            lanes[place].add(number, playbook);
        }
        lanes
    }

    fn new((by, counts): (By, Counts), capacity: usize) -> Self {
        Self {
            by,
            counts,
            rules: Vec::new(),
            table: Subjects::new(capacity),
            longest: Duration::ZERO,
            most: 0,
            needs: Vec::new(),
            shortest: usize::MAX,
            waiting: Default::default(),
            kinds: 0,
            triggers: 0,
            sequences: 0,
            distinct: 0,
            redeemed: 0,
            shares: 0,
        }
    }

    fn is_like(&self, (by, counts): &(By, Counts)) -> bool {
        self.by == *by && self.counts == *counts
    }

    fn add(&mut self, number: usize, playbook: &Playbook) {
        let used = |rule: &Rule| rule.mark.count_ones() + rule.before.count_ones();
        let mut used: u32 = self.rules.iter().map(used).sum();
        // A policy has been checked to have no more marks than there are bits.
        let mut mark = || {
            used += 1;
            Marks::checked_shl(1, used - 1).unwrap_or(0)
        };
        let rule = Rule::new(number, playbook, &mut mark);
        let after = playbook.after.as_ref();
        self.kinds |= rule.kinds | rule.kinds_before;
        for (n, waiting) in self.waiting.iter_mut().enumerate() {
            if (rule.kinds | rule.kinds_before) & (1 << n) != 0 {
                // No lane has more rules than marks.
                waiting.push(u8::try_from(self.rules.len()).unwrap_or(u8::MAX));
            }
        }
        if is_trigger(playbook) {
            self.triggers |= rule.mark;
        }
        if playbook.counts != Counts::Events && playbook.counts != Counts::Handovers {
            self.distinct |= rule.mark;
        }
        if playbook.share.is_some() {
            self.shares |= rule.mark;
            self.kinds |= kinds(&playbook.when, &Conditions::default());
        }
        if playbook.redeemed_by_success {
            self.redeemed |= rule.mark | rule.before;
            self.kinds |= kind(Kind::Login(Outcome::Success));
        }
        if let Some(after) = after {
            self.sequences |= rule.mark;
            self.shortest = self.shortest.min(after.reaching.get() as usize);
            self.longest = self.longest.max(after.within);
            if after.counts != Counts::Events {
                self.distinct |= rule.before;
            }
        }
        self.longest = self.longest.max(window(playbook));
        for need in rule.needs(playbook) {
            self.most += need.most;
            self.needs.push(need);
        }
        self.rules.push(rule);
    }

    /// Whether it counts what happens at places, and not to users.
    pub(super) fn is_of_places(&self) -> bool {
        matches!(
            self.by,
            By::Address | By::Network | By::UserAndAddress | By::Device | By::Everything
        )
    }

    /// Sends for what the event will need.
    pub(super) fn touch(&self, seen: &Seen<'_>, state: &FixedState) -> u64 {
        if self.kinds & kind(seen.kind) == 0 {
            return 0;
        }
        seen.key(&self.by, state)
            .map_or(0, |key| self.table.touch(key))
    }

    /// Takes in an event, and adds the playbooks whose threshold it reaches.
    pub(super) fn take_in(&mut self, context: Context<'_>, reached: &mut Vec<Reached>) {
        let seen = context.seen;
        let kind = bit(seen.kind);
        if self.kinds & (1 << kind) == 0 {
            return;
        }
        let Some(key) = seen.key(&self.by, context.state) else {
            return;
        };
        let marks = self.marks(kind, context);
        if marks & self.triggers != 0 {
            self.trigger(marks, key, context, reached);
        }
        self.count(marks & !self.triggers, key, context, reached);
        if self.redeemed != 0 && seen.kind == Kind::Login(Outcome::Success) {
            self.redeem(key, context);
        }
    }

    /// For which rules the event counts, or goes before.
    fn marks(&self, kind: usize, context: Context<'_>) -> Marks {
        let is = 1 << kind;
        let mut marks = 0;
        for rule in &self.waiting[kind] {
            let Some(rule) = self.rules.get(usize::from(*rule)) else {
                continue;
            };
            if rule.kinds & is != 0 && rule.counts(context) {
                marks |= rule.mark;
            }
            if rule.kinds_before & is != 0 && rule.counts_before(context) {
                marks |= rule.before;
            }
        }
        marks
    }

    fn trigger(&self, marks: Marks, key: u64, context: Context<'_>, reached: &mut Vec<Reached>) {
        let seen = context.seen;
        let triggered = |rule: &&Rule| rule.mark & marks & self.triggers != 0;
        let pair = seen.pair(context.state);
        reached.extend(self.rules.iter().filter(triggered).map(|rule| Reached {
            playbook: rule.playbook,
            key: pair.filter(|_| rule.of_pairs).unwrap_or(key),
            figure: 1,
            since: seen.at,
            events: [seen.place].into(),
            after: None,
            usual: None,
        }));
    }

    fn count(&mut self, marks: Marks, key: u64, context: Context<'_>, reached: &mut Vec<Reached>) {
        let seen = context.seen;
        // What can only follow something needs nothing kept where there is too little to follow.
        let only_follows = self.shares == 0 && marks & !self.sequences == 0;
        let follows = |history: &History| history.len() >= self.shortest;
        if only_follows && (marks == 0 || !self.table.get(key).is_some_and(follows)) {
            return;
        }
        let history = self.table.entry(key);
        let before = history.excess();
        history.slide(seen.point(), self.longest);
        if self.by == By::UserAndAddress && context.forgiven > 0 {
            history.forgive(seen.point(), context.forgiven);
        }
        if self.shares != 0 {
            tally(&self.rules, history, context);
        }
        let value = seen.value(&self.counts, context.state);
        let waiting = self.waiting[bit(seen.kind)].iter();
        let rules = waiting.filter_map(|rule| self.rules.get(usize::from(*rule)));
        let rules = rules.filter(|rule| rule.mark & marks != 0);
        let judged = |rule| Judged {
            rule,
            playbook: &context.playbooks[rule.playbook],
            value,
            context,
        };
        // What has to be known before the event is among the others.
        let mut marks = marks;
        let mut priors: SmallVec<[Prior; 2]> = SmallVec::new();
        for rule in rules.clone().filter(|rule| rule.looks_back) {
            match judged(rule).prior(history) {
                Some(prior) => priors.push(prior),
                None => marks &= !rule.mark,
            }
        }
        if marks != 0 {
            history.shorten(seen.point(), self.most, &self.needs);
            history.push(seen.point(), value, marks, self.distinct);
        }
        for rule in rules.filter(|rule| rule.mark & marks != 0) {
            if rule.mark & self.shares != 0 {
                let shares = history.levels().shares(rule.mark);
                shares.counted.count(seen.at, window(judged(rule).playbook));
            }
            // Most events are few of their subject.
            if history.len() < rule.least {
                continue;
            }
            let prior = priors.iter().find(|prior| prior.mark == rule.mark);
            let prior = prior.copied().unwrap_or_default();
            reached.extend(judged(rule).judge(key, prior, history));
        }
        let (after, empty) = (history.excess(), history.is_empty());
        self.table.changed(before, after);
        if empty {
            self.table.remove(key);
        }
    }

    /// Whoever knows the password mistyped it before.
    fn redeem(&mut self, key: u64, context: Context<'_>) {
        let redeemed = self.redeemed;
        let value = context.seen.value(&self.counts, context.state);
        if let Some(history) = self.table.get_mut(key)
            && history.may_have(value)
        {
            let before = history.excess();
            history.unmark(redeemed, |entry| entry.value == value);
            let (after, empty) = (history.excess(), history.is_empty());
            self.table.changed(before, after);
            if empty {
                self.table.remove(key);
            }
        }
    }

    /// Nothing is held against this subject any more, where the lane counts by its kind.
    pub(super) fn forget(&mut self, by: &[By], key: u64) {
        if by.contains(&self.by) {
            self.table.remove(key);
        }
    }

    /// Takes over what `old` has counted, of playbooks that count as they did: `now` says which number an old
    /// playbook has.
    pub(super) fn take_over(&mut self, old: &mut [Self], now: impl Fn(usize) -> Option<usize>) {
        let like = (self.by.clone(), self.counts.clone());
        let Some(old) = old.iter_mut().find(|old| old.is_like(&like)) else {
            return;
        };
        let mut meanings: Vec<(Marks, Marks)> = Vec::new();
        for before in &old.rules {
            let number = now(before.playbook);
            let same = |rule: &&Rule| Some(rule.playbook) == number;
            if let Some(rule) = self.rules.iter().find(same) {
                meanings.push((before.mark, rule.mark));
                meanings.push((before.before, rule.before));
            }
        }
        let translated = |marks: Marks| {
            let meant = |(before, _): &&(Marks, Marks)| before & marks != 0;
            meanings
                .iter()
                .filter(meant)
                .fold(0, |all, (_, now)| all | now)
        };
        self.table = std::mem::replace(&mut old.table, Subjects::new(1));
        self.table.retain(|history| {
            history.translate(translated);
            !history.is_empty()
        });
    }

    pub(super) fn subjects(&self) -> usize {
        self.table.len()
    }

    pub(super) fn forgotten(&self) -> u64 {
        self.table.forgotten()
    }
}

/// Counts the event among all of its kind, for the rules that compare with those.
fn tally(rules: &[Rule], history: &mut History, context: Context<'_>) {
    for rule in rules {
        let playbook = &context.playbooks[rule.playbook];
        if playbook.share.is_some() && context.seen.is(&playbook.when) {
            let shares = history.levels().shares(rule.mark);
            shares.all.count(context.seen.at, window(playbook));
        }
    }
}
