//! What is wrong with a playbook as it was written, where, and what to write instead.

use std::fmt;

use super::Node;
use crate::policy::PolicyError;

/// A mistake in what was written.
#[derive(Debug)]
pub(crate) struct Mistake {
    /// The byte where it stands.
    pub(crate) at: usize,
    /// The keys that lead to it, outermost first.
    pub(crate) path: Vec<Box<str>>,
    pub(crate) problem: Problem,
}

/// What is wrong.
#[derive(Debug)]
pub(crate) enum Problem {
    /// A key that does not exist; and what to write instead, as the end of a sentence.
    Unknown { instead: String },
    /// A value that cannot be; and what can.
    Value { written: String, expected: String },
    /// A key that has to be there is not; and what to write.
    Missing { expected: String },
    /// What is written does not go together.
    Policy(PolicyError),
}

impl Mistake {
    pub(super) fn value(node: &Node, expected: impl Into<String>) -> Self {
        Self {
            at: node.at,
            path: Vec::new(),
            problem: Problem::Value {
                written: node.shown(),
                expected: expected.into(),
            },
        }
    }

    pub(super) fn unknown<'a>(
        at: usize,
        key: &str,
        keys: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let keys: Vec<&str> = keys.into_iter().collect();
        let instead = match nearest(key, keys.iter().copied()) {
            Some(nearest) => format!("; did you mean `{nearest}`?"),
            None => format!("; there are: {}", keys.join(", ")),
        };
        Self {
            at,
            path: vec![key.into()],
            problem: Problem::Unknown { instead },
        }
    }

    pub(super) fn missing(at: usize, key: &str, expected: impl Into<String>) -> Self {
        Self {
            at,
            path: vec![key.into()],
            problem: Problem::Missing {
                expected: expected.into(),
            },
        }
    }

    pub(super) fn policy(at: usize, error: impl Into<PolicyError>) -> Self {
        Self {
            at,
            path: Vec::new(),
            problem: Problem::Policy(error.into()),
        }
    }

    /// The same mistake, below a key.
    pub(crate) fn below(mut self, key: &str) -> Self {
        self.path.insert(0, key.into());
        self
    }

    /// The path as people write it: keys that need quotes have them.
    pub(crate) fn key(&self) -> String {
        let bare = |key: &str| {
            !key.is_empty()
                && key
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        };
        let keys = self.path.iter().map(|key| match bare(key) {
            true => key.to_string(),
            false => format!("\"{}\"", key.escape_debug()),
        });
        keys.collect::<Vec<_>>().join(".")
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = self.key();
        match &self.problem {
            Problem::Unknown { instead } => write!(f, "there is no `{key}`{instead}"),
            Problem::Value { written, expected } => {
                write!(f, "`{key}` is {written}, but should be {expected}")
            }
            Problem::Missing { expected } => write!(f, "`{key}` is missing: {expected}"),
            Problem::Policy(error) => error.fmt(f),
        }
    }
}

/// The word that was probably meant: one with few typing errors, for its length.
pub(crate) fn nearest<'a>(
    written: &str,
    words: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    // What is far longer than any word is none of them; comparing takes time that grows with both.
    let written = (written.len() <= 128).then(|| written.to_lowercase())?;
    words
        .into_iter()
        .map(|word| {
            (
                strsim::damerau_levenshtein(&written, &word.to_lowercase()),
                word,
            )
        })
        .filter(|(distance, word)| *distance <= 1 + word.len() / 5)
        .min()
        .map(|(_, word)| word)
}
