//! What a policy's author will not let an attacker have: the table `[limits]` beside the playbooks.
//!
//! Only the check of a policy reads them (`sqreen replay --check`). An agent decides nothing by them.

use std::collections::BTreeMap;

/// A figure of an attacker's budget, by what it takes to get it.
///
/// A guess is a login that fails in the name of somebody else. A day is any 24 hours. An address of IPv6 is a /64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Limit {
    /// Guesses in the first minute from one address, on however many accounts.
    MinuteFromAddress,
    /// Guesses a day from one address, on however many accounts.
    DayFromAddress,
    /// Guesses a day from an IPv4 /24.
    DayFrom24,
    /// Guesses a day from an IPv6 /48.
    DayFrom48,
    /// Guesses a day from 1,000 addresses, each in a network of its own.
    DayFrom1000,
    /// Guesses a day from 100,000 addresses, each in a network of its own.
    DayFrom100000,
    /// Guesses a day on one account, from up to 1,000 addresses.
    DayOnAccount,
    /// Guesses a day on one account from one address.
    DayOnAccountFromAddress,
    /// Guesses a day on one account from an IPv4 /24.
    DayOnAccountFrom24,
    /// Guesses a day on one account from an IPv6 /48.
    DayOnAccountFrom48,
    /// Guesses a day on one account from 1,000 addresses.
    DayOnAccountFrom1000,
    /// Guesses a day on one account from 100,000 addresses.
    DayOnAccountFrom100000,
}

impl Limit {
    /// All there are.
    pub const ALL: [Self; 12] = [
        Self::MinuteFromAddress,
        Self::DayFromAddress,
        Self::DayFrom24,
        Self::DayFrom48,
        Self::DayFrom1000,
        Self::DayFrom100000,
        Self::DayOnAccount,
        Self::DayOnAccountFromAddress,
        Self::DayOnAccountFrom24,
        Self::DayOnAccountFrom48,
        Self::DayOnAccountFrom1000,
        Self::DayOnAccountFrom100000,
    ];

    /// What files call it.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::MinuteFromAddress => "guesses-a-minute-from-an-address",
            Self::DayFromAddress => "guesses-a-day-from-an-address",
            Self::DayFrom24 => "guesses-a-day-from-a-24",
            Self::DayFrom48 => "guesses-a-day-from-a-48",
            Self::DayFrom1000 => "guesses-a-day-from-1000-addresses",
            Self::DayFrom100000 => "guesses-a-day-from-100000-addresses",
            Self::DayOnAccount => "guesses-a-day-on-an-account",
            Self::DayOnAccountFromAddress => "guesses-a-day-on-an-account-from-an-address",
            Self::DayOnAccountFrom24 => "guesses-a-day-on-an-account-from-a-24",
            Self::DayOnAccountFrom48 => "guesses-a-day-on-an-account-from-a-48",
            Self::DayOnAccountFrom1000 => "guesses-a-day-on-an-account-from-1000-addresses",
            Self::DayOnAccountFrom100000 => "guesses-a-day-on-an-account-from-100000-addresses",
        }
    }
}

/// How many guesses an attacker may get who knows the policy, by what it takes to get them.
///
/// Serialises as the table `[limits]`: `{"guesses-a-day-from-an-address": 50}`.
///
/// ```
/// use sqreen_runtime::policy::{Limit, Limits};
///
/// let limits: Limits = serde_json::from_str(r#"{"guesses-a-day-on-an-account": 80}"#)?;
/// assert_eq!(limits.get(Limit::DayOnAccount), Some(80));
/// assert_eq!(limits.get(Limit::DayFromAddress), None);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    of: BTreeMap<Limit, u64>,
}

impl Limits {
    /// No limits.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// What a policy is checked against whose author sets no limits: 50 guesses a day from one address, and 100 a day
    /// on one account, which is what NIST SP 800-63B, 5.2.2, allows altogether.
    #[must_use]
    pub fn where_none_are_set() -> Self {
        [(Limit::DayFromAddress, 50), (Limit::DayOnAccount, 100)]
            .into_iter()
            .collect()
    }

    /// How many guesses are allowed of this kind; `None`: as many as there are.
    #[must_use]
    pub fn get(&self, limit: Limit) -> Option<u64> {
        self.of.get(&limit).copied()
    }

    /// Allows so many guesses of this kind.
    pub fn set(&mut self, limit: Limit, guesses: u64) {
        self.of.insert(limit, guesses);
    }

    /// Whether none is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    /// All that are set.
    pub fn iter(&self) -> impl Iterator<Item = (Limit, u64)> {
        self.of.iter().map(|(limit, guesses)| (*limit, *guesses))
    }
}

impl FromIterator<(Limit, u64)> for Limits {
    fn from_iter<I: IntoIterator<Item = (Limit, u64)>>(limits: I) -> Self {
        Self {
            of: limits.into_iter().collect(),
        }
    }
}
