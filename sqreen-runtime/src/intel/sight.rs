//! How a file looks from outside: whether it has changed since it was read.

use std::fs;
use std::io;
use std::path::Path;
use std::time::SystemTime;

/// How a file looks from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sight {
    /// It was not looked at.
    Never,
    /// It cannot be seen.
    Missing(io::ErrorKind),
    /// It is there.
    There {
        bytes: u64,
        modified: Option<SystemTime>,
        identity: Identity,
    },
}

/// What tells a file from another at the same path, and from itself after a change of the same length at the
/// same time: device, inode, and when the inode changed. Nothing where the system has no inodes.
type Identity = (u64, u64, i64, i64);

#[cfg(unix)]
fn identity(metadata: &fs::Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt as _;
    (
        metadata.dev(),
        metadata.ino(),
        metadata.ctime(),
        metadata.ctime_nsec(),
    )
}

#[cfg(not(unix))]
fn identity(_: &fs::Metadata) -> Identity {
    Identity::default()
}

impl Sight {
    pub(crate) fn of(path: &Path) -> Self {
        match fs::metadata(path) {
            Ok(metadata) => Self::There {
                bytes: metadata.len(),
                modified: metadata.modified().ok(),
                identity: identity(&metadata),
            },
            Err(error) => Self::Missing(error.kind()),
        }
    }
}
