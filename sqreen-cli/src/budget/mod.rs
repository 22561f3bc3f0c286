//! What an attacker gets under a policy who knows it: how many guesses a day, from how many addresses.
//!
//! Two figures for each question. What is *proven* follows from the playbooks in closed form (`exact`), and no
//! attack of the kind that is meant gets more. What is *found* was got by an attack on the engine itself (`search`),
//! and somebody may find more. Where the two meet, the figure is exact.
//!
//! The attacker has addresses that nobody else uses, and at most [`OWN_ACCOUNTS`] accounts of their own. Their
//! victims have never logged in from there. `docs/budget.md` tells it to people.

mod attacker;
mod check;
mod command;
mod exact;
mod report;
mod search;
mod watch;

pub use check::{Exceeded, check};
pub use command::{BudgetError, Command};
pub use exact::Bound;
pub use search::{Effort, OWN_ACCOUNTS};

use std::fmt;

use serde::{Serialize, Serializer};
use sqreen::config::Config;
use sqreen::policy::{By, Policy};

use crate::table::{counted, thousands};

use attacker::{Ground, Whom};
use exact::{Bounds, DAY, MINUTE, Reach};
use search::{Aim, Found, Search};
use watch::known;

/// How many times smaller than it is an attack from 100,000 addresses is tried out, with tables that are as many times
/// smaller.
const SCALE: u64 = 1_000;

/// From how many addresses of a /48 an attack is tried out at most.
const TRIED_OF_48: u64 = 4_096;

/// What an attacker gets under a policy who knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Budget {
    /// The version of the policy, as decisions carry it.
    pub policy: Box<str>,
    /// How many accounts of their own an attacker has at most.
    pub own_accounts: u32,
    /// By from where they guess, fewest addresses first.
    pub rows: Vec<Row>,
}

/// What an attacker gets from somewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// From where.
    pub from: Addresses,
    /// In the first minute, on however many accounts; only told of one address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_minute: Option<Figure>,
    /// In any 24 hours, on however many accounts.
    pub in_all: Figure,
    /// In any 24 hours, on one account.
    pub on_account: Figure,
}

/// From where an attacker guesses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addresses {
    /// One address, or one /64 of IPv6.
    One,
    /// All 256 addresses of an IPv4 /24.
    V4Network,
    /// All 65,536 /64 of an IPv6 /48.
    V6Network,
    /// So many addresses, each in a network of its own.
    Scattered(u32),
}

/// How many guesses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Figure {
    /// So many were got by an attack.
    pub at_least: u64,
    /// More cannot be got; `None`: nothing is proven.
    pub at_most: Option<u64>,
    /// Whether an attack got all it was let, in no time: nothing limits this.
    pub no_bound: bool,
    /// The attack that got the most.
    pub strategy: String,
    /// What each playbook allows that limits this, the strictest first.
    pub bounded_by: Vec<Bound>,
}

impl Budget {
    /// All rows there are.
    pub const ROWS: [Addresses; 5] = [
        Addresses::One,
        Addresses::V4Network,
        Addresses::V6Network,
        Addresses::Scattered(1_000),
        Addresses::Scattered(100_000),
    ];

    /// Computes what an attacker gets under `policy`. `progress` is told what is looked for next.
    ///
    /// The same policy and effort give the same budget.
    #[must_use]
    pub fn of(policy: &Policy, effort: Effort, mut progress: impl FnMut(&str)) -> Self {
        let under = Under::new(policy, effort);
        let mut rows: Vec<Row> = Vec::new();
        for from in Self::ROWS {
            progress(&from.to_string());
            let row = under.row(from, rows.first());
            rows.push(row);
        }
        Self {
            policy: policy.version(),
            own_accounts: OWN_ACCOUNTS,
            rows,
        }
    }
}

impl Addresses {
    fn reach(self) -> Reach {
        let (addresses, networks) = match self {
            Self::One => (1, 1),
            Self::V4Network => (256, 1),
            Self::V6Network => (65_536, 1),
            Self::Scattered(n) => (n.into(), n.into()),
        };
        Reach {
            addresses,
            networks,
        }
    }

    fn ground(self, addresses: u64) -> Ground {
        let addresses = u32::try_from(addresses).unwrap_or(u32::MAX);
        match self {
            Self::One | Self::Scattered(_) => Ground::Scattered(addresses),
            Self::V4Network => Ground::V4(addresses),
            Self::V6Network => Ground::V6(addresses),
        }
    }
}

impl Figure {
    /// Whether what was found is what is proven.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.at_most == Some(self.at_least)
    }
}

/// A policy whose budget is computed.
struct Under<'a> {
    policy: &'a Policy,
    bounds: Bounds,
    effort: Effort,
}

impl<'a> Under<'a> {
    fn new(policy: &'a Policy, effort: Effort) -> Self {
        Self {
            policy,
            bounds: Bounds::of(policy, OWN_ACCOUNTS),
            effort,
        }
    }

    fn row(&self, from: Addresses, one: Option<&Row>) -> Row {
        Row {
            from,
            first_minute: (from == Addresses::One).then(|| self.first_minute()),
            in_all: self.in_all(from, one.map(|one| &one.in_all)),
            on_account: self.on_account(from),
        }
    }

    fn first_minute(&self) -> Figure {
        let bounded_by = self.bounds.in_all(Addresses::One.reach(), MINUTE);
        let ground = Addresses::One.ground(1);
        self.searched(Aim::FirstMinute, ground, bounded_by)
    }

    fn in_all(&self, from: Addresses, one: Option<&Figure>) -> Figure {
        let reach = from.reach();
        let bounded_by = self.bounds.in_all(reach, DAY);
        let Some(one) = one else {
            return self.searched(Aim::InAll, from.ground(1), bounded_by);
        };
        if one.no_bound {
            return Figure {
                bounded_by,
                ..one.clone()
            };
        }
        if self.is_shared(from) {
            let tried = self.tried(from, &bounded_by, one.at_least);
            return self.searched(Aim::InAll, from.ground(tried), bounded_by);
        }
        if reach.addresses > SCALE {
            let small = self.scaled_down(Aim::InAll, reach, &bounded_by);
            if small.at_least > one.at_least * (reach.addresses / SCALE) {
                return Figure {
                    at_least: small.at_least * SCALE,
                    ..small
                };
            }
        }
        Figure {
            at_least: one.at_least * reach.addresses,
            at_most: bounded_by.first().map(|bound| bound.at_most),
            strategy: format!("each address: {}", one.strategy),
            bounded_by,
            no_bound: false,
        }
    }

    fn on_account(&self, from: Addresses) -> Figure {
        let reach = from.reach();
        let bounded_by = self.bounds.on_account(reach, DAY);
        if from == Addresses::Scattered(100_000) {
            return self.scaled_down(Aim::OnAccount, reach, &bounded_by);
        }
        // No more addresses are of use than there are guesses.
        let most = bounded_by.first().map_or(64, |bound| bound.at_most + 8);
        let ground = from.ground(reach.addresses.min(most).min(256));
        self.searched(Aim::OnAccount, ground, bounded_by)
    }

    /// An attack from a thousandth of the addresses, on an engine whose tables are a thousandth as large.
    fn scaled_down(&self, aim: Aim, reach: Reach, bounded_by: &[Bound]) -> Figure {
        let addresses = reach.addresses / SCALE;
        let ground = Addresses::Scattered(100_000).ground(addresses);
        let at_most = match aim {
            Aim::OnAccount => bounded_by.first().map(|bound| bound.at_most),
            _ => None,
        };
        let capacity = usize::try_from(capacity() as u64 / SCALE).unwrap_or(usize::MAX);
        let found = self.search(aim, ground, at_most, capacity);
        let figure = self.figure(found, ground, bounded_by.to_vec());
        Figure {
            strategy: format!(
                "tried with {addresses} addresses against tables a thousandth as large: {}",
                figure.strategy
            ),
            ..figure
        }
    }

    fn searched(&self, aim: Aim, ground: Ground, bounded_by: Vec<Bound>) -> Figure {
        let at_most = bounded_by.first().map(|bound| bound.at_most);
        let found = self.search(aim, ground, at_most, capacity());
        self.figure(found, ground, bounded_by)
    }

    fn search(&self, aim: Aim, ground: Ground, at_most: Option<u64>, capacity: usize) -> Found {
        let search = Search {
            policy: self.policy,
            ground,
            capacity,
            aim,
            at_most,
            effort: self.effort,
        };
        search.best()
    }

    fn figure(&self, found: Found, ground: Ground, bounded_by: Vec<Bound>) -> Figure {
        Figure {
            at_least: found.guesses,
            at_most: bounded_by.first().map(|bound| bound.at_most),
            no_bound: found.endless,
            strategy: told(&found, ground),
            bounded_by,
        }
    }

    /// Whether any playbook holds against one address what others did.
    fn is_shared(&self, from: Addresses) -> bool {
        let one_network = matches!(from, Addresses::V4Network | Addresses::V6Network);
        let couples = |by: &By| *by == By::Everything || (*by == By::Network && one_network);
        let known = known(self.policy, OWN_ACCOUNTS);
        known.iter().any(|known| couples(&known.by))
    }

    /// From how many addresses of a network an attack is tried out: as many as are of use.
    fn tried(&self, from: Addresses, bounded_by: &[Bound], each: u64) -> u64 {
        let most = bounded_by.first().map_or(1_024, |bound| bound.at_most);
        let useful = most.div_ceil(each.max(1)).saturating_mul(5) / 4 + 8;
        useful.min(from.reach().addresses).min(TRIED_OF_48)
    }
}

/// An attack in words.
fn told(found: &Found, ground: Ground) -> String {
    let whom = match found.strategy.whom {
        Whom::One => "one account".to_owned(),
        Whom::InTurn(accounts) => format!("{accounts} accounts in turn"),
        Whom::Fresh(1) => "another account each time".to_owned(),
        Whom::Fresh(each) => format!("one account after the other, {each} guesses on each"),
        Whom::Hidden(each, others) => {
            format!("one account, and after {each} guesses on it one on each of {others} others")
        }
    };
    let mut told = match ground.addresses() {
        1 => whom,
        addresses => format!("{whom}, from {addresses} addresses"),
    };
    let first = match found.strategy.after {
        0 => String::new(),
        bans => format!(", after {}", counted(bans.into(), "ban")),
    };
    for (does, playbooks, but) in [
        ("stays below", &found.heeded, &*first),
        ("waits out the bans of", &found.banned_by, ""),
    ] {
        let names: Vec<String> = playbooks.iter().map(|name| format!("`{name}`")).collect();
        if !names.is_empty() {
            told += &format!("; {does} {}{but}", names.join(", "));
        }
    }
    if found.strategy.gap > 0 {
        told += &format!(
            "; one guess each {} s from an address",
            found.strategy.gap / 1_000
        );
    }
    if found.strategy.own > 0 {
        let own = found.strategy.own;
        told += &format!("; {own} accounts of its own log in from there");
    }
    told
}

/// How many subjects an engine's tables hold unless it is told otherwise.
fn capacity() -> usize {
    Config::default().max_subjects
}

impl fmt::Display for Addresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One => f.write_str("one address"),
            Self::V4Network => f.write_str("a /24"),
            Self::V6Network => f.write_str("a /48"),
            Self::Scattered(addresses) => {
                write!(f, "{} addresses", thousands((*addresses).into()))
            }
        }
    }
}

impl Serialize for Addresses {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// `41`, `≥ 38, ≤ 40`, `≥ 38`, or `no bound`.
impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at_least = thousands(self.at_least);
        match self.at_most {
            Some(_) if self.is_exact() => f.write_str(&at_least),
            Some(at_most) => write!(f, "≥ {at_least}, ≤ {}", thousands(at_most)),
            None if self.no_bound => f.write_str("no bound"),
            None => write!(f, "≥ {at_least}"),
        }
    }
}

#[cfg(test)]
mod tests;
