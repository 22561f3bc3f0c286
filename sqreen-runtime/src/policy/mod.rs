//! What a playbook can say, and the built-in ones.
//!
//! A playbook is data: the engine runs it, nothing here decides. How playbooks are written, in files and as JSON,
//! says `docs/playbooks.md` in the repository.

mod builtin;
mod condition;
mod limits;
mod playbook;
mod sentence;
mod templates;
mod valid;
#[cfg_attr(
    not(feature = "config-file"),
    allow(
        dead_code,
        unused_imports,
        reason = "some of it is there for files only"
    )
)]
pub(crate) mod written;

pub use condition::{Conditions, CountryIs, Habit, RiskIs, Test, TravelIs, UserIs};
pub use limits::{Limit, Limits};
pub use playbook::{After, By, Counts, Mode, Over, Playbook, Then, When};
pub use valid::PlaybookError;

use std::collections::HashMap;
use std::fmt::Write;

use thiserror::Error;

/// All playbooks of an agent, in the order in which they are asked.
///
/// Serialises as `{"playbooks": {"NAME": {…}}}`, with the words of `sqreen.toml`.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    playbooks: Vec<Playbook>,
}

impl Policy {
    /// How much may be kept of what is counted by the same and told apart by the same: a playbook takes one,
    /// and one more for `after`.
    pub const MAX_MARKS: usize = 32;

    /// A policy of these playbooks.
    ///
    /// # Errors
    ///
    /// Where a playbook is not valid, or two have one name.
    pub fn new(playbooks: impl IntoIterator<Item = Playbook>) -> Result<Self, PolicyError> {
        let policy = Self {
            playbooks: playbooks.into_iter().collect(),
        };
        policy.validate()?;
        Ok(policy)
    }

    /// Checks each playbook, and that no two have one name. An agent does so before it starts.
    ///
    /// # Errors
    ///
    /// The first thing wrong.
    pub fn validate(&self) -> Result<(), PolicyError> {
        for (n, playbook) in self.playbooks.iter().enumerate() {
            playbook.validate()?;
            if self.playbooks[..n]
                .iter()
                .any(|earlier| earlier.name == playbook.name)
            {
                return Err(PolicyError::Duplicate {
                    name: playbook.name.clone(),
                });
            }
        }
        let mut marks = HashMap::new();
        for playbook in &self.playbooks {
            let marks = marks.entry(playbook.lane()).or_insert(0);
            *marks += playbook.marks();
            if *marks > Self::MAX_MARKS {
                return Err(PolicyError::TooMany {
                    name: playbook.name.clone(),
                });
            }
        }
        Ok(())
    }

    /// A policy that decides nothing.
    #[must_use]
    pub fn none() -> Self {
        Self {
            playbooks: Vec::new(),
        }
    }

    /// The playbooks.
    #[must_use]
    pub fn playbooks(&self) -> &[Playbook] {
        &self.playbooks
    }

    /// A playbook by name, to change it.
    ///
    /// ```
    /// use sqreen_runtime::policy::{Mode, Policy};
    ///
    /// let mut policy = Policy::default();
    /// if let Some(playbook) = policy.get_mut("credential-stuffing") {
    ///     playbook.mode = Mode::Observe;
    /// }
    /// ```
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Playbook> {
        self.playbooks
            .iter_mut()
            .find(|playbook| *playbook.name == *name)
    }

    /// Playbooks to start from: of what applications tell about their own business, and of what only some want.
    /// None of them is on unless a file says `template = "NAME"`, or a policy is made with it.
    ///
    /// Some wait for what only you know, such as the countries where your people are: with an empty list they
    /// never respond.
    #[must_use]
    pub fn templates() -> Vec<Playbook> {
        templates::playbooks()
    }

    /// The template with this name.
    ///
    /// ```
    /// use sqreen_runtime::policy::{Playbook, Policy};
    ///
    /// let mut playbooks = Policy::default().playbooks().to_vec();
    /// playbooks.extend(Policy::template("free-plan-abuse"));
    /// let policy = Policy::new(playbooks)?;
    /// # Ok::<(), sqreen_runtime::policy::PolicyError>(())
    /// ```
    #[must_use]
    pub fn template(name: &str) -> Option<Playbook> {
        templates::playbooks()
            .into_iter()
            .find(|template| *template.name == *name)
    }

    /// A short text that changes whenever the policy does. It stands in the evidence of each decision.
    #[must_use]
    pub fn version(&self) -> Box<str> {
        let mut hash = hmac_sha256::Hash::new();
        for playbook in &self.playbooks {
            hash.update(format!("{playbook:?}\0"));
        }
        let mut version = String::with_capacity(12);
        for byte in &hash.finalize()[..6] {
            // Writing to a string does not fail.
            let _ = write!(version, "{byte:02x}");
        }
        version.into()
    }
}

/// The built-in playbooks.
impl Default for Policy {
    fn default() -> Self {
        Self {
            playbooks: builtin::playbooks(),
        }
    }
}

/// Why playbooks are not a policy.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// More playbooks count by the same than fit.
    #[error(
        "the playbook `{name}` is one too many that counts by the same: at most {} do",
        Policy::MAX_MARKS
    )]
    TooMany {
        /// The first that does not fit.
        name: Box<str>,
    },
    /// A playbook is not valid.
    #[error(transparent)]
    Playbook(#[from] PlaybookError),
    /// Two playbooks have one name.
    #[error("two playbooks are named `{name}`: decisions could not tell which of them decided")]
    Duplicate {
        /// The name.
        name: Box<str>,
    },
}

#[cfg(test)]
pub(crate) mod arbitrary;
