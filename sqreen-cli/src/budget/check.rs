//! Whether a policy gives attackers more than its author will let them have.

use std::fmt;

use serde::Serialize;
use sqreen::policy::{Limit, Limits, Policy};

use super::table::{grouped, limits};
use super::{Budget, Effort, Figure};

/// A limit that a policy exceeds: an attack got more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exceeded {
    /// Which limit.
    pub limit: Limit,
    /// How many guesses it allows.
    pub allows: u64,
    /// What an attacker gets, how, and which playbooks limit it.
    pub figure: Figure,
}

/// Which limits a policy exceeds; where none are set, of [`Limits::where_none_are_set`].
///
/// A limit is exceeded where an attack on the engine itself got more guesses than it allows. What could not be proven
/// but was not got either exceeds nothing.
#[must_use]
pub fn check(policy: &Policy, limits: &Limits) -> Vec<Exceeded> {
    Budget::of(policy, Effort::QUICK, |_| {}).exceeds(limits)
}

impl Budget {
    /// Which of these limits it exceeds; where none are set, of [`Limits::where_none_are_set`].
    #[must_use]
    pub fn exceeds(&self, limits: &Limits) -> Vec<Exceeded> {
        let default = Limits::where_none_are_set();
        let limits = if limits.is_empty() { &default } else { limits };
        let exceeded = limits.iter().filter_map(|(limit, allows)| {
            let figure = self.figure(limit)?;
            let exceeds = figure.no_bound || figure.at_least > allows;
            exceeds.then(|| Exceeded {
                limit,
                allows,
                figure: figure.clone(),
            })
        });
        exceeded.collect()
    }
}

impl fmt::Display for Exceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (key, allows) = (self.limit.key(), grouped(self.allows));
        let got = match self.figure.no_bound {
            true => "nothing limits them".to_owned(),
            false => format!("an attacker gets {}", grouped(self.figure.at_least)),
        };
        write!(
            f,
            "`{key} = {allows}` is exceeded: {got} ({}). ",
            self.figure.strategy
        )?;
        match limits(&self.figure) {
            Some(limits) => write!(f, "Tighten what limits it: {limits}."),
            None => write!(f, "No playbook limits it: {}.", self.advice()),
        }
    }
}

impl Exceeded {
    /// What playbook there should be.
    fn advice(&self) -> &'static str {
        match self.limit {
            Limit::DayOnAccount
            | Limit::DayOnAccountFrom24
            | Limit::DayOnAccountFrom48
            | Limit::DayOnAccountFrom1000
            | Limit::DayOnAccountFrom100000 => {
                "add one such as `account-guessed-all-day`, and one such as `guessing-all-day`"
            }
            Limit::DayOnAccountFromAddress => "add one such as `credential-cracking-all-day`",
            Limit::MinuteFromAddress => "add one such as `rapid-guessing`",
            _ => "add one such as `guessing-all-day`",
        }
    }
}
