//! Whether clients' addresses come in a header: the screen's commands and the attack
//! example depend on it. sqreen itself needs nothing of this.

use std::net::{IpAddr, Ipv4Addr};

use sqreen::config::{Config, ConfigError};

/// Whether a proxy on this machine is trusted, by `sqreen.toml` or `SQREEN_TRUSTED_PROXIES`.
pub(crate) fn local_is_trusted() -> Result<bool, ConfigError> {
    let here = IpAddr::from(Ipv4Addr::LOCALHOST);
    Ok(Config::load()?.trusted_proxies.contains(here.into()))
}
