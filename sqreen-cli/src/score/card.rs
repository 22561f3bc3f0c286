//! The scores of a policy, as data.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use sqreen::event::LoginRisk;

use crate::simulate::AttackKind;

/// The scores of a policy on one stream, or on several added up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Card {
    /// Each kind of attack, in the order of [`AttackKind::all`].
    pub attacks: Vec<AttackScore>,
    /// What happened to honest people.
    pub honest: HonestResult,
    /// The risk of honest people's logins.
    pub honest_risk: Risks,
}

/// The risk of successful logins of known users, as the engine told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Risks {
    /// How many logins had which score, from 0 to 100.
    scores: [u64; 101],
}

/// How a policy fares against one kind of attack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AttackScore {
    /// The kind.
    pub kind: AttackKind,
    /// How many campaigns of it there were.
    pub campaigns: u64,
    /// How many were found: some decision rests on their events.
    pub found: u64,
    /// After how many of their events those that were found were found, fewest first.
    pub found_after: Vec<u64>,
    /// By which playbooks, and how many decisions of each.
    pub found_by: BTreeMap<Box<str>, u64>,
    /// Attempts.
    pub events: u64,
    /// Those that got through: the rest was refused.
    pub through: u64,
    /// The most that got through from one address (IPv6: /64) in any 24 hours.
    pub most_from_an_address: u64,
    /// The most that got through on one account in any 24 hours.
    pub most_on_an_account: u64,
    /// Accounts the attackers logged in to.
    pub taken: u64,
    /// Those of them that were found at risk, or asked for a second proof.
    pub noticed: u64,
    /// The risk of the attackers' logins.
    pub risk: Risks,
}

/// What happened to honest people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct HonestResult {
    /// People who were there at all.
    pub people: u64,
    /// Their events.
    pub events: u64,
    /// Their logins, those that failed included.
    pub logins: u64,
    /// Their events that were refused.
    pub refused: u64,
    /// Whose events were refused at all.
    pub users_refused: u64,
    /// Who was found at risk by what they did themselves.
    pub users_at_risk: u64,
    /// Who was asked for a second proof for what they did themselves.
    pub users_asked: u64,
    /// Decisions that rest on honest events for the most part, by playbook.
    pub false_alarms: BTreeMap<Box<str>, u64>,
}

impl Card {
    /// The scores of these campaigns, and of what happened to honest people meanwhile.
    #[must_use]
    pub fn of(
        campaigns: impl IntoIterator<Item = AttackScore>,
        honest: HonestResult,
        honest_risk: Risks,
    ) -> Self {
        let mut card = Self {
            attacks: Vec::new(),
            honest,
            honest_risk,
        };
        card.add(campaigns);
        card
    }

    /// Both together.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.add(other.attacks);
        self.honest.join(other.honest);
        self.honest_risk.join(&other.honest_risk);
        self
    }

    fn add(&mut self, scores: impl IntoIterator<Item = AttackScore>) {
        for theirs in scores {
            match (self.attacks.iter_mut()).find(|score| score.kind == theirs.kind) {
                Some(ours) => ours.join(theirs),
                None => self.attacks.push(theirs),
            }
        }
        self.attacks.sort_by_key(|attack| attack.kind);
    }
}

impl Card {
    /// Decisions of each playbook that were about an attack, and that were not.
    #[must_use]
    pub fn playbooks(&self) -> BTreeMap<&str, (u64, u64)> {
        let mut playbooks: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        for (playbook, decisions) in self.attacks.iter().flat_map(|score| &score.found_by) {
            playbooks.entry(playbook).or_default().0 += decisions;
        }
        for (playbook, decisions) in &self.honest.false_alarms {
            playbooks.entry(playbook).or_default().1 += decisions;
        }
        playbooks
    }
}

impl Default for Risks {
    fn default() -> Self {
        Self { scores: [0; 101] }
    }
}

impl Serialize for Risks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.scores)
    }
}

impl Risks {
    /// One more login.
    pub(super) fn count(&mut self, risk: LoginRisk) {
        if let Some(logins) = self.scores.get_mut(usize::from(risk.score())) {
            *logins += 1;
        }
    }

    /// How many logins there are.
    #[must_use]
    pub fn logins(&self) -> u64 {
        self.scores.iter().sum()
    }

    /// How many of them have a score above this.
    #[must_use]
    pub fn above(&self, score: u8) -> u64 {
        self.scores.iter().skip(usize::from(score) + 1).sum()
    }

    /// The same, of a hundred; none where there are no logins.
    #[allow(clippy::cast_precision_loss, reason = "a share, for people")]
    #[must_use]
    pub fn per_cent_above(&self, score: u8) -> f64 {
        match self.logins() {
            0 => 0.0,
            logins => 100.0 * self.above(score) as f64 / logins as f64,
        }
    }

    fn join(&mut self, other: &Self) {
        for (logins, others) in self.scores.iter_mut().zip(other.scores) {
            *logins += others;
        }
    }
}

impl AttackScore {
    fn join(&mut self, other: Self) {
        self.campaigns += other.campaigns;
        self.found += other.found;
        self.found_after.extend(other.found_after);
        self.found_after.sort_unstable();
        for (playbook, decisions) in other.found_by {
            *self.found_by.entry(playbook).or_default() += decisions;
        }
        self.events += other.events;
        self.through += other.through;
        self.most_from_an_address = self.most_from_an_address.max(other.most_from_an_address);
        self.most_on_an_account = self.most_on_an_account.max(other.most_on_an_account);
        self.taken += other.taken;
        self.noticed += other.noticed;
        self.risk.join(&other.risk);
    }

    /// After how many events half of the campaigns that were found were found.
    #[must_use]
    pub fn median_found_after(&self) -> Option<u64> {
        self.found_after.get(self.found_after.len() / 2).copied()
    }
}

impl HonestResult {
    fn join(&mut self, other: Self) {
        self.people += other.people;
        self.events += other.events;
        self.logins += other.logins;
        self.refused += other.refused;
        self.users_refused += other.users_refused;
        self.users_at_risk += other.users_at_risk;
        self.users_asked += other.users_asked;
        for (playbook, decisions) in other.false_alarms {
            *self.false_alarms.entry(playbook).or_default() += decisions;
        }
    }
}
