//! The limits of an attacker's budget, as they are written.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::policy::{Limit, Limits};

use super::{Mistake, Node};

/// The table of limits.
pub(crate) const LIMITS: &str = "limits";

impl Limits {
    /// Sets limits as the table `[limits]` of a file says; those it does not name stay.
    pub(crate) fn change(&mut self, limits: &Node) -> Result<(), Mistake> {
        let mut changed = self.clone();
        for entry in limits.table("a table, as in [limits]")? {
            let limit = Limit::ALL
                .into_iter()
                .find(|limit| *limit.key() == *entry.key);
            let Some(limit) = limit else {
                let keys = Limit::ALL.map(Limit::key);
                return Err(Mistake::unknown(entry.at, &entry.key, keys));
            };
            let guesses = guesses(&entry.node).map_err(|mistake| mistake.below(&entry.key))?;
            changed.set(limit, guesses);
        }
        *self = changed;
        Ok(())
    }
}

fn guesses(node: &Node) -> Result<u64, Mistake> {
    let expected = "a whole number of guesses, at least 1";
    match node.whole::<u64>(expected)? {
        // The first guess is always looked at.
        0 => Err(Mistake::value(node, expected)),
        guesses => Ok(guesses),
    }
}

impl Serialize for Limits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(limit, guesses)| (limit.key(), guesses)))
    }
}

impl<'de> Deserialize<'de> for Limits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut limits = Self::none();
        let written = Node::deserialize(deserializer)?;
        limits.change(&written).map_err(D::Error::custom)?;
        Ok(limits)
    }
}

impl Serialize for Limit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_as_they_are_written() {
        let limits: Limits = (Limit::ALL.into_iter().zip(1..)).collect();
        let written = serde_json::to_string(&limits).unwrap();
        assert_eq!(serde_json::from_str::<Limits>(&written).unwrap(), limits);
        assert_eq!(limits.iter().count(), Limit::ALL.len());
    }

    #[test]
    fn a_mistake_says_what_to_write() {
        let mistake = |text: &str| {
            serde_json::from_str::<Limits>(text)
                .unwrap_err()
                .to_string()
        };
        let unknown = mistake(r#"{"guesses-a-day-from-an-adress": 50}"#);
        assert!(
            unknown.contains("did you mean `guesses-a-day-from-an-address`?"),
            "{unknown}"
        );
        for wrong in ["0", "-1", "\"50\"", "0.5", "true"] {
            let value = mistake(&format!(r#"{{"guesses-a-day-from-an-address": {wrong}}}"#));
            assert!(
                value.contains("a whole number of guesses, at least 1"),
                "{value}"
            );
        }
        let no_table = mistake("50");
        assert!(no_table.contains("a table, as in [limits]"), "{no_table}");
    }
}
