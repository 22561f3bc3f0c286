//! Playbooks in files: the tables `[playbooks]` and `[limits]` of `sqreen.toml`, and policy files, which hold nothing
//! else.

use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::file::{File, read};
use super::{Config, ConfigError};
use crate::policy::written::{Entry, LIMITS, Mistake, Node, PLAYBOOKS, Problem, Value};
use crate::policy::{Limits, Policy};

impl Config {
    /// Changes the policy as a policy file says: a TOML file of tables `[playbooks.NAME]`, a table `[limits]`, and
    /// nothing else.
    ///
    /// An agent does so itself with the file that [`Config::policy_file`] names, and again when that changes. Of the
    /// limits it only says whether they are written right: they are for whoever checks the policy.
    ///
    /// # Errors
    ///
    /// See [`ConfigError`]. Policy and limits are then as they were.
    pub fn read_policy(&mut self, path: &Path) -> Result<(), ConfigError> {
        let text = read(path)?;
        let file = File { path, text: &text };
        let (mut policy, mut limits) = (self.policy.clone(), self.limits.clone());
        for (key, value) in file.parse()?.get_ref() {
            match key.get_ref().as_ref() {
                PLAYBOOKS => file.change(&mut policy, value)?,
                LIMITS => file.limit(&mut limits, value)?,
                unknown => {
                    let place = file.place(key.span().start);
                    let keys = [PLAYBOOKS, LIMITS];
                    return Err(ConfigError::unknown_key(&place, unknown, &keys));
                }
            }
        }
        self.limits = limits;
        self.policy = policy;
        Ok(())
    }
}

impl File<'_> {
    /// Changes a policy as a table of playbooks says.
    pub(super) fn change(
        &self,
        policy: &mut Policy,
        playbooks: &Spanned<DeValue<'_>>,
    ) -> Result<(), ConfigError> {
        policy
            .change(&node(playbooks))
            .map_err(|mistake| self.error(mistake.below(PLAYBOOKS)))
    }

    /// Sets limits as a table of them says.
    pub(super) fn limit(
        &self,
        limits: &mut Limits,
        written: &Spanned<DeValue<'_>>,
    ) -> Result<(), ConfigError> {
        limits
            .change(&node(written))
            .map_err(|mistake| self.error(mistake.below(LIMITS)))
    }

    fn error(&self, mistake: Mistake) -> ConfigError {
        let place = self.place(mistake.at).to_string();
        let key = mistake.key();
        match mistake.problem {
            Problem::Unknown { instead } => ConfigError::UnknownKey {
                place,
                key,
                suggestion: instead,
                near: true,
            },
            Problem::Value { written, expected } => ConfigError::BadValue {
                place,
                key,
                value: written,
                expected,
            },
            Problem::Missing { expected } => ConfigError::MissingKey {
                place,
                key,
                expected,
            },
            Problem::Policy(problem) => ConfigError::Policy { place, problem },
        }
    }
}

/// What the parser gives, as the reader of playbooks takes it.
fn node(value: &Spanned<DeValue<'_>>) -> Node {
    Node {
        at: value.span().start,
        value: match value.get_ref() {
            DeValue::String(text) => Value::Text(text.as_ref().into()),
            DeValue::Boolean(value) => Value::Boolean(*value),
            DeValue::Integer(number) => i128::from_str_radix(number.as_str(), number.radix())
                .map_or(Value::Other("number that is too large"), Value::Integer),
            DeValue::Float(number) => {
                (number.as_str().parse()).map_or(Value::Other("number that is none"), Value::Number)
            }
            DeValue::Datetime(_) => Value::Other("date or time"),
            DeValue::Array(values) => Value::List(values.iter().map(node).collect()),
            DeValue::Table(table) => Value::Table(entries(table)),
        },
    }
}

fn entries(table: &DeTable<'_>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().as_ref().into(),
            at: key.span().start,
            node: node(value),
        })
        .collect();
    // The parser sorts by name; the first mistake is the one that stands first.
    entries.sort_by_key(|entry| entry.at);
    entries
}
