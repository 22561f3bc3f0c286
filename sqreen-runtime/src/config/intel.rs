//! The table `[intel]`: files with facts about addresses.

use std::path::Path;

use super::error::Place;
use super::setting::Setting;
use super::{Config, ConfigError};
use crate::intel::SourceKind;

/// The keys of the table.
pub(super) const KEYS: [&str; 5] = ["tor", "hosting", "vpn", "proxy", "databases"];

/// What variables for them begin with, behind that of all variables.
pub(super) const PREFIX: &str = "intel_";

impl Config {
    /// Relative paths start from `folder`.
    pub(super) fn set_intel(
        &mut self,
        key: &str,
        value: &Setting,
        folder: &Path,
        place: &Place,
    ) -> Result<(), ConfigError> {
        let kind = match key {
            "tor" => SourceKind::Tor,
            "hosting" => SourceKind::Hosting,
            "vpn" => SourceKind::Vpn,
            "proxy" => SourceKind::Proxy,
            "databases" if cfg!(feature = "geoip") => SourceKind::Database,
            "databases" => {
                return Err(ConfigError::NeedsFeature {
                    place: place.to_string(),
                    key: key.into(),
                    feature: "geoip",
                });
            }
            _ => return Err(ConfigError::unknown_key(place, key, &KEYS)),
        };
        let paths = value
            .paths()
            .map_err(|expected| ConfigError::bad_value(place, key, value, &expected))?;
        let paths = paths.into_iter().map(|path| folder.join(path));
        self.intel.replace(kind, paths.collect());
        Ok(())
    }
}
