//! Files with playbooks, and whether they have changed.
//!
//! A file that changed is read only after it has looked the same twice, so that one that is being written is left
//! alone until it is whole; one that is put in place by a rename waits all the same.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{Config, ConfigError};
use crate::intel::Sight;
use crate::policy::Policy;

/// Where the playbooks of a [`Config`] came from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Files {
    /// `sqreen.toml` and its like, in the order in which they were read.
    settings: Vec<PathBuf>,
    /// The playbooks before any file, and after all.
    policies: Option<(Policy, Policy)>,
}

impl Files {
    pub(super) fn add(&mut self, path: &Path, before: Policy, after: &Policy) {
        self.settings.push(path.into());
        let before = match self.policies.take() {
            // Playbooks that code changed between two files cannot be read again.
            Some((base, read)) if read == before => base,
            Some(_) => {
                self.settings = vec![path.into()];
                before
            }
            None => before,
        };
        self.policies = Some((before, after.clone()));
    }
}

/// The files that playbooks come from, while an agent runs.
#[derive(Debug)]
pub(crate) struct FollowedFiles {
    /// What the files change.
    base: Policy,
    settings: Vec<PathBuf>,
    policy: Option<PathBuf>,
    /// What came of them last.
    good: Policy,
    /// How they looked at the last look, and when they were last read.
    seen: Vec<Sight>,
    read: Vec<Sight>,
}

impl FollowedFiles {
    /// Reads the policy file of a configuration into its policy, and says which files to follow from then on:
    /// none where there are none.
    pub(crate) fn of(config: &mut Config) -> Result<Option<Self>, ConfigError> {
        let (base, settings) = match config.files.policies.take() {
            Some((base, read)) if read == config.policy => (base, config.files.settings.clone()),
            // Code had the last word: what it said is where the policy file starts from.
            _ => (config.policy.clone(), Vec::new()),
        };
        let policy = config.policy_file.clone();
        if let Some(path) = &policy {
            config.read_policy(path)?;
        }
        // A pipe can be read once.
        let settings: Vec<_> = settings.into_iter().filter(|path| path.is_file()).collect();
        if settings.is_empty() && policy.is_none() {
            return Ok(None);
        }
        Ok(Some(Self {
            base,
            settings,
            policy,
            good: config.policy.clone(),
            seen: Vec::new(),
            read: Vec::new(),
        }))
    }

    /// Looks at the files. Returns the policy they give, if they have changed, stand still, and give another.
    ///
    /// # Errors
    ///
    /// Where they have changed and what they say now is no policy. Told once; what was read before stands.
    pub(crate) fn look(&mut self) -> Result<Option<Policy>, ConfigError> {
        let sights = self.sights();
        let before = std::mem::replace(&mut self.seen, sights.clone());
        if sights != before || sights == self.read {
            return Ok(None);
        }
        let policy = self.policy();
        if self.sights() != sights {
            // Somebody is writing: they will be read once they stand still.
            return Ok(None);
        }
        self.read = sights;
        let policy = policy?;
        if policy == self.good {
            return Ok(None);
        }
        self.good.clone_from(&policy);
        Ok(Some(policy))
    }

    fn sights(&self) -> Vec<Sight> {
        let paths = self.settings.iter().chain(&self.policy);
        paths.map(|path| Sight::of(path)).collect()
    }

    /// What all files say. Settings beside the playbooks have to be right as well: with them wrong, the
    /// application would not start again.
    fn policy(&self) -> Result<Policy, ConfigError> {
        let mut config = Config {
            policy: self.base.clone(),
            ..Config::default()
        };
        for path in &self.settings {
            is_file(path)?;
            config.read_file(path)?;
        }
        if let Some(path) = &self.policy {
            is_file(path)?;
            config.read_policy(path)?;
        }
        Ok(config.policy)
    }
}

/// Opening a pipe would wait for somebody to write into it.
fn is_file(path: &Path) -> Result<(), ConfigError> {
    let no_file = || io::Error::new(io::ErrorKind::InvalidInput, "it is not a file");
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => Ok(()),
        Ok(_) => Err(no_file()),
        Err(error) => Err(error),
    }
    .map_err(|source| ConfigError::Read {
        path: path.into(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Folder;

    const TWENTY: &str = "[playbooks.tor]\nreaching = 20";
    const THIRTY: &str = "[playbooks.tor]\nreaching = 30";

    fn follow(folder: &Folder) -> FollowedFiles {
        let mut config = Config {
            policy_file: Some(folder.path("playbooks.toml")),
            ..Config::default()
        };
        FollowedFiles::of(&mut config).unwrap().unwrap()
    }

    fn reaching(policy: Option<Policy>) -> Option<u32> {
        Some(policy?.get_mut("tor").unwrap().reaching.get())
    }

    #[test]
    fn a_file_is_read_once_it_stands_still() {
        let folder = Folder::new();
        folder.write("playbooks.toml", TWENTY);
        let mut files = follow(&folder);
        for half_written in ["[playbooks.to", "[playbooks.tor]\nreaching = 3"] {
            folder.write("playbooks.toml", half_written);
            assert_eq!(files.look().unwrap(), None, "{half_written}");
        }
        folder.write("playbooks.toml", THIRTY);
        assert_eq!(files.look().unwrap(), None);
        assert_eq!(reaching(files.look().unwrap()), Some(30));
        assert_eq!(files.look().unwrap(), None, "and then no more");
    }

    #[test]
    fn a_file_that_says_the_same_in_other_words_changes_nothing() {
        let folder = Folder::new();
        folder.write("playbooks.toml", TWENTY);
        let mut files = follow(&folder);
        folder.replace("playbooks.toml", &format!("# the same\n{TWENTY}"));
        assert_eq!((files.look().unwrap(), files.look().unwrap()), (None, None));
    }

    #[test]
    fn a_file_of_the_same_length_is_another_file() {
        let folder = Folder::new();
        folder.write("playbooks.toml", TWENTY);
        let mut files = follow(&folder);
        for _ in 0..3 {
            assert_eq!(files.look().unwrap(), None);
        }
        folder.replace("playbooks.toml", THIRTY);
        assert_eq!(files.look().unwrap(), None);
        assert_eq!(reaching(files.look().unwrap()), Some(30));
    }

    #[test]
    fn what_is_wrong_is_told_once_and_the_file_that_mends_it_is_read() {
        let folder = Folder::new();
        let path = folder.write("playbooks.toml", TWENTY);
        let mut files = follow(&folder);
        folder.write("playbooks.toml", "[playbooks.tor]\nreaching = 0");
        assert_eq!(files.look().unwrap(), None);
        let mistake = files.look().unwrap_err().to_string();
        assert!(
            mistake.contains("playbooks.toml:2: `playbooks.tor.reaching` is 0"),
            "{mistake}"
        );
        assert_eq!(files.look().unwrap(), None);

        std::fs::remove_file(&path).unwrap();
        assert_eq!(files.look().unwrap(), None);
        assert!(
            files
                .look()
                .unwrap_err()
                .to_string()
                .contains("cannot read")
        );

        folder.write("playbooks.toml", THIRTY);
        assert_eq!(files.look().unwrap(), None);
        assert_eq!(reaching(files.look().unwrap()), Some(30));
    }

    #[test]
    fn playbooks_of_the_settings_are_followed_unless_code_had_the_last_word() {
        let folder = Folder::new();
        let settings = folder.write("sqreen.toml", TWENTY);
        let read = || {
            let mut config = Config::default();
            config.read_file(&settings).unwrap();
            config
        };
        let mut files = FollowedFiles::of(&mut read()).unwrap().unwrap();
        folder.write("sqreen.toml", THIRTY);
        assert_eq!(files.look().unwrap(), None);
        assert_eq!(reaching(files.look().unwrap()), Some(30));

        let mut changed = read();
        changed.policy = Policy::none();
        assert!(FollowedFiles::of(&mut changed).unwrap().is_none());
        assert_eq!(changed.policy, Policy::none());
    }

    #[test]
    fn the_policy_file_changes_what_the_settings_say() {
        let folder = Folder::new();
        let settings = "policy = \"playbooks.toml\"\n[playbooks.mine]\nwhen = \"login\"";
        let settings = folder.write("sqreen.toml", settings);
        folder.write("playbooks.toml", "[playbooks.mine]\nreaching = 7");
        let mut config = Config::default();
        config.read_file(&settings).unwrap();
        FollowedFiles::of(&mut config).unwrap().unwrap();
        assert_eq!(config.policy.get_mut("mine").unwrap().reaching.get(), 7);
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_not_waited_for() {
        let folder = Folder::new();
        folder.write("playbooks.toml", TWENTY);
        let mut files = follow(&folder);
        std::fs::remove_file(folder.path("playbooks.toml")).unwrap();
        let pipe = std::process::Command::new("mkfifo")
            .arg(folder.path("playbooks.toml"))
            .status();
        assert!(pipe.unwrap().success());
        assert_eq!(files.look().unwrap(), None);
        assert!(files.look().is_err());
    }
}
