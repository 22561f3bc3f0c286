//! `sqreen.toml`.

use std::fs;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

#[cfg(feature = "ndjson")]
use super::RECORD;
use super::error::Place;
use super::setting::Setting;
use super::{Config, ConfigError, KEYS, POLICY};
use crate::policy::written::{LIMITS, PLAYBOOKS};

/// The file in the working directory.
pub(super) const DEFAULT: &str = "sqreen.toml";

/// The table of files with facts about addresses.
pub(super) const INTEL: &str = "intel";

/// A text being read, to say where things stand in it.
#[derive(Clone, Copy)]
pub(super) struct File<'a> {
    pub(super) path: &'a Path,
    pub(super) text: &'a str,
}

impl<'a> File<'a> {
    /// The line in which a byte stands.
    pub(super) fn place(&self, byte: usize) -> Place {
        Place::Line(self.path.into(), line(self.text, byte))
    }

    pub(super) fn parse(&self) -> Result<Spanned<DeTable<'a>>, ConfigError> {
        DeTable::parse(self.text).map_err(|error| ConfigError::Syntax {
            path: self.path.into(),
            // Without the line itself, as the parser would show it: a secret may stand there.
            problem: match error.span() {
                Some(span) => format!("line {}: {}", line(self.text, span.start), error.message()),
                None => error.message().to_owned(),
            },
        })
    }
}

/// The text of a file.
pub(super) fn read(path: &Path) -> Result<String, ConfigError> {
    fs::read_to_string(path).map_err(|source| ConfigError::Read {
        path: path.into(),
        source,
    })
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
        let text = read(path)?;
        let before = self.policy.clone();
        self.read_toml(&text, path)?;
        self.files.add(path, before, &self.policy);
        Ok(())
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
        let file = File { path, text };
        for (key, value) in file.parse()?.get_ref() {
            let place = file.place(key.span().start);
            match key.get_ref().as_ref() {
                PLAYBOOKS => file.change(&mut self.policy, value)?,
                LIMITS => file.limit(&mut self.limits, value)?,
                known if KEYS.contains(&known) => {
                    self.set(known, &value.get_ref().into(), &place)?;
                    let set = match known {
                        POLICY => self.policy_file.as_mut(),
                        #[cfg(feature = "ndjson")]
                        RECORD => self.record.as_mut(),
                        _ => None,
                    };
                    if let Some(set) = set {
                        start_from_folder_of(path, set);
                    }
                }
                INTEL => self.set_all_intel(value, file)?,
                unknown => {
                    let keys: Vec<&str> =
                        KEYS.into_iter().chain([INTEL, PLAYBOOKS, LIMITS]).collect();
                    return Err(ConfigError::unknown_key(&place, unknown, &keys));
                }
            }
        }
        Ok(())
    }

    fn set_all_intel(
        &mut self,
        value: &Spanned<DeValue<'_>>,
        file: File<'_>,
    ) -> Result<(), ConfigError> {
        let DeValue::Table(settings) = value.get_ref() else {
            let place = file.place(value.span().start);
            let (value, expected) = (value.get_ref().into(), "a table, as in [intel]");
            return Err(ConfigError::bad_value(&place, INTEL, &value, expected));
        };
        let folder = file.path.parent().unwrap_or(file.path);
        for (key, value) in settings {
            let place = file.place(key.span().start);
            self.set_intel(key.get_ref(), &value.get_ref().into(), folder, &place)?;
        }
        Ok(())
    }
}

/// Paths in a file start from the folder of the file.
fn start_from_folder_of(file: &Path, path: &mut PathBuf) {
    if let Some(folder) = file.parent() {
        *path = folder.join(&path);
    }
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
