//! Playbooks that count by the same, and tell apart by the same, share what is kept: a lane.
//!
//! However many playbooks there are, an event is kept once for each subject it is about, and looked up once.

use std::time::Duration;

use foldhash::quality::FixedState;
use smallvec::SmallVec;

use crate::event::{Outcome, Timestamp};
use crate::policy::{By, Conditions, Counts, Over, Playbook, When};

use super::conditions::{Asked, Truths, any_holds};
use super::history::{Entry, History, Marks};
use super::profiles::Profiles;
use super::seen::{Kind, Seen};
use super::subjects::{Kept, Subjects};

/// Where many are at home, no more than so many times the threshold is asked for. It bounds what one busy
/// office takes in memory, and what accounts of their own can buy an attacker.
const MOST_SPARED: u32 = 16;

/// How many events a decision names: the most recent ones.
const NAMED: usize = 64;

/// Playbooks that count by the same and tell apart by the same, and what they have counted.
#[derive(Debug)]
pub(super) struct Lane {
    by: By,
    counts: Counts,
    rules: Vec<Rule>,
    table: Subjects<History>,
    /// How long anything may count.
    longest: Duration,
    /// How many events are kept of one subject.
    most: usize,
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

/// One playbook in its lane.
#[derive(Debug)]
struct Rule {
    /// Its number in the policy.
    playbook: usize,
    /// What marks the events it counts.
    mark: Marks,
    /// What marks the events that go before; 0 where nothing has to.
    before: Marks,
    /// How many events a subject has to have for the threshold to be reached; 0 where their number does not
    /// tell.
    least: usize,
    kinds: Kinds,
    asked: Asked,
    /// Whether anything is exempt.
    unless: bool,
    kinds_before: Kinds,
    asked_before: Option<Asked>,
}

/// A set of kinds of events, with the outcomes of logins and sign-ups told apart.
type Kinds = u16;

/// How many there are: logins and sign-ups with five outcomes each, sessions and custom events.
const KINDS: usize = 12;

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
            most: 1,
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
        let mut free = self.rules.iter().fold(1, |free: Marks, rule| {
            free.max(rule.mark << 1).max(rule.before << 1)
        });
        // A policy has been checked to have no more marks than there are bits.
        let mut mark = || {
            free <<= 1;
            free >> 1
        };
        let (own, after) = (mark(), playbook.after.as_ref());
        let rule = Rule {
            playbook: number,
            mark: own,
            before: after.map_or(0, |_| mark()),
            least: least(playbook),
            kinds: kinds(&playbook.when, &playbook.only_if),
            asked: Asked::by(&playbook.only_if),
            unless: !playbook.unless.is_empty(),
            asked_before: after.map(|after| Asked::by(&after.only_if)),
            kinds_before: after.map_or(0, |after| kinds(&after.when, &after.only_if)),
        };
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
            self.redeemed |= rule.mark;
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
        self.most = self.most.max(most_needed(playbook) as usize);
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
        reached.extend(self.rules.iter().filter(triggered).map(|rule| Reached {
            playbook: rule.playbook,
            key,
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
        history.slide(seen.point(), self.longest);
        let before = history.excess();
        if self.shares != 0 {
            tally(&self.rules, history, context);
        }
        let value = seen.value(&self.counts, context.state);
        let known = if marks == 0 {
            0
        } else {
            history.shorten(self.most);
            history.push(seen.point(), value, marks, self.distinct)
        };
        let waiting = self.waiting[bit(seen.kind)].iter();
        let rules = waiting.filter_map(|rule| self.rules.get(usize::from(*rule)));
        for rule in rules.filter(|rule| rule.mark & marks != 0) {
            // Most events are few of their subject.
            if history.len() < rule.least {
                continue;
            }
            let one = Judged {
                rule,
                playbook: &context.playbooks[rule.playbook],
                value,
                is_known: known & rule.mark != 0,
                context,
            };
            reached.extend(one.judge(key, history));
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
            history.unmark(redeemed, |entry| entry.value == value);
            if history.is_empty() {
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

impl Rule {
    fn counts(&self, context: Context<'_>) -> bool {
        let Context { seen, truths, .. } = context;
        let playbook = &context.playbooks[self.playbook];
        seen.is(&playbook.when)
            && self.asked.holds(truths, &playbook.only_if, seen)
            && !(self.unless && any_holds(&playbook.unless, truths, seen))
    }

    fn counts_before(&self, context: Context<'_>) -> bool {
        let Context { seen, truths, .. } = context;
        let after = context.playbooks[self.playbook].after.as_ref();
        let Some((after, asked)) = after.zip(self.asked_before.as_ref()) else {
            return false;
        };
        seen.is(&after.when) && asked.holds(truths, &after.only_if, seen)
    }
}

/// Counts the event among all of its kind, for the rules that compare with those.
fn tally(rules: &[Rule], history: &mut History, context: Context<'_>) {
    for rule in rules {
        let playbook = &context.playbooks[rule.playbook];
        if playbook.share.is_some() && context.seen.is(&playbook.when) {
            let tally = history.levels().tally(rule.mark);
            tally.count(context.seen.at, window(playbook));
        }
    }
}

/// One rule looks at the event that was just kept.
struct Judged<'a> {
    rule: &'a Rule,
    playbook: &'a Playbook,
    value: u32,
    /// Whether its value was counted before.
    is_known: bool,
    context: Context<'a>,
}

impl Judged<'_> {
    /// The threshold, where it is reached; what was counted then starts over.
    fn judge(&self, key: u64, history: &mut History) -> Option<Reached> {
        let (playbook, mark, seen) = (self.playbook, self.rule.mark, self.context.seen);
        let Some(after) = self.gone_before(history) else {
            history.unmark(mark, |entry| entry.place(seen.point()) == seen.place);
            return None;
        };
        let figure = self.figure(history);
        if figure < playbook.reaching.get()
            || !self.is_share(figure, history)
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

    /// How many events went before, `Some(None)` where none have to; `None` where the event does not count
    /// for want of them.
    fn gone_before(&self, history: &mut History) -> Option<Option<u32>> {
        if self.playbook.counts == Counts::Handovers && !history.levels().changes_hands(self.value)
        {
            return None;
        }
        let Some(after) = &self.playbook.after else {
            return Some(None);
        };
        let now = self.context.seen.point();
        let marked = history.marked(self.rule.before, now, after.within);
        let before = count(marked.filter(|entry| entry.place(now) != now.place));
        (before >= after.reaching.get()).then_some(Some(before))
    }

    fn figure(&self, history: &mut History) -> u32 {
        let (mark, now) = (self.rule.mark, self.context.seen.at);
        match self.playbook.over {
            // What a bucket holds already is not poured again.
            Over::Leaking(_) if self.is_known => 0,
            Over::Leaking(leaking) => history.levels().pour(mark, now, leaking),
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
        let both = self.playbook.by == By::UserAndAddress && self.playbook.counts == Counts::Events;
        both.then(|| self.context.seen.pair(self.context.state))?
    }

    fn is_share(&self, figure: u32, history: &mut History) -> bool {
        self.playbook.share.is_none_or(|share| {
            let tally = history.levels().tally(self.rule.mark);
            let all = tally.recent(self.context.seen.at, window(self.playbook));
            u64::from(figure) * 100 >= u64::from(share) * u64::from(all)
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

/// How many events a playbook may need to be kept.
fn most_needed(playbook: &Playbook) -> u32 {
    let before = playbook
        .after
        .as_ref()
        .map_or(1, |after| after.reaching.get());
    let spared = playbook.sparing.map_or(1, |_| MOST_SPARED);
    playbook.reaching.get().max(before) * spared
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
fn is_trigger(playbook: &Playbook) -> bool {
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
fn bit(kind: Kind) -> usize {
    match kind {
        Kind::Login(outcome) => outcome as usize,
        Kind::SignUp(outcome) => 5 + outcome as usize,
        Kind::Session => 10,
        Kind::Custom => 11,
    }
}

fn kind(kind: Kind) -> Kinds {
    1 << bit(kind)
}

fn kinds(when: &When, conditions: &Conditions) -> Kinds {
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
