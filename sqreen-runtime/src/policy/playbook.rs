//! One playbook: when something happens, count it by somebody, and at a threshold respond.

use std::num::NonZeroU32;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A rule of the policy, read as a sentence: *when* a login fails, *by* address, *count* the users it was
/// tried on; on *reaching* ten *within* ten minutes, *then* ban the address, *lasting* a quarter of an hour.
///
/// ```
/// use std::time::Duration;
/// use sqreen_runtime::policy::{By, Counts, Mode, Playbook, Then, When};
///
/// let playbook = Playbook {
///     name: "credential-stuffing".into(),
///     when: When::LoginFailed,
///     by: By::Address,
///     counts: Counts::Users,
///     reaching: 10.try_into()?,
///     within: Duration::from_secs(600),
///     outnumbering: Some(4.try_into()?),
///     reset_by_success: false,
///     then: Then::BanAddress,
///     lasting: Duration::from_secs(900),
///     mode: Mode::Enforce,
/// };
/// assert!(playbook.validate().is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Playbook {
    /// What decisions call it.
    pub name: Box<str>,
    /// What happens.
    pub when: When,
    /// Whose events are counted together.
    pub by: By,
    /// What is counted of them.
    pub counts: Counts,
    /// At how many it responds.
    pub reaching: NonZeroU32,
    /// In how long a time: a sliding window, exact to the millisecond.
    #[serde(with = "super::duration")]
    pub within: Duration,
    /// Only where the counted are this many times as many as those of successful logins in the same
    /// window: an office that shares one address has some wrong passwords among many right ones.
    #[serde(default)]
    pub outnumbering: Option<NonZeroU32>,
    /// Whether a successful login of the same subject clears what was counted.
    #[serde(default)]
    pub reset_by_success: bool,
    /// How it responds.
    pub then: Then,
    /// For how long.
    #[serde(with = "super::duration")]
    pub lasting: Duration,
    /// Whether it acts.
    #[serde(default)]
    pub mode: Mode,
}

/// What a playbook waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum When {
    /// A login failed: the credentials were wrong.
    LoginFailed,
}

/// Whose events a playbook counts together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum By {
    /// Those from one address (an IPv6 /64).
    Address,
    /// Those on one user, from addresses the user has not logged in from before.
    User,
    /// Those from one address on one user.
    AddressAndUser,
}

/// What a playbook counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Counts {
    /// Each event.
    Events,
    /// Distinct users.
    Users,
    /// Distinct addresses.
    Addresses,
}

/// How a playbook responds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Then {
    /// The address is turned away.
    BanAddress,
    /// The user can log in only from addresses they have logged in from before.
    BanUnfamiliarLogins,
}

/// Whether a playbook acts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Its decisions are carried out.
    #[default]
    Enforce,
    /// Its decisions are only recorded.
    Observe,
}

impl Playbook {
    /// The longest ban by a playbook: a day. What needs longer needs a person.
    pub const MAX_LASTING: Duration = Duration::from_secs(24 * 60 * 60);
    /// The longest window: a week.
    pub const MAX_WITHIN: Duration = Duration::from_secs(7 * 24 * 60 * 60);
    /// The highest threshold. A window keeps as many entries for each subject it watches.
    pub const MAX_REACHING: u32 = 1_000;

    /// Checks what the types do not.
    ///
    /// # Errors
    ///
    /// The first thing wrong; see [`PlaybookError`].
    pub fn validate(&self) -> Result<(), PlaybookError> {
        let wrong = |problem| {
            Err(PlaybookError {
                name: self.name.clone(),
                problem,
            })
        };
        if self.name.is_empty() {
            return wrong("needs a name, by which its decisions can be found");
        }
        if self.reaching.get() > Self::MAX_REACHING {
            return wrong("has a threshold `reaching` of more than 1000");
        }
        if self.within.is_zero() || self.within > Self::MAX_WITHIN {
            return wrong("needs a window `within` of more than nothing and at most seven days");
        }
        if self.lasting.is_zero() || self.lasting > Self::MAX_LASTING {
            return wrong(
                "needs a ban `lasting` more than nothing and at most a day: automatic bans end",
            );
        }
        if self.outnumbering.is_some() && self.counts != Counts::Users {
            return wrong(
                "compares with successful logins (`outnumbering`), which needs `counts = users`",
            );
        }
        match (self.by, self.counts, self.then) {
            (By::User, _, Then::BanAddress) => {
                wrong("counts by user and bans an address: the one that happened to come last")
            }
            (By::Address, _, Then::BanUnfamiliarLogins) => {
                wrong("counts by address and bans a user: the one that happened to come last")
            }
            (By::User | By::AddressAndUser, Counts::Users, _)
            | (By::Address | By::AddressAndUser, Counts::Addresses, _) => {
                wrong("counts what it counts by: there is only one")
            }
            _ => Ok(()),
        }
    }
}

/// Why a playbook is not valid.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the playbook `{name}` {problem}")]
pub struct PlaybookError {
    name: Box<str>,
    problem: &'static str,
}
