//! What an attack is going to do, worked out before anything is sent.

mod botnet;
mod lists;
mod one_account;
mod stolen_list;

pub(crate) use botnet::botnet;
pub(crate) use one_account::one_account;
pub(crate) use stolen_list::stolen_list;

use crate::origin::Origin;
use crate::people::{EVERYBODY, Person, Visit};

/// A customer comes by after so many attempts.
const ATTEMPTS_BETWEEN_VISITS: usize = 6;

#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) name: &'static str,
    pub(crate) attempts: Vec<Attempt>,
    /// How many attempts are under way at the same time.
    pub(crate) at_once: usize,
    /// The customer who mistypes once, in the middle of the attack.
    pub(crate) mistyping: &'static Person,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attempt {
    pub(crate) from: Origin,
    pub(crate) email: String,
    pub(crate) password: String,
}

impl Plan {
    /// Each customer's first visit, before the attack: from then on the shop knows their
    /// address as one they log in from.
    pub(crate) fn first_visits() -> impl Iterator<Item = Visit> {
        EVERYBODY.into_iter().map(|who| Visit {
            who,
            mistypes: false,
        })
    }

    /// Who comes by once this many attempts are made. Everybody has a turn, then again.
    pub(crate) fn visit_after(&self, attempts: usize) -> Option<Visit> {
        if attempts == 0 || !attempts.is_multiple_of(ATTEMPTS_BETWEEN_VISITS) {
            return None;
        }
        let turn = attempts / ATTEMPTS_BETWEEN_VISITS - 1;
        let who = *EVERYBODY.get(turn % EVERYBODY.len())?;
        // In the second round the attack is long under way, and a ban in force.
        let second_round = turn / EVERYBODY.len() == 1;
        Some(Visit {
            who,
            mistypes: second_round && who == self.mistyping,
        })
    }

    /// The addresses the attack comes from, each once.
    pub(crate) fn origins(&self) -> Vec<Origin> {
        let mut origins = Vec::new();
        for attempt in &self.attempts {
            if !origins.contains(&attempt.from) {
                origins.push(attempt.from);
            }
        }
        origins
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::Origins;

    fn all() -> [Plan; 3] {
        [one_account, stolen_list, botnet].map(|plan| plan(7, Origins::Bound))
    }

    fn right(attempt: &Attempt) -> bool {
        EVERYBODY
            .iter()
            .any(|person| attempt.email == person.email && attempt.password == person.password)
    }

    #[test]
    fn every_attack_gets_at_an_account_late_if_nobody_stops_it() {
        for plan in all() {
            let first = plan.attempts.iter().position(right).unwrap();
            assert!(first > 60, "{}: {first}", plan.name);
        }
    }

    #[test]
    fn the_same_seed_is_the_same_attack() {
        for (one, again) in all().iter().zip(&all()) {
            assert_eq!(one.attempts, again.attempts);
        }
        assert_ne!(
            one_account(7, Origins::Bound).attempts,
            one_account(8, Origins::Bound).attempts
        );
    }

    #[test]
    fn each_attack_has_the_addresses_it_says() {
        assert_eq!(all().map(|plan| plan.origins().len()), [1, 1, 60]);
    }

    #[test]
    fn everybody_visits_and_one_mistypes_once() {
        for plan in all() {
            let visits: Vec<_> = (0..plan.attempts.len())
                .filter_map(|made| plan.visit_after(made))
                .collect();
            assert!(
                EVERYBODY
                    .iter()
                    .all(|&person| visits.iter().any(|visit| visit.who == person))
            );
            let mistyped: Vec<_> = visits
                .iter()
                .filter(|visit| visit.mistypes)
                .map(|visit| visit.who)
                .collect();
            assert_eq!(mistyped, [plan.mistyping], "{}", plan.name);
        }
    }
}
