//! Whether a policy gives attackers more than its author will let them have.

use std::fmt;

use serde::Serialize;
use sqreen::policy::{Limit, Limits, Policy};

use super::report::limits;
use super::{Addresses, Budget, Effort, Figure, Under};
use crate::table::thousands;

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
///
/// ```
/// use sqreen::policy::{Limits, Policy};
/// use sqreen_cli::budget::check;
///
/// let exceeded = check(&Policy::none(), &Limits::none());
/// assert_eq!(exceeded[0].limit.key(), "guesses-a-day-from-an-address");
/// assert!(exceeded[0].to_string().contains("nothing limits them"));
/// ```
#[must_use]
pub fn check(policy: &Policy, limits: &Limits) -> Vec<Exceeded> {
    let default = Limits::where_none_are_set();
    let limits = if limits.is_empty() { &default } else { limits };
    let under = Under::new(policy, Effort::QUICK);
    let exceeded = limits.iter().filter_map(|(limit, allows)| {
        let figure = under.limited_by(limit)?;
        exceeds(&figure, allows).then_some(Exceeded {
            limit,
            allows,
            figure,
        })
    });
    exceeded.collect()
}

fn exceeds(figure: &Figure, allows: u64) -> bool {
    figure.no_bound || figure.at_least > allows
}

impl Under<'_> {
    /// The figure that a limit is about.
    fn limited_by(&self, limit: Limit) -> Option<Figure> {
        let (thousand, many) = (Addresses::Scattered(1_000), Addresses::Scattered(100_000));
        let one = || self.in_all(Addresses::One, None);
        let in_all = |from: Addresses| self.in_all(from, Some(&one()));
        Some(match limit {
            Limit::MinuteFromAddress => self.first_minute(),
            Limit::DayFromAddress => one(),
            Limit::DayFrom24 => in_all(Addresses::V4Network),
            Limit::DayFrom48 => in_all(Addresses::V6Network),
            Limit::DayFrom1000 => in_all(thousand),
            Limit::DayFrom100000 => in_all(many),
            Limit::DayOnAccount => {
                let rows = Budget::ROWS.into_iter().filter(|row| *row != many);
                // Of equals the one from the fewest addresses.
                let figures = rows.rev().map(|row| self.on_account(row));
                return figures.max_by_key(|figure| (figure.no_bound, figure.at_least));
            }
            Limit::DayOnAccountFromAddress => self.on_account(Addresses::One),
            Limit::DayOnAccountFrom24 => self.on_account(Addresses::V4Network),
            Limit::DayOnAccountFrom48 => self.on_account(Addresses::V6Network),
            Limit::DayOnAccountFrom1000 => self.on_account(thousand),
            Limit::DayOnAccountFrom100000 => self.on_account(many),
            // A limit that this program does not know yet.
            _ => return None,
        })
    }
}

impl fmt::Display for Exceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (key, allows) = (self.limit.key(), thousands(self.allows));
        let got = match self.figure.no_bound {
            true => "nothing limits them".to_owned(),
            false => format!("an attacker gets {}", thousands(self.figure.at_least)),
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
