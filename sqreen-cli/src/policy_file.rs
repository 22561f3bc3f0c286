//! Which policy a command is about: the built-in one, or that changed as a file says.

use std::convert::Infallible;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use sqreen::config::{Config, ConfigError};
use sqreen::policy::{Limits, Policy, PolicyError};
use thiserror::Error;

/// What stands for the built-in policy where a file could.
pub const BUILT_IN: &str = "built-in";

/// A policy as it is named on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicyChoice {
    /// The built-in playbooks, as they are.
    BuiltIn,
    /// The built-in playbooks, changed as a policy file says.
    File(PathBuf),
}

/// Why a policy cannot be had.
#[derive(Debug, Error)]
pub enum PolicyChoiceError {
    /// The file cannot be read, or is no policy.
    #[error(transparent)]
    File(#[from] ConfigError),
    /// Its playbooks cannot be together.
    #[error("the playbooks of {} cannot be together", path.display())]
    Policy {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: PolicyError,
    },
}

impl PolicyChoice {
    /// The policy.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read, or is no policy.
    pub fn load(&self) -> Result<Policy, PolicyChoiceError> {
        Ok(self.load_with_limits()?.0)
    }

    /// The policy, and what its author will not let an attacker have; see `docs/budget.md`.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read, or is no policy.
    pub fn load_with_limits(&self) -> Result<(Policy, Limits), PolicyChoiceError> {
        let Self::File(path) = self else {
            return Ok((Policy::default(), Limits::none()));
        };
        let mut config = Config::default();
        config.read_policy(path)?;
        match config.policy.validate() {
            Ok(()) => Ok((config.policy, config.limits)),
            Err(source) => Err(PolicyChoiceError::Policy {
                path: path.clone(),
                source,
            }),
        }
    }
}

impl FromStr for PolicyChoice {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(if text == BUILT_IN {
            Self::BuiltIn
        } else {
            Self::File(text.into())
        })
    }
}

impl fmt::Display for PolicyChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn => f.write_str("the built-in policy"),
            Self::File(path) => path.display().fmt(f),
        }
    }
}
