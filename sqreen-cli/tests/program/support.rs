//! The program as a user runs it, and a folder to run it in.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A folder that is gone when the test ends.
pub(crate) struct Scratch(tempfile::TempDir);

impl Scratch {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        Path::new(self.0.path()).join(name)
    }

    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

/// A run of the program.
pub(crate) struct Run {
    command: Command,
    input: String,
}

/// `sqreen` with these words.
pub(crate) fn sqreen<W: AsRef<OsStr>>(words: impl IntoIterator<Item = W>) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sqreen"));
    command.args(words);
    Run {
        command,
        input: String::new(),
    }
}

impl Run {
    /// With this on its standard input.
    pub(crate) fn given(mut self, text: &str) -> Self {
        text.clone_into(&mut self.input);
        self
    }

    fn output(&self) -> Output {
        let mut command = Command::new(self.command.get_program());
        command
            .args(self.command.get_args())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A program that does not read its input may be gone by now.
        let _ = child.stdin.take().unwrap().write_all(self.input.as_bytes());
        child.wait_with_output().unwrap()
    }

    /// What it prints.
    pub(crate) fn succeeds(&self) -> String {
        let output = self.output();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{complaint}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// What it complains of, whatever comes of it.
    pub(crate) fn complaint(&self) -> String {
        String::from_utf8(self.output().stderr).unwrap()
    }

    /// What it complains of where it fails with this code.
    pub(crate) fn fails(&self, code: i32) -> String {
        let output = self.output();
        assert_eq!(output.status.code(), Some(code));
        String::from_utf8(output.stderr).unwrap()
    }
}
