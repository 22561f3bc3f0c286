//! The directory the shop keeps its files in: who may look into it, and what is there.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::args::Args;
use crate::database::Storage;

/// Makes the directory if need be. Temporary directories are everybody's, and this one
/// holds the operator's token: one that others can write to is refused.
pub(crate) fn prepare(directory: &Path) -> io::Result<()> {
    create_private_directory(directory)?;
    if others_can_write(&fs::symlink_metadata(directory)?) {
        return Err(io::Error::other("it is a link, or others can write to it"));
    }
    Ok(())
}

/// Where the database is, emptied first if the command line says so.
pub(crate) fn storage(args: &Args) -> io::Result<Storage> {
    if args.memory {
        return Ok(Storage::Memory);
    }
    let file = args.data.join("shop.db");
    if args.fresh {
        for suffix in ["", "-wal", "-shm"] {
            remove(&args.data.join(format!("shop.db{suffix}")))?;
        }
    }
    Ok(Storage::File(file))
}

/// The attack example finds the token of the shop at this port here, so that nobody
/// has to copy it.
pub(crate) fn write_token(directory: &Path, port: u16, token: &str) -> io::Result<PathBuf> {
    let path = token_file(directory, port);
    remove(&path)?;
    create_private(&path)?.write_all(token.as_bytes())?;
    Ok(path)
}

pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn token_file(directory: &Path, port: u16) -> PathBuf {
    directory.join(format!("operator-token-{port}"))
}

#[cfg(unix)]
fn create_private_directory(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
}

#[cfg(not(unix))]
fn create_private_directory(directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)
}

#[cfg(unix)]
fn others_can_write(directory: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    directory.is_symlink() || directory.permissions().mode() & 0o022 != 0
}

#[cfg(not(unix))]
fn others_can_write(directory: &Metadata) -> bool {
    directory.is_symlink()
}

fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn own_directory(name: &str) -> PathBuf {
        let directory =
            std::env::temp_dir().join(format!("sqreen-shop-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&directory);
        directory
    }

    #[test]
    fn only_its_owner_can_read_the_token() {
        let directory = own_directory("token");
        prepare(&directory).unwrap();
        let path = write_token(&directory, 1, "secret").unwrap();

        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&directory), mode(&path)), (0o700, 0o600));
        fs::remove_dir_all(&directory).unwrap();
    }

    #[test]
    fn a_directory_that_others_can_write_to_is_refused() {
        let directory = own_directory("shared");
        fs::create_dir(&directory).unwrap();
        fs::set_permissions(&directory, fs::Permissions::from_mode(0o777)).unwrap();
        assert!(prepare(&directory).is_err());

        let link = own_directory("link");
        let _ = fs::remove_file(&link);
        symlink(&directory, &link).unwrap();
        assert!(prepare(&link).is_err());

        fs::remove_file(&link).unwrap();
        fs::remove_dir_all(&directory).unwrap();
    }
}
