//! How playbooks are written: in `sqreen.toml`, in a policy file, and as JSON.
//!
//! The only place that knows the words for what a playbook says. One reader serves all formats: what a parser
//! gives becomes a tree of [`Node`]s that know where they stand, so that a mistake can name its line, its key and
//! the word that was probably meant.
//!
//! A file changes the playbooks there are. What is deserialised stands by itself: a [`Policy`] as
//! `{"playbooks": {"NAME": {…}}}`, in the order in which they are asked, and a [`Playbook`] with its `name` among
//! its keys.
//!
//! ```
//! use sqreen_runtime::policy::Policy;
//!
//! let policy = Policy::default();
//! let written = serde_json::to_string(&policy)?;
//! assert_eq!(serde_json::from_str::<Policy>(&written)?, policy);
//!
//! let typing_error = written.replace("ban-address", "ban-adress");
//! let mistake = serde_json::from_str::<Policy>(&typing_error).unwrap_err().to_string();
//! assert!(mistake.contains(r#"did you mean "ban-address"?"#), "{mistake}");
//! # Ok::<(), serde_json::Error>(())
//! ```

mod conditions;
mod countries;
mod limits;
mod mistake;
mod read;
mod value;
mod words;
mod write;

pub(crate) use limits::LIMITS;
pub(crate) use mistake::{Mistake, Problem, nearest};
#[cfg(any(feature = "config-file", test))]
pub(crate) use value::Entry;
pub(crate) use value::{Node, Value};
#[cfg(test)]
pub(crate) use {
    conditions::{KEYS as CONDITIONS, RISK, TESTS, TRAVEL},
    read::{AFTER as AFTER_KEYS, KEYS},
    words::{Word, listed},
};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{By, Conditions, Counts, Playbook, Policy, Then, When};
use words::WordOrProperty as _;

/// The table of playbooks.
pub(crate) const PLAYBOOKS: &str = "playbooks";

impl Serialize for Playbook {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write::named(self).serialize(serializer)
    }
}

impl Serialize for Policy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write::policy(self).serialize(serializer)
    }
}

/// Only what is valid can be read.
impl<'de> Deserialize<'de> for Playbook {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read::named(&Node::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// Only what is valid can be read.
impl<'de> Deserialize<'de> for Policy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read::policy(&Node::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// The words for parts of a playbook.
pub(super) mod parts {
    use super::*;

    pub(crate) fn when(when: &When) -> Node {
        when.written()
    }

    pub(crate) fn conditions(conditions: &Conditions) -> Option<Node> {
        conditions::written(conditions)
    }

    pub(crate) fn by(by: &By) -> Node {
        by.written()
    }

    pub(crate) fn counts(counts: &Counts) -> Node {
        counts.written()
    }

    pub(crate) fn then(then: &Then) -> Node {
        words::word_for(then).unwrap_or_default().into()
    }
}

/// Every word of every list of words.
#[cfg(test)]
pub(crate) fn words() -> Vec<&'static str> {
    fn of<W: Word>() -> impl Iterator<Item = &'static str> {
        W::WORDS.iter().map(|(word, _)| *word)
    }
    of::<crate::event::Outcome>()
        .chain(of::<crate::event::Severity>())
        .chain(of::<crate::event::AddressKind>())
        .chain(of::<super::Habit>())
        .chain(of::<super::UserIs>())
        .chain(of::<Then>())
        .chain(of::<When>())
        .chain(of::<By>())
        .chain(of::<Counts>())
        .chain(of::<Option<super::Mode>>())
        .collect()
}

/// The codes of countries that editors propose.
#[cfg(test)]
pub(crate) fn countries() -> impl Iterator<Item = &'static str> {
    countries::ASSIGNED.split(' ')
}

#[cfg(test)]
mod tests;
