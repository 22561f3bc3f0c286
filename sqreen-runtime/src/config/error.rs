//! What is wrong with a setting, where it stands, and what to write instead.

use std::fmt;
use std::path::PathBuf;

use thiserror::Error;

use super::setting::Setting;
use super::{KEYS, PREFIX, intel};
use crate::policy::written::nearest;

/// Why an agent cannot be started with these settings.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file is there and cannot be read, or is named and not there.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not TOML.
    #[error("{} is not valid TOML: {problem}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Where and why, in the parser's words.
        problem: String,
    },
    /// A key that does not exist.
    #[error("{place}: there is no `{key}`{suggestion}")]
    UnknownKey {
        /// Where it stands.
        place: String,
        /// The key.
        key: String,
        /// `; did you mean …`, or the keys there are.
        suggestion: String,
        /// Whether it is nearly one of them.
        near: bool,
    },
    /// A key with a value it cannot have.
    #[error("{place}: `{key}` is {value}, but should be {expected}")]
    BadValue {
        /// Where it stands.
        place: String,
        /// The key.
        key: String,
        /// What was written.
        value: String,
        /// What can be written.
        expected: String,
    },
    /// A key that has to be there is not.
    #[error("{place}: `{key}` is missing: {expected}")]
    MissingKey {
        /// Where it would stand.
        place: String,
        /// The key.
        key: String,
        /// What to write.
        expected: String,
    },
    /// What the playbooks say does not go together.
    #[error("{place}: {problem}")]
    Policy {
        /// Where it stands.
        place: String,
        /// What is wrong.
        problem: crate::policy::PolicyError,
    },
    /// A key that this build can do nothing with.
    #[error(
        "{place}: `{key}` needs the feature `{feature}` of the crate sqreen, which is not in this build"
    )]
    NeedsFeature {
        /// Where it stands.
        place: String,
        /// The key.
        key: String,
        /// The feature to switch on in `Cargo.toml`.
        feature: &'static str,
    },
    /// A file is named, but this build reads none.
    #[error("{variable} names a file, but sqreen was built without the feature `config-file`")]
    NoFiles {
        /// The variable that names it.
        variable: &'static str,
    },
}

/// Where a setting stands.
#[derive(Debug, Clone)]
pub(super) enum Place {
    /// The name of a variable.
    Variable(String),
    /// A file and a line.
    #[cfg_attr(not(feature = "config-file"), allow(dead_code))]
    Line(PathBuf, usize),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "the variable {}", name.escape_debug()),
            Self::Line(path, line) => write!(f, "{}:{line}", path.display()),
        }
    }
}

impl ConfigError {
    pub(super) fn unknown_key(place: &Place, key: &str, keys: &[&str]) -> Self {
        let (key, keys): (String, Vec<String>) = match place {
            // People look for what they wrote.
            Place::Variable(name) => {
                let variable = |key: &&str| format!("{PREFIX}{}", key.to_ascii_uppercase());
                let of_intel = intel::KEYS.map(|key| format!("{}{key}", intel::PREFIX));
                let of_intel = of_intel.iter().map(String::as_str);
                let keys = KEYS.into_iter().chain(of_intel);
                (name.clone(), keys.map(|key| variable(&key)).collect())
            }
            Place::Line(..) => (key.into(), keys.iter().map(ToString::to_string).collect()),
        };
        let nearest = nearest(&key, keys.iter().map(String::as_str));
        let near = nearest.is_some();
        let suggestion = match nearest {
            Some(nearest) => format!("; did you mean `{nearest}`?"),
            None => format!("; there are: {}", keys.join(", ")),
        };
        Self::UnknownKey {
            place: place.to_string(),
            key: key.escape_debug().to_string(),
            suggestion,
            near,
        }
    }

    /// Whether this is anything but a key that is unlike all of ours.
    pub(super) fn names_a_near_key(&self) -> bool {
        !matches!(self, Self::UnknownKey { near: false, .. })
    }

    pub(super) fn bad_value(place: &Place, key: &str, value: &Setting, expected: &str) -> Self {
        Self::BadValue {
            place: place.to_string(),
            key: key.into(),
            value: value.to_string(),
            expected: expected.into(),
        }
    }
}
