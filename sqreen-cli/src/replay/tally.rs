//! What a policy does to a stream, added up.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use serde::{Serialize, Serializer};
use sqreen::event::{
    Address, Attempt, Decision, Event, Network, Outcome, Response, Severity, Subject, Timestamp,
    What,
};
use sqreen::identity::UserIdentifiers;
use sqreen::pipeline::{Replay, Replayed};
use sqreen::policy::Policy;

use crate::simulate::Label;
use crate::simulate::labels::Labels;
use crate::stream::user;

/// One policy at work on a stream, and what it comes to.
#[derive(Debug)]
pub struct Run {
    replay: Replay,
    tally: Tally,
    through: Through,
    labels: Option<Rc<Labels>>,
}

/// What a policy did to a stream.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// The version of the policy, as it stands in the evidence of its decisions.
    pub policy: Box<str>,
    /// Events in the stream.
    pub events: u64,
    /// When the first was, and the last.
    pub span: Option<(Timestamp, Timestamp)>,
    /// Logins and sign-ups in the stream, by how they ended.
    pub attempts: Outcomes,
    /// Those of them that this policy's bans would have turned away.
    pub refused: Outcomes,
    /// Requests of sessions, and custom events, that would have been turned away.
    pub refused_others: u64,
    /// Users whose successful logins would have been turned away: honest people, or thieves.
    pub refused_users: BTreeSet<UserIdentifiers>,
    /// What each playbook decided.
    pub playbooks: BTreeMap<Box<str>, Decided>,
    /// Who was banned, and what got through before and between.
    #[serde(serialize_with = "as_list")]
    pub banned: BTreeMap<Subject, Banned>,
    /// Users whose account was found at risk, or who had to prove themselves once more, and when first.
    #[serde(serialize_with = "as_list")]
    pub at_risk: BTreeMap<UserIdentifiers, Timestamp>,
    /// What happened to honest people, where labels tell who they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub honest: Option<Honest>,
    /// What the agent that recorded the stream had decided and refused itself.
    pub recorded: Recorded,
}

/// Attempts by how they ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Outcomes {
    /// Somebody got in.
    pub successes: u64,
    /// The credentials were wrong.
    pub failures: u64,
    /// It is not known, or does not count.
    pub others: u64,
}

/// What one playbook decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decided {
    /// How often.
    pub decisions: u64,
    /// How bad it is where it is true.
    pub severity: Severity,
    /// Whether anything was done, or only observed.
    pub enforced: bool,
    /// When first.
    pub first: Timestamp,
    /// The place in the stream of the event that it decided about first.
    pub place: u64,
}

/// Somebody who was banned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Banned {
    /// When first.
    pub first: Timestamp,
    /// By which playbook first.
    pub playbook: Box<str>,
    /// How often.
    pub times: u64,
    /// Failed logins of this subject that got through, in the whole stream.
    pub guesses: u64,
}

/// What happened to honest people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Honest {
    /// Their events.
    pub events: u64,
    /// Those refused.
    pub refused: u64,
    /// Whose they were.
    pub users: BTreeSet<UserIdentifiers>,
}

/// What the agent that recorded the stream did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Recorded {
    /// Its decisions.
    pub decisions: u64,
    /// Its refusals: what those requests would have done is not known.
    pub refusals: u64,
}

/// Failed logins that got through, by where they came from and on whom they were.
#[derive(Debug, Default)]
struct Through {
    from: BTreeMap<Network, u64>,
    on: HashMap<UserIdentifiers, u64>,
    at: HashMap<(UserIdentifiers, Network), u64>,
}

/// JSON has no maps by more than text.
fn as_list<K: Serialize, V: Serialize, S: Serializer>(
    map: &BTreeMap<K, V>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(map)
}

impl Run {
    /// `seed` is that of the engine: it decides under which ids decisions are found, and nothing else.
    #[must_use]
    pub fn new(policy: Policy, seed: u64, labels: Option<Rc<Labels>>) -> Self {
        Self {
            tally: Tally {
                policy: policy.version(),
                honest: labels.as_ref().map(|_| Honest::default()),
                ..Tally::default()
            },
            replay: Replay::new(policy, seed),
            through: Through::default(),
            labels,
        }
    }

    /// The next event, at this place of the stream.
    pub fn take_in(&mut self, place: u64, event: &Event) -> Replayed {
        let replayed = self.replay.take_in(event);
        self.tally.see(event);
        self.see_honest(place, event, &replayed);
        match &replayed {
            Replayed::TookPlace(decisions) => {
                self.through.count(event);
                for decision in decisions {
                    self.tally.decided(place, event.at, decision);
                }
            }
            Replayed::TurnedAway { .. } => self.tally.refuse(event),
            Replayed::NotTakenOver => {}
        }
        replayed
    }

    fn see_honest(&mut self, place: u64, event: &Event, replayed: &Replayed) {
        let (Some(labels), Some(honest)) = (&self.labels, &mut self.tally.honest) else {
            return;
        };
        if labels.label(place) != Label::Honest {
            return;
        }
        honest.events += 1;
        if matches!(replayed, Replayed::TurnedAway { .. }) {
            honest.refused += 1;
            honest.users.extend(user(event).cloned());
        }
    }

    /// What it came to.
    #[must_use]
    pub fn finish(self) -> Tally {
        let mut tally = self.tally;
        for (subject, banned) in &mut tally.banned {
            banned.guesses = self.through.of(subject);
        }
        tally
    }
}

impl Tally {
    fn see(&mut self, event: &Event) {
        self.events += 1;
        let (first, last) = self.span.unwrap_or((event.at, event.at));
        self.span = Some((first.min(event.at), last.max(event.at)));
        match &event.what {
            What::Login(attempt) | What::SignUp(attempt) => self.attempts.count(attempt),
            What::Decision(_) => self.recorded.decisions += 1,
            What::Refusal(_) => self.recorded.refusals += 1,
            _ => {}
        }
    }

    fn refuse(&mut self, event: &Event) {
        match &event.what {
            What::Login(attempt) | What::SignUp(attempt) => {
                self.refused.count(attempt);
                if let (What::Login(_), Outcome::Success) = (&event.what, attempt.outcome) {
                    self.refused_users.extend(attempt.who().cloned());
                }
            }
            _ => self.refused_others += 1,
        }
    }

    fn decided(&mut self, place: u64, at: Timestamp, decision: &Decision) {
        let decided = self
            .playbooks
            .entry(decision.playbook.clone())
            .or_insert(Decided {
                decisions: 0,
                severity: decision.severity,
                enforced: decision.enforced,
                first: at,
                place,
            });
        decided.decisions += 1;
        if !decision.enforced {
            return;
        }
        for response in &decision.responses {
            match response {
                Response::Ban { subject, .. } => {
                    let banned = self.banned.entry(subject.clone()).or_insert(Banned {
                        first: at,
                        playbook: decision.playbook.clone(),
                        times: 0,
                        guesses: 0,
                    });
                    banned.times += 1;
                }
                Response::StepUp { user, .. } | Response::AtRisk { user, .. } => {
                    self.at_risk.entry(user.clone()).or_insert(at);
                }
                _ => {}
            }
        }
    }
}

impl Outcomes {
    fn count(&mut self, attempt: &Attempt) {
        match attempt.outcome {
            Outcome::Success if !attempt.withheld => self.successes += 1,
            Outcome::Failure => self.failures += 1,
            _ => self.others += 1,
        }
    }

    /// All of them.
    #[must_use]
    pub fn all(self) -> u64 {
        self.successes + self.failures + self.others
    }
}

impl Through {
    fn count(&mut self, event: &Event) {
        let What::Login(attempt) = &event.what else {
            return;
        };
        if attempt.outcome != Outcome::Failure {
            return;
        }
        let from = event.origin.address.map(Address::network);
        if let Some(from) = from {
            *self.from.entry(from).or_default() += 1;
        }
        if let Some(user) = &attempt.user {
            *self.on.entry(user.clone()).or_default() += 1;
        }
        if let (Some(user), Some(from)) = (&attempt.user, from) {
            *self.at.entry((user.clone(), from)).or_default() += 1;
        }
    }

    fn of(&self, subject: &Subject) -> u64 {
        match subject {
            Subject::User(user) => self.on.get(user).copied().unwrap_or_default(),
            Subject::UserAt { user, network } => {
                let pair = (user.clone(), *network);
                self.at.get(&pair).copied().unwrap_or_default()
            }
            // What a network holds comes after it, in one piece.
            Subject::Network(network) => {
                let after = self.from.range(*network..);
                let inside = after.take_while(|(one, _)| network.covers(**one));
                inside.map(|(_, guesses)| guesses).sum()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_told_the_guesses_of_all_addresses_in_it_and_of_no_other() {
        let network = |text: &str| text.parse::<Network>().unwrap();
        let through = Through {
            from: [
                ("9.255.255.255", 1),
                ("10.0.0.0", 2),
                ("10.0.0.255", 4),
                ("10.0.1.0", 8),
                ("10.0.1.7", 16),
                ("2001:db8:1:2::/64", 32),
                ("2001:db8:2::/64", 64),
            ]
            .map(|(from, guesses)| (network(from), guesses))
            .into(),
            ..Through::default()
        };
        for (banned, guesses) in [
            ("10.0.0.0/24", 6),
            ("10.0.0.0", 2),
            ("10.0.0.0/16", 30),
            ("10.0.2.0/24", 0),
            ("0.0.0.0/0", 31),
            ("2001:db8:1::/48", 32),
            ("::/0", 96),
        ] {
            assert_eq!(through.of(&network(banned).into()), guesses, "{banned}");
        }
    }
}
