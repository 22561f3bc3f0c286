//! `sqreen.toml`.

use std::fs;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::Place;
use super::setting::Setting;
use super::{Config, ConfigError, KEYS};
use crate::policy::{Over, Playbook};

/// The file in the working directory.
pub(super) const DEFAULT: &str = "sqreen.toml";

/// The table of files with facts about addresses.
const INTEL: &str = "intel";

/// The table of changes to built-in playbooks.
const PLAYBOOKS: &str = "playbooks";
/// What can be changed of each.
const PLAYBOOK_KEYS: [&str; 4] = ["reaching", "within", "lasting", "mode"];

/// A text being read, to say where things stand in it.
#[derive(Clone, Copy)]
struct File<'a> {
    path: &'a Path,
    text: &'a str,
}

impl File<'_> {
    fn place<T>(&self, of: &Spanned<T>) -> Place {
        Place::Line(self.path.into(), line(self.text, of.span().start))
    }
}

/// The number of the line in which a byte stands.
fn line(text: &str, byte: usize) -> usize {
    let before = &text.as_bytes()[..byte.min(text.len())];
    1 + before.iter().filter(|byte| **byte == b'\n').count()
}

impl Config {
    /// Takes in a file.
    ///
    /// # Errors
    ///
    /// See [`ConfigError`].
    pub fn read_file(&mut self, path: &Path) -> Result<(), ConfigError> {
        let text = fs::read_to_string(path).map_err(|source| ConfigError::Read {
            path: path.into(),
            source,
        })?;
        self.read_toml(&text, path)
    }

    /// Takes in the text of a file; `path` is what errors call it.
    ///
    /// # Errors
    ///
    /// See [`ConfigError`].
    ///
    /// ```
    /// use sqreen_runtime::config::Config;
    ///
    /// let mut config = Config::default();
    /// let error = config.read_toml("truste_proxies = []", "sqreen.toml".as_ref()).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "sqreen.toml:1: there is no `truste_proxies`; did you mean `trusted_proxies`?"
    /// );
    /// ```
    pub fn read_toml(&mut self, text: &str, path: &Path) -> Result<(), ConfigError> {
        let table = DeTable::parse(text).map_err(|error| ConfigError::Syntax {
            path: path.into(),
            // Without the line itself, as the parser would show it: a secret may stand there.
            problem: match error.span() {
                Some(span) => format!("line {}: {}", line(text, span.start), error.message()),
                None => error.message().to_owned(),
            },
        })?;
        let file = File { path, text };
        for (key, value) in table.get_ref() {
            let place = file.place(key);
            match (key.get_ref().as_ref(), value.get_ref()) {
                (PLAYBOOKS, DeValue::Table(playbooks)) => self.set_playbooks(playbooks, file)?,
                (PLAYBOOKS, value) => {
                    let expected =
                        "a table for each playbook, as in [playbooks.credential-stuffing]";
                    return Err(ConfigError::bad_value(
                        &place,
                        PLAYBOOKS,
                        &value.into(),
                        expected,
                    ));
                }
                (INTEL, DeValue::Table(settings)) => {
                    for (key, value) in settings {
                        let value = value.get_ref().into();
                        let folder = path.parent().unwrap_or(path);
                        self.set_intel(key.get_ref(), &value, folder, &file.place(key))?;
                    }
                }
                (INTEL, value) => {
                    let expected = "a table, as in [intel]";
                    let value = value.into();
                    return Err(ConfigError::bad_value(&place, INTEL, &value, expected));
                }
                (known, value) if KEYS.contains(&known) => {
                    self.set(known, &value.into(), &place)?
                }
                (unknown, _) => {
                    let keys: Vec<&str> = KEYS.into_iter().chain([INTEL, PLAYBOOKS]).collect();
                    return Err(ConfigError::unknown_key(&place, unknown, &keys));
                }
            }
        }
        Ok(())
    }

    fn set_playbooks(
        &mut self,
        playbooks: &DeTable<'_>,
        file: File<'_>,
    ) -> Result<(), ConfigError> {
        for (name, settings) in playbooks {
            let place = file.place(name);
            let name = name.get_ref().as_ref();
            let Some(playbook) = self.policy.get_mut(name) else {
                let names: Vec<&str> = self
                    .policy
                    .playbooks()
                    .iter()
                    .map(|playbook| &*playbook.name)
                    .collect();
                return Err(ConfigError::unknown_key(&place, name, &names));
            };
            let DeValue::Table(settings) = settings.get_ref() else {
                let expected = "a table, as in [playbooks.credential-stuffing]";
                let value = settings.get_ref().into();
                return Err(ConfigError::bad_value(&place, name, &value, expected));
            };
            for (key, value) in settings {
                set_playbook(
                    playbook,
                    key.get_ref(),
                    &value.get_ref().into(),
                    &file.place(key),
                )?;
            }
            playbook
                .validate()
                .map_err(|problem| ConfigError::Playbook {
                    place: place.to_string(),
                    problem,
                })?;
        }
        Ok(())
    }
}

fn set_playbook(
    playbook: &mut Playbook,
    key: &str,
    value: &Setting,
    place: &Place,
) -> Result<(), ConfigError> {
    let bad = |expected: String| ConfigError::bad_value(place, key, value, &expected);
    match key {
        "reaching" => {
            let number = value.count().map_err(bad)?;
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            // `count` gives at least one.
            playbook.reaching = number.try_into().unwrap_or(playbook.reaching);
        }
        "within" => playbook.over = Over::Within(value.duration().map_err(bad)?),
        "lasting" => playbook.lasting = value.duration().map_err(bad)?,
        "mode" => playbook.mode = value.mode().map_err(bad)?,
        _ => return Err(ConfigError::unknown_key(place, key, &PLAYBOOK_KEYS)),
    }
    Ok(())
}

impl From<&DeValue<'_>> for Setting {
    fn from(value: &DeValue<'_>) -> Self {
        match value {
            DeValue::String(text) => Self::Text(text.clone().into_owned()),
            DeValue::Boolean(value) => Self::Boolean(*value),
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .map_or(Self::Other("integer"), Self::Integer),
            DeValue::Array(values) => {
                Self::List(values.iter().map(|value| value.get_ref().into()).collect())
            }
            other => Self::Other(other.type_str()),
        }
    }
}
