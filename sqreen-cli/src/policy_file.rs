//! Which policy a command is about: the built-in one, changed as a file says.

use std::path::Path;

use sqreen::config::{Config, ConfigError};
use sqreen::policy::Policy;

/// The built-in playbooks, changed as `file` says: a policy file, of tables `[playbooks.NAME]`.
///
/// # Errors
///
/// Where the file cannot be read, or is no policy.
pub fn policy(file: Option<&Path>) -> Result<Policy, ConfigError> {
    let mut config = Config::default();
    if let Some(file) = file {
        config.read_policy(file)?;
    }
    Ok(config.policy)
}
