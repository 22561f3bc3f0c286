//! What may be attacked: this machine's own loopback, and nothing else, ever.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddrV4};

/// Proof that an address is a loopback address. Connections are made to a `Target` only,
/// so nothing can be sent before `parse` has looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Target(SocketAddrV4);

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TargetError {
    #[error("`{0}` is no target: say http://127.0.0.1:3000")]
    NotAUrl(String),
    #[error(
        "`{0}` is not on this machine's loopback (127.0.0.0/8). This program attacks the example shop and nothing else"
    )]
    NotLoopback(String),
}

impl Target {
    pub(crate) fn parse(url: &str) -> Result<Self, TargetError> {
        let not_a_url = || TargetError::NotAUrl(url.to_owned());
        let authority = url.strip_prefix("http://").ok_or_else(not_a_url)?;
        let authority = authority.strip_suffix('/').unwrap_or(authority);
        let (host, port) = authority.rsplit_once(':').unwrap_or((authority, "80"));
        let port = port.parse().map_err(|_| not_a_url())?;

        // No name is ever resolved: what a name means is for others to say.
        let address = match host {
            "localhost" => Ipv4Addr::LOCALHOST,
            literal => literal
                .parse()
                .map_err(|_| TargetError::NotLoopback(url.to_owned()))?,
        };
        if !address.is_loopback() {
            return Err(TargetError::NotLoopback(url.to_owned()));
        }
        Ok(Target(SocketAddrV4::new(address, port)))
    }

    pub(crate) fn socket(self) -> SocketAddrV4 {
        self.0
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loopback_is_a_target() {
        for url in [
            "http://127.0.0.1:3000",
            "http://localhost:3000/",
            "http://127.8.9.10",
        ] {
            assert!(Target::parse(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn nothing_else_is_however_it_is_written() {
        for url in [
            "http://192.0.2.1:3000",
            "http://10.0.0.1:80",
            "http://0.0.0.0:3000",
            "http://127.0.0.1.example.com:3000",
            "http://127.0.0.1@192.0.2.1:3000",
            "http://localhost.example.com:3000",
            "http://0177.0.0.1:3000",
            "http://2130706433:3000",
            "http://[::1]:3000",
            "http://:3000",
        ] {
            assert_eq!(
                Target::parse(url),
                Err(TargetError::NotLoopback(url.to_owned())),
                "{url}"
            );
        }
        for url in [
            "https://127.0.0.1:3000",
            "127.0.0.1:3000",
            "http://127.0.0.1:3000/x",
            "http://127.0.0.1:99999",
        ] {
            assert_eq!(
                Target::parse(url),
                Err(TargetError::NotAUrl(url.to_owned())),
                "{url}"
            );
        }
    }
}
