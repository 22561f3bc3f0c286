//! Counting what a policy does to labelled events: to each campaign, and to honest people.
//!
//! Labels are looked at here only, after the policy has decided: it never sees them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::time::Duration;

use sqreen::event::{
    Address, Decision, Event, Network, Outcome, Response, Severity, Timestamp, What,
};
use sqreen::identity::UserIdentifiers;
use sqreen::pipeline::{Replay, Replayed};
use sqreen::policy::Policy;

use super::card::{AttackScore, Card, HonestResult, Risks};
use crate::simulate::{Campaign, Label, Labelled};
use crate::stream::user;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A policy at work on labelled events.
#[derive(Debug)]
pub struct Scorer {
    replay: Replay,
    /// The label of each event so far, by its place; the first has place 1.
    labels: Vec<Label>,
    campaigns: Vec<CampaignCount>,
    honest: HonestCount,
    honest_risk: Risks,
}

/// What a campaign has come to so far.
#[derive(Debug)]
struct CampaignCount {
    campaign: Campaign,
    events: u64,
    found_after: Option<u64>,
    found_by: BTreeMap<Box<str>, u64>,
    through: u64,
    from: HashMap<Network, Most>,
    on: HashMap<UserIdentifiers, Most>,
    /// Accounts that the attacker got into.
    taken: HashSet<UserIdentifiers>,
    /// Those of them that were found at risk from then on.
    noticed: HashSet<UserIdentifiers>,
    risk: Risks,
}

/// What has happened to honest people so far.
#[derive(Debug, Default)]
struct HonestCount {
    people: HashSet<UserIdentifiers>,
    events: u64,
    logins: u64,
    refused: u64,
    refused_users: BTreeSet<UserIdentifiers>,
    at_risk: HashSet<UserIdentifiers>,
    step_ups: HashSet<UserIdentifiers>,
    false_alarms: BTreeMap<Box<str>, u64>,
}

impl Scorer {
    /// Scores this policy on a stream in which there are these campaigns, in the order of their ids.
    #[must_use]
    pub fn new(policy: Policy, seed: u64, campaigns: Vec<Campaign>) -> Self {
        Self {
            replay: Replay::new(policy, seed),
            labels: Vec::new(),
            campaigns: campaigns.into_iter().map(CampaignCount::new).collect(),
            honest: HonestCount::default(),
            honest_risk: Risks::default(),
        }
    }

    /// The next event.
    pub fn take_in(&mut self, labelled: &Labelled) {
        let Labelled { event, label } = labelled;
        let replayed = self.replay.take_in(event);
        self.labels.push(*label);
        let risk = self.replay.engine().login_risk();
        let risk = risk.filter(|_| matches!(replayed, Replayed::TookPlace(_)));
        match label {
            Label::Honest => {
                self.honest.count(event, &replayed);
                risk.into_iter()
                    .for_each(|risk| self.honest_risk.count(risk));
            }
            Label::Attack(id) => {
                if let Some(campaign) = self.campaigns.get_mut(id.0 as usize) {
                    campaign.count(event, &replayed);
                    risk.into_iter().for_each(|risk| campaign.risk.count(risk));
                }
            }
        }
        if let Replayed::TookPlace(decisions) = &replayed {
            for decision in decisions {
                self.attribute(*label, decision);
            }
        }
    }

    /// A decision is about whoever did most of what it rests on, whoever came last.
    fn attribute(&mut self, last: Label, decision: &Decision) {
        let places = decision.evidence.events.iter();
        let labels = places.filter_map(|place| {
            let index = usize::try_from(place.checked_sub(1)?).ok()?;
            self.labels.get(index).copied()
        });
        match most_frequent(labels).unwrap_or(last) {
            Label::Honest => self.honest.alarm(decision),
            Label::Attack(id) => {
                if let Some(campaign) = self.campaigns.get_mut(id.0 as usize) {
                    campaign.found(decision);
                }
            }
        }
    }

    /// What it came to.
    #[must_use]
    pub fn finish(self) -> Card {
        // One that was planned for after the end of the stream is none.
        let campaigns = self.campaigns.into_iter().filter(|one| one.events > 0);
        let campaigns = campaigns.map(CampaignCount::finish);
        Card::of(campaigns, self.honest.finish(), self.honest_risk)
    }
}

/// The label that most of them have; of equally many an attack's.
fn most_frequent(labels: impl Iterator<Item = Label>) -> Option<Label> {
    let mut counts: Vec<(Label, usize)> = Vec::new();
    for label in labels {
        match counts.iter_mut().find(|(other, _)| *other == label) {
            Some((_, count)) => *count += 1,
            None => counts.push((label, 1)),
        }
    }
    let attack = |label: &Label| matches!(label, Label::Attack(_));
    counts
        .into_iter()
        .max_by_key(|(label, count)| (*count, attack(label)))
        .map(|(label, _)| label)
}

impl CampaignCount {
    fn new(campaign: Campaign) -> Self {
        Self {
            campaign,
            events: 0,
            found_after: None,
            found_by: BTreeMap::new(),
            through: 0,
            from: HashMap::new(),
            on: HashMap::new(),
            taken: HashSet::new(),
            noticed: HashSet::new(),
            risk: Risks::default(),
        }
    }

    fn count(&mut self, event: &Event, replayed: &Replayed) {
        self.events += 1;
        if !matches!(replayed, Replayed::TookPlace(_)) {
            return;
        }
        self.through += 1;
        if matches!(event.what, What::Session(_)) {
            return;
        }
        if let Some(from) = event.origin.address.map(Address::network) {
            self.from.entry(from).or_default().count(event.at);
        }
        let What::Login(attempt) = &event.what else {
            return;
        };
        if let Some(user) = &attempt.user {
            self.on.entry(user.clone()).or_default().count(event.at);
        }
        if attempt.outcome == Outcome::Success {
            self.taken.extend(attempt.who().cloned());
        }
    }

    fn found(&mut self, decision: &Decision) {
        if self.found_after.is_none() && is_a_finding(decision) {
            self.found_after = Some(self.events);
        }
        *self.found_by.entry(decision.playbook.clone()).or_default() += 1;
        for response in &decision.responses {
            if let Response::AtRisk { user, .. } | Response::StepUp { user, .. } = response
                && decision.enforced
            {
                self.noticed.insert(user.clone());
            }
        }
    }

    fn finish(self) -> AttackScore {
        let most = |all: &mut dyn Iterator<Item = &Most>| all.map(|most| most.most).max();
        AttackScore {
            kind: self.campaign.kind,
            campaigns: 1,
            found: u64::from(self.found_after.is_some()),
            found_after: self.found_after.into_iter().collect(),
            found_by: self.found_by,
            events: self.events,
            through: self.through,
            most_from_an_address: most(&mut self.from.values()).unwrap_or_default(),
            most_on_an_account: most(&mut self.on.values()).unwrap_or_default(),
            noticed: self.taken.intersection(&self.noticed).count() as u64,
            taken: self.taken.len() as u64,
            risk: self.risk,
        }
    }
}

/// Whether a decision says more than that something is worth a look: so much is decided about honest people every day.
fn is_a_finding(decision: &Decision) -> bool {
    let acts = decision.enforced && !decision.responses.is_empty();
    acts || decision.severity >= Severity::Medium
}

impl HonestCount {
    fn count(&mut self, event: &Event, replayed: &Replayed) {
        if matches!(replayed, Replayed::NotTakenOver) {
            return;
        }
        let user = user(event);
        self.events += 1;
        self.logins += u64::from(matches!(event.what, What::Login(_)));
        if let Some(user) = user
            && !self.people.contains(user)
        {
            self.people.insert(user.clone());
        }
        if let Replayed::TurnedAway { .. } = replayed {
            self.refused += 1;
            self.refused_users.extend(user.cloned());
        }
    }

    fn alarm(&mut self, decision: &Decision) {
        for response in decision.responses.iter().filter(|_| decision.enforced) {
            match response {
                Response::AtRisk { user, .. } => _ = self.at_risk.insert(user.clone()),
                Response::StepUp { user, .. } => _ = self.step_ups.insert(user.clone()),
                _ => {}
            }
        }
        *self
            .false_alarms
            .entry(decision.playbook.clone())
            .or_default() += 1;
    }

    fn finish(self) -> HonestResult {
        HonestResult {
            people: self.people.len() as u64,
            events: self.events,
            logins: self.logins,
            refused: self.refused,
            users_refused: self.refused_users.len() as u64,
            users_at_risk: self.at_risk.len() as u64,
            users_asked: self.step_ups.len() as u64,
            false_alarms: self.false_alarms,
        }
    }
}

/// Counts what happens in a day that slides, and knows the most there ever was in one.
#[derive(Debug, Default)]
struct Most {
    recent: VecDeque<Timestamp>,
    most: u64,
}

impl Most {
    fn count(&mut self, now: Timestamp) {
        while self
            .recent
            .front()
            .is_some_and(|first| now.since(*first) >= DAY)
        {
            self.recent.pop_front();
        }
        self.recent.push_back(now);
        self.most = self.most.max(self.recent.len() as u64);
    }
}
