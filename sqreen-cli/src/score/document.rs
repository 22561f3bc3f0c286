//! Tables in a document that are what a command prints.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

const BEGIN: &str = "<!-- scores -->\n";
const END: &str = "<!-- end of scores -->";

/// Why a document's tables are not what they should be.
#[derive(Debug, Error)]
pub enum DocumentError {
    /// It cannot be read or written.
    #[error("{} cannot be read or written", path.display())]
    File {
        /// The document.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is no place for them.
    #[error("{} has no place for the tables: a line `{}`, and below it `{END}`", path.display(), BEGIN.trim_end())]
    NoPlace {
        /// The document.
        path: PathBuf,
    },
    /// They are of another policy, or of other attacks.
    #[error("the tables in {} are not what comes out: read what has changed, then `sqreen score --write {}`", path.display(), path.display())]
    Stale {
        /// The document.
        path: PathBuf,
    },
}

/// Whether the document has these tables.
///
/// # Errors
///
/// Where it has not, or cannot be read.
pub(super) fn check(path: &Path, tables: &str) -> Result<(), DocumentError> {
    let text = read(path)?;
    let (_, present, _) = split(path, &text)?;
    if present.trim() == tables.trim() {
        return Ok(());
    }
    Err(DocumentError::Stale {
        path: path.to_owned(),
    })
}

/// Puts these tables into the document.
///
/// # Errors
///
/// Where there is no place for them, or the document cannot be written.
pub(super) fn write(path: &Path, tables: &str) -> Result<(), DocumentError> {
    let text = read(path)?;
    let (before, _, after) = split(path, &text)?;
    let text = format!("{before}{BEGIN}\n{}\n\n{END}{after}", tables.trim());
    std::fs::write(path, text).map_err(|source| file(path, source))
}

fn read(path: &Path) -> Result<String, DocumentError> {
    std::fs::read_to_string(path).map_err(|source| file(path, source))
}

/// What stands before the tables, the tables, and what stands behind them.
fn split<'a>(path: &Path, text: &'a str) -> Result<(&'a str, &'a str, &'a str), DocumentError> {
    let parts = text.split_once(BEGIN).and_then(|(before, rest)| {
        let (tables, after) = rest.split_once(END)?;
        Some((before, tables, after))
    });
    parts.ok_or_else(|| DocumentError::NoPlace {
        path: path.to_owned(),
    })
}

fn file(path: &Path, source: io::Error) -> DocumentError {
    DocumentError::File {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_put_between_the_marks_and_found_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("README.md");
        std::fs::write(&path, format!("before\n{BEGIN}old\n{END}\nafter\n")).unwrap();
        assert!(matches!(
            check(&path, "new"),
            Err(DocumentError::Stale { .. })
        ));
        write(&path, "new\n").unwrap();
        check(&path, "new\n").unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text, format!("before\n{BEGIN}\nnew\n\n{END}\nafter\n"));
    }

    #[test]
    fn a_document_without_marks_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("README.md");
        std::fs::write(&path, "text").unwrap();
        let problem = write(&path, "new").unwrap_err().to_string();
        assert!(problem.ends_with("<!-- end of scores -->`"), "{problem}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "text");
    }
}
