//! What decisions say of whom beside turning them away: who is the victim, who the attacker.
//!
//! The one place where that is told apart. A ban of an address, or of a user, is of somebody who attacks. One that
//! only closes an account to strangers protects its user, who is at risk, as is whoever has to prove themselves and
//! whoever's account may be in other hands, banned or not. Decisions that only observe say nothing of anybody.

use std::collections::BTreeMap;

use crate::event::{Decision, Reach, Response, Subject, Timestamp};
use crate::identity::UserIdentifiers;

use super::exact::covers;
use super::score::lasting;
use super::{AllowList, AtRisk, Attacker, Bans, Cause, Effect, Marks, StepUp, UserStanding};

/// Who is marked as what.
#[derive(Debug)]
pub(super) struct Marked {
    /// Users who have to prove themselves once more.
    pub(super) step_ups: Marks,
    /// Users whose account may be in other hands.
    pub(super) risks: Marks,
    /// Users whose account is closed to strangers, everywhere or at one address, because it is guessed at.
    guessed_at: Marks<Subject>,
    /// Networks and users who attack.
    attackers: Marks<Subject>,
}

impl Marked {
    /// Nobody is. `limit` is that of each kind.
    pub(super) fn new(limit: usize) -> Self {
        Self {
            step_ups: Marks::new(limit),
            risks: Marks::new(limit),
            guessed_at: Marks::new(limit),
            attackers: Marks::new(limit),
        }
    }

    /// Takes in a decision that is carried out.
    pub(super) fn decide(&self, at: Timestamp, decision: &Decision, allowed: &AllowList) {
        for response in &decision.responses {
            self.respond(at, decision, response, allowed);
        }
        match &decision.user {
            Some(user) if decision.suspects_user && !allowed.contains_user(user) => {
                self.accuse(&user.into(), at, decision, Effect::Told);
            }
            _ => {}
        }
    }

    fn respond(
        &self,
        at: Timestamp,
        decision: &Decision,
        response: &Response,
        allowed: &AllowList,
    ) {
        let cause = |effect, until| Cause::of(decision, effect, at, until);
        match response {
            Response::StepUp { user, until } => {
                if !allowed.contains_user(user) {
                    self.step_ups.add(user, cause(Effect::StepUp, *until));
                }
            }
            Response::AtRisk { user, until } => {
                self.risks.add(user, cause(Effect::AtRisk, *until));
            }
            Response::Ban { subject, .. } if allowed.contains(subject) => {}
            Response::Ban {
                subject,
                reach,
                until,
                ..
            } => {
                let effect = Effect::of_ban(subject, *reach);
                if protects(subject, *reach) {
                    self.guessed_at.add(subject, cause(effect, *until));
                } else if !is_taken_over(subject, decision) {
                    self.accuse(subject, at, decision, effect);
                }
            }
        }
    }

    /// It counts until it weighs nothing, whatever has become of what was done about it.
    fn accuse(&self, subject: &Subject, at: Timestamp, decision: &Decision, effect: Effect) {
        let until = at.plus(lasting(decision.severity));
        let cause = Cause::of(decision, effect, at, until);
        self.attackers.add(subject, cause);
    }

    pub(super) fn pardon(&self, subject: &Subject) {
        if let Subject::User(user) = subject {
            self.risks.lift(user);
        }
        self.allow(subject);
    }

    /// An account may be in other hands whoever its user is.
    pub(super) fn allow(&self, subject: &Subject) {
        if let Subject::User(user) = subject {
            self.step_ups.lift(user);
        }
        for marks in [&self.guessed_at, &self.attackers] {
            marks.lift_all(|marked| covers(subject, marked));
        }
    }

    /// Whoever guesses at the account goes on.
    pub(super) fn stepped_up(&self, user: &UserIdentifiers) {
        self.step_ups.lift(user);
        self.risks.lift(user);
    }

    pub(super) fn sweep(&self, now: Timestamp) {
        self.step_ups.sweep(now);
        self.risks.sweep(now);
        self.guessed_at.sweep(now);
        self.attackers.sweep(now);
    }

    pub(super) fn evicted(&self) -> u64 {
        let of_users = self.step_ups.evicted() + self.risks.evicted();
        of_users + self.guessed_at.evicted() + self.attackers.evicted()
    }

    /// All that puts users at risk, of those who are meant. In no order.
    fn victims(
        &self,
        now: Timestamp,
        is_meant: impl Fn(&UserIdentifiers) -> bool,
    ) -> Vec<(UserIdentifiers, Vec<Cause>)> {
        let mut all = self.risks.standing(now, &is_meant);
        all.extend(self.step_ups.standing(now, &is_meant));
        let is_meant = |subject: &Subject| user_of(subject).is_some_and(&is_meant);
        let guessed_at = self.guessed_at.standing(now, is_meant).into_iter();
        all.extend(
            guessed_at.filter_map(|(subject, causes)| Some((user_of(&subject)?.clone(), causes))),
        );
        all
    }
}

/// Whether a ban protects its user: it closes their account to others, and turns nobody else away.
fn protects(subject: &Subject, reach: Reach) -> bool {
    match subject {
        Subject::UserAt { .. } => true,
        Subject::User(_) => reach == Reach::UnfamiliarLogins,
        Subject::Network(_) => false,
    }
}

fn user_of(subject: &Subject) -> Option<&UserIdentifiers> {
    match subject {
        Subject::User(user) | Subject::UserAt { user, .. } => Some(user),
        Subject::Network(_) => None,
    }
}

/// Whether a ban is of a user whom the same decision takes for a victim: of an account that others use by now.
fn is_taken_over(subject: &Subject, decision: &Decision) -> bool {
    let Subject::User(banned) = subject else {
        return false;
    };
    decision.responses.iter().any(|response| match response {
        Response::AtRisk { user, .. } | Response::StepUp { user, .. } => user == banned,
        Response::Ban { .. } => false,
    })
}

impl Bans {
    /// The users who are at risk, the worst first.
    #[must_use]
    pub fn at_risk(&self, now: Timestamp) -> Vec<AtRisk> {
        let mut causes: BTreeMap<UserIdentifiers, Vec<Cause>> = BTreeMap::new();
        for (user, of_user) in self.marked.victims(now, |_| true) {
            causes.entry(user).or_default().extend(of_user);
        }
        let all = causes.into_iter();
        let mut all: Vec<_> = all
            .filter_map(|(user, causes)| AtRisk::of(user, causes, now))
            .collect();
        AtRisk::worst_first(&mut all);
        all
    }

    /// Who attacks, the worst first. Who is [inferred](Attacker::inferred) is not known here.
    #[must_use]
    pub fn attackers(&self, now: Timestamp) -> Vec<Attacker> {
        let all = self.marked.attackers.standing(now, |_| true).into_iter();
        let mut all: Vec<_> = all
            .filter_map(|(subject, causes)| Attacker::of(subject, causes, now))
            .collect();
        Attacker::worst_first(&mut all);
        all
    }

    /// The users who have to prove themselves once more, those of whom it is asked for longest first.
    #[must_use]
    pub fn asked_to_step_up(&self, now: Timestamp) -> Vec<StepUp> {
        let all = self.marked.step_ups.standing(now, |_| true).into_iter();
        let mut all: Vec<_> = all
            .filter_map(|(user, causes)| StepUp::of(user, causes))
            .collect();
        StepUp::longest_first(&mut all);
        all
    }

    /// How it stands with one user. It looks through all bans, and is for people to ask.
    #[must_use]
    pub fn user(&self, user: &UserIdentifiers, now: Timestamp) -> UserStanding {
        let at_risk = self.marked.victims(now, |one| one == user).into_iter();
        let at_risk = at_risk.flat_map(|(_, causes)| causes).collect();
        let subject = user.into();
        let attacks = self.marked.attackers.of(&subject, now);
        UserStanding {
            at_risk: AtRisk::of(user.clone(), at_risk, now),
            attacks: Attacker::of(subject, attacks, now),
            step_up: StepUp::of(user.clone(), self.marked.step_ups.of(user, now)),
            bans: self.standing_of(user, now),
            user: user.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
