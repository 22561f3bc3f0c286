//! Where facts come from: the files people name, and what each of them tells.

use std::fmt;
use std::path::PathBuf;

use thiserror::Error;

use crate::event::{AddressKind, Timestamp};

/// The files that tell what is known of addresses. They are read when the agent starts and again whenever
/// they change; nothing is downloaded.
///
/// ```no_run
/// use sqreen_runtime::Agent;
/// use sqreen_runtime::intel::Sources;
///
/// let agent = Agent::builder()
///     .intel(
///         Sources::new()
///             .tor("/var/lib/sqreen/torbulkexitlist")
///             .hosting("/var/lib/sqreen/datacenter-ipv4.txt")
///             .hosting("/var/lib/sqreen/datacenter-ipv6.txt"),
///     )
///     .build()?;
/// # Ok::<(), sqreen_runtime::StartError>(())
/// ```
///
/// What a list can hold, see [`List`](super::List).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources(Vec<(SourceKind, PathBuf)>);

/// What a file tells of the addresses in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum SourceKind {
    /// A list of exits of the Tor network.
    Tor,
    /// A list of data centres.
    Hosting,
    /// A list of virtual private networks that anybody can rent.
    Vpn,
    /// A list of proxies that anybody can use.
    Proxy,
    /// A database in the MaxMind format, which says itself what it tells: country, place, provider, kinds.
    Database,
}

impl SourceKind {
    /// What each address of such a list is; of a database it depends on the address.
    pub(super) fn kind(self) -> Option<AddressKind> {
        match self {
            Self::Tor => Some(AddressKind::Tor),
            Self::Hosting => Some(AddressKind::Hosting),
            Self::Vpn => Some(AddressKind::Vpn),
            Self::Proxy => Some(AddressKind::Proxy),
            Self::Database => None,
        }
    }
}

/// As the key in `sqreen.toml` is called: `tor`, `hosting`, `vpn`, `proxy`, `databases`.
impl fmt::Display for SourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Tor => "tor",
            Self::Hosting => "hosting",
            Self::Vpn => "vpn",
            Self::Proxy => "proxy",
            Self::Database => "databases",
        })
    }
}

impl Sources {
    /// None: only private, loopback and other special addresses are known.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a list of Tor exits, as the Tor project publishes it: `torbulkexitlist` or `exit-addresses`.
    #[must_use]
    pub fn tor(self, path: impl Into<PathBuf>) -> Self {
        self.with(SourceKind::Tor, path.into())
    }

    /// Adds a list of data centres' networks.
    #[must_use]
    pub fn hosting(self, path: impl Into<PathBuf>) -> Self {
        self.with(SourceKind::Hosting, path.into())
    }

    /// Adds a list of VPN providers' networks.
    #[must_use]
    pub fn vpn(self, path: impl Into<PathBuf>) -> Self {
        self.with(SourceKind::Vpn, path.into())
    }

    /// Adds a list of open proxies. Your own reverse proxies do not belong here, but in
    /// [`trusted_proxies`](crate::Builder::trusted_proxies).
    #[must_use]
    pub fn proxy(self, path: impl Into<PathBuf>) -> Self {
        self.with(SourceKind::Proxy, path.into())
    }

    /// Adds a database in the MaxMind format (`.mmdb`): of countries, cities, autonomous systems or anonymous
    /// networks, from MaxMind, DB-IP, IPinfo or ip-location-db. Where two tell the same fact, the one added first
    /// is believed; kinds add up.
    #[cfg(feature = "geoip")]
    #[must_use]
    pub fn database(self, path: impl Into<PathBuf>) -> Self {
        self.with(SourceKind::Database, path.into())
    }

    fn with(mut self, kind: SourceKind, path: PathBuf) -> Self {
        self.0.push((kind, path));
        self
    }

    /// Puts these files in the place of those of the same kind.
    pub(crate) fn replace(&mut self, kind: SourceKind, paths: Vec<PathBuf>) {
        self.0.retain(|(other, _)| *other != kind);
        self.0.extend(paths.into_iter().map(|path| (kind, path)));
    }

    /// Each file, and what it tells.
    pub fn iter(&self) -> impl Iterator<Item = (SourceKind, &std::path::Path)> {
        self.0.iter().map(|(kind, path)| (*kind, path.as_path()))
    }
}

/// How it stands with a file that facts come from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SourceStatus {
    /// The file.
    pub path: PathBuf,
    /// What it tells.
    pub kind: SourceKind,
    /// How many addresses, networks and ranges are in use from it; of a database, how many networks.
    pub entries: usize,
    /// What a database calls itself, such as `GeoLite2-City`.
    pub database: Option<String>,
    /// When a database says it was built.
    pub built: Option<Timestamp>,
    /// When what is in use was read; `None` where nothing of it is in use.
    pub loaded: Option<Timestamp>,
    /// Why the file as it is now is not in use: what was read before stays. `None` where it is.
    pub problem: Option<Problem>,
}

/// Why a file could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// When that was found.
    pub at: Timestamp,
    /// The file, the line where there is one, and what is wrong.
    pub cause: String,
}

/// A file that cannot be read when the agent starts.
#[derive(Debug, Error)]
#[error("cannot read {}, which `{kind}` of [intel] names", path.display())]
pub struct UnreadableSource {
    /// What it would tell.
    pub kind: SourceKind,
    /// The file.
    pub path: PathBuf,
    /// Why.
    pub source: std::io::Error,
}
