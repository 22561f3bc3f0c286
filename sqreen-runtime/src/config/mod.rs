//! What people can set without writing code: `sqreen.toml` and `SQREEN_*` variables, both optional.
//!
//! | key | variable | default | what it does |
//! |---|---|---|---|
//! | `enabled` | `SQREEN_ENABLED` | `true` | switches the agent off: nothing is recorded, nobody refused |
//! | `trusted_proxies` | `SQREEN_TRUSTED_PROXIES` | none | networks of your own proxies, whose word for the client's address is taken |
//! | `client_address_header` | `SQREEN_CLIENT_ADDRESS_HEADER` | `x-forwarded-for` | the header your proxies set: that, `forwarded`, or one with a single address |
//! | `allow` | `SQREEN_ALLOW` | none | networks that are never banned |
//! | `refusal_status` | `SQREEN_REFUSAL_STATUS` | `403` | the status of a refusal: 400 to 499 |
//! | `cancel_in_flight` | `SQREEN_CANCEL_IN_FLIGHT` | `false` | a ban also stops requests of its subject that are already running |
//! | `pseudonym_secret` | `SQREEN_PSEUDONYM_SECRET` | none | users leave the process under a keyed hash; at least 16 bytes |
//! | `digest_secret` | `SQREEN_DIGEST_SECRET` | random for each process | instances that share it see the same password tried on many accounts; at least 16 bytes |
//! | `max_subjects` | `SQREEN_MAX_SUBJECTS` | `1000000` | users, addresses and pairs watched by each playbook |
//! | `max_bans` | `SQREEN_MAX_BANS` | `1000000` | bans kept; and as many users who have to step up, users at risk, and attackers |
//! | `kept_events` | `SQREEN_KEPT_EVENTS` | `10000` | events kept in memory for people to look at |
//! | `record` | `SQREEN_RECORD` | none | a file that the stream of events is written to (feature `ndjson`) |
//! | `[intel]` `tor` | `SQREEN_INTEL_TOR` | none | lists of Tor exits: paths |
//! | `[intel]` `hosting` | `SQREEN_INTEL_HOSTING` | none | lists of data centres' networks |
//! | `[intel]` `vpn` | `SQREEN_INTEL_VPN` | none | lists of VPN providers' networks |
//! | `[intel]` `proxy` | `SQREEN_INTEL_PROXY` | none | lists of open proxies |
//! | `[intel]` `databases` | `SQREEN_INTEL_DATABASES` | none | databases in the MaxMind format (feature `geoip`) |
//! | `policy` | `SQREEN_POLICY` | none | a policy file: playbooks, read again when it changes |
//! | `[playbooks.NAME]` | | | changes a built-in playbook, or adds one of your own: see `docs/playbooks.md` |
//! | `[limits]` | | none | what an attacker may get who knows the policy, for `sqreen replay --check`: see `docs/budget.md` |
//!
//! Lists in variables are separated by commas. The file is `sqreen.toml` in the working directory, or the one
//! that `SQREEN_CONFIG` names; paths in it start from its folder. Variables win over the file. A key that does
//! not exist is an error; a variable that is unlike any of ours is somebody else's, and only told.
//!
//! Playbooks in files are followed: where the file changes, they change without a restart, and those that count as
//! before keep what they have counted. Everything else takes a restart. `docs/sqreen.schema.json` describes the
//! file to editors.

mod error;
#[cfg(feature = "config-file")]
mod file;
#[cfg(feature = "config-file")]
mod followed;
#[cfg_attr(
    not(feature = "config-file"),
    allow(dead_code, reason = "only a file has types and durations")
)]
mod intel;
#[cfg(feature = "config-file")]
mod playbooks;
#[cfg_attr(
    not(feature = "config-file"),
    allow(
        dead_code,
        unused_imports,
        reason = "some of it is there for files only"
    )
)]
mod setting;

pub use error::ConfigError;
#[cfg(feature = "config-file")]
pub(crate) use followed::{Files, FollowedFiles};

use std::env;
use std::path::{Path, PathBuf};

use crate::bans::Bans;
use crate::engine::DEFAULT_CAPACITY;
use crate::event::{DigestKey, Network};
use crate::identity::{Pseudonymizer, WeakKey};
use crate::intel::Sources;
use crate::log::Log;
use crate::policy::{Limits, Policy};
use crate::request::{Header, TrustedProxies};

use error::Place;
use setting::Setting;

/// What an agent is started with.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// Whether the agent does anything.
    pub enabled: bool,
    /// Networks of the application's own proxies.
    pub trusted_proxies: TrustedProxies,
    /// The header those proxies set.
    pub client_address_header: Header,
    /// Networks that are never banned.
    pub allow: Vec<Network>,
    /// The status of a refusal, 400 to 499.
    pub refusal_status: u16,
    /// Whether a ban stops requests of its subject that are already running.
    pub cancel_in_flight: bool,
    /// Under which users leave the process.
    pub pseudonyms: Option<Pseudonymizer>,
    /// What digests of secrets and sessions are made with; `None`: a key that is random for each agent.
    pub digests: Option<DigestKey>,
    /// How many subjects each playbook watches.
    pub max_subjects: usize,
    /// How many bans are kept.
    pub max_bans: usize,
    /// How many events are kept in memory.
    pub kept_events: usize,
    /// The file that all events are written to from the start on; where it is there already, one beside it whose
    /// name is free. See `docs/events.md`.
    #[cfg(feature = "ndjson")]
    pub record: Option<PathBuf>,
    /// The files with facts about addresses.
    pub intel: Sources,
    /// The playbooks, before those of the policy file.
    pub policy: Policy,
    /// What an attacker may get who knows the policy, where its author says so. For whoever checks the policy: an
    /// agent does nothing with them.
    pub limits: Limits,
    /// A file with more playbooks, and changes to those there are. The agent reads it when it is built, and again
    /// when it changes.
    pub policy_file: Option<PathBuf>,
    /// Where the playbooks came from.
    #[cfg(feature = "config-file")]
    pub(crate) files: Files,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            enabled: true,
            trusted_proxies: TrustedProxies::default(),
            client_address_header: Header::XForwardedFor,
            allow: Vec::new(),
            refusal_status: 403,
            cancel_in_flight: false,
            pseudonyms: None,
            digests: None,
            max_subjects: DEFAULT_CAPACITY,
            max_bans: Bans::DEFAULT_LIMIT,
            kept_events: Log::DEFAULT_CAPACITY,
            #[cfg(feature = "ndjson")]
            record: None,
            intel: Sources::new(),
            policy: Policy::default(),
            limits: Limits::none(),
            policy_file: None,
            #[cfg(feature = "config-file")]
            files: Files::default(),
        }
    }
}

/// All keys, for "did you mean".
const KEYS: [&str; 13] = [
    "enabled",
    "trusted_proxies",
    "client_address_header",
    "allow",
    "refusal_status",
    "cancel_in_flight",
    "pseudonym_secret",
    "digest_secret",
    "max_subjects",
    "max_bans",
    "kept_events",
    RECORD,
    POLICY,
];

/// The setting that names the file to record to.
const RECORD: &str = "record";

/// The setting that names a policy file.
const POLICY: &str = "policy";

/// What variables begin with.
const PREFIX: &str = "SQREEN_";
/// The variable that names the file.
const FILE: &str = "SQREEN_CONFIG";

impl Config {
    /// The file, then the environment.
    ///
    /// # Errors
    ///
    /// See [`ConfigError`]: it names the key, where it stands and what to write instead.
    pub fn load() -> Result<Self, ConfigError> {
        let mut config = Self::default();
        config.read_default_file()?;
        let variables = env::vars_os().filter_map(|(key, value)| {
            let key = key.into_string().ok()?;
            key.starts_with(PREFIX)
                .then(|| (key, value.to_string_lossy().into_owned()))
        });
        config.read_variables(variables)?;
        Ok(config)
    }

    #[cfg(feature = "config-file")]
    fn read_default_file(&mut self) -> Result<(), ConfigError> {
        match env::var_os(FILE) {
            Some(path) => self.read_file(Path::new(&path)),
            None if Path::new(file::DEFAULT).exists() => self.read_file(Path::new(file::DEFAULT)),
            None => Ok(()),
        }
    }

    #[cfg(not(feature = "config-file"))]
    fn read_default_file(&mut self) -> Result<(), ConfigError> {
        match env::var_os(FILE) {
            Some(_) => Err(ConfigError::NoFiles { variable: FILE }),
            None => Ok(()),
        }
    }

    /// Takes in variables such as `("SQREEN_ALLOW", "192.0.2.0/24")`.
    ///
    /// # Errors
    ///
    /// See [`ConfigError`].
    pub fn read_variables(
        &mut self,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<(), ConfigError> {
        for (name, value) in variables {
            if name == FILE {
                continue;
            }
            let key = name
                .strip_prefix(PREFIX)
                .unwrap_or(&name)
                .to_ascii_lowercase();
            let place = Place::Variable(name);
            let value = Setting::Variable(value);
            let set = match key.strip_prefix(intel::PREFIX) {
                Some(key) => self.set_intel(key, &value, Path::new(""), &place),
                None => self.set(&key, &value, &place),
            };
            match set {
                // Orchestrators set variables of their own for a service that is called sqreen.
                Err(error) if !error.names_a_near_key() => {
                    tracing::warn!(target: "sqreen", "{error}: ignored");
                }
                set => set?,
            }
        }
        Ok(())
    }

    fn set(&mut self, key: &str, value: &Setting, place: &Place) -> Result<(), ConfigError> {
        let bad = |expected: String| ConfigError::bad_value(place, key, value, &expected);
        let weak = |weak: WeakKey| {
            let expected = format!("a random text ({weak})");
            ConfigError::bad_value(place, key, &Setting::Secret, &expected)
        };
        match key {
            "enabled" => self.enabled = value.boolean().map_err(bad)?,
            "trusted_proxies" => self.trusted_proxies = value.proxies().map_err(bad)?,
            "client_address_header" => self.client_address_header = value.header().map_err(bad)?,
            "allow" => self.allow = value.networks().map_err(bad)?,
            "refusal_status" => self.refusal_status = value.status().map_err(bad)?,
            "cancel_in_flight" => self.cancel_in_flight = value.boolean().map_err(bad)?,
            "pseudonym_secret" => {
                let secret = value.text().map_err(bad)?.as_bytes();
                self.pseudonyms = Some(Pseudonymizer::new(secret).map_err(weak)?);
            }
            "digest_secret" => {
                let secret = value.text().map_err(bad)?.as_bytes();
                self.digests = Some(DigestKey::shared(secret).map_err(weak)?);
            }
            "max_subjects" => self.max_subjects = value.count().map_err(bad)?,
            "max_bans" => self.max_bans = value.count().map_err(bad)?,
            "kept_events" => self.kept_events = value.count().map_err(bad)?,
            #[cfg(feature = "ndjson")]
            RECORD => self.record = Some(value.path().map_err(bad)?),
            #[cfg(not(feature = "ndjson"))]
            RECORD => {
                return Err(ConfigError::NeedsFeature {
                    place: place.to_string(),
                    key: key.into(),
                    feature: "ndjson",
                });
            }
            POLICY if cfg!(feature = "config-file") => {
                self.policy_file = Some(value.path().map_err(bad)?);
            }
            POLICY => {
                return Err(ConfigError::NoFiles {
                    variable: "SQREEN_POLICY",
                });
            }
            _ => return Err(ConfigError::unknown_key(place, key, &KEYS)),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
