//! What attributes accept, and what they say where they do not: one file a behaviour, its name the sentence.
//!
//! `TRYBUILD=overwrite cargo test --test ui` writes the expected errors anew; read every one of them as the
//! person who made the mistake. `cargo test --test ui -- refuse trybuild=grammar` runs the files whose path
//! has that word.

#![allow(clippy::expect_used, reason = "a test may fail")]

use std::env;
use std::ffi::OsString;
use std::io::Write;
use std::process::Command;

/// The compiler whose words the `.stderr` files are. The same mistake reads differently in another version.
const PINNED: &str = "rustc 1.95.";

#[test]
fn attributes_accept() {
    trybuild::TestCases::new().pass("tests/ui/pass/*/*.rs");
}

#[test]
fn attributes_refuse() {
    let compiler = compiler();
    if !compiler.starts_with(PINNED) {
        // Written past the test harness, which shows nothing of a test that passes.
        let skipped =
            format!("SKIPPED attributes_refuse: it needs {PINNED}x, this is {compiler}\n");
        let _ = std::io::stderr().write_all(skipped.as_bytes());
        return;
    }
    trybuild::TestCases::new().compile_fail("tests/ui/fail/*/*.rs");
}

fn compiler() -> String {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc"));
    let version = Command::new(rustc)
        .arg("--version")
        .output()
        .expect("the compiler that built this test");
    String::from_utf8_lossy(&version.stdout)
        .trim_end()
        .to_owned()
}
