//! Attributes compile in every edition, without a warning, where nothing is unsafe.

#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail")]

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

#[test]
fn every_shape_compiles_in_2018() {
    compiles("2018");
}

#[test]
fn every_shape_compiles_in_2021() {
    compiles("2021");
}

#[test]
fn every_shape_compiles_in_2024() {
    compiles("2024");
}

/// Editions differ in when the temporaries of a last expression are dropped.
#[test]
fn what_is_dropped_when_is_as_in_the_plain_function_in_every_edition() {
    for edition in ["2018", "2021", "2024"] {
        let name = format!("drop_order_{edition}");
        let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/shapes/drop_order.rs");
        let output = compile(&library(&name), edition, &name, program, "bin");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{edition}:\n{errors}");
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&name);
        let ran = Command::new(path).output().expect("it was just built");
        let errors = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "{edition}:\n{errors}");
    }
}

fn compiles(edition: &str) {
    let library = library(edition);
    let shapes = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/shapes/mod.rs");
    let output = compile(
        &library,
        edition,
        &format!("shapes_{edition}"),
        shapes,
        "lib",
    );
    assert!(
        output.status.success(),
        "{shapes} in edition {edition} with {}:\n{}",
        library.display(),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// The crate, as it was built for this test: it lies beside it.
///
/// Others may lie there, built with other features. Cargo builds each one anew when it is asked for, and what
/// it was built from may be gone for the others. So it is the newest that the compiler can load.
fn library(of: &str) -> PathBuf {
    let mut libraries: Vec<_> = fs::read_dir(beside())
        .expect("the test's own directory can be read")
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let name = path.file_name()?.to_str()?;
            let ours = name.starts_with("libsqreen-") && name.ends_with(".rlib");
            let built = ours.then(|| path.metadata()?.modified());
            Some((built?.ok()?, path))
        })
        .collect();
    libraries.sort();
    let name = format!("loads_sqreen_{of}");
    let probe = format!("{}/{name}.rs", env!("CARGO_TARGET_TMPDIR"));
    fs::write(&probe, "pub extern crate sqreen;").expect("cargo's directory for tests is there");
    let mut refusals = String::new();
    for (_, library) in libraries.into_iter().rev() {
        let output = compile(&library, "2018", &name, &probe, "lib");
        if output.status.success() {
            return library;
        }
        refusals += &String::from_utf8_lossy(&output.stderr);
    }
    panic!("the compiler can load no `libsqreen-*.rlib` beside this test\n{refusals}");
}

/// The directory in which cargo built this test and what it depends on.
fn beside() -> PathBuf {
    let test = env::current_exe().expect("the test knows where it is");
    test.parent().expect("a file is in a directory").to_owned()
}

fn compile(library: &Path, edition: &str, name: &str, source: &str, kind: &str) -> Output {
    let argument = |option: &str, path: &Path| {
        let mut argument = OsString::from(option);
        argument.push(path);
        argument
    };
    Command::new(env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc")))
        .args(["--crate-type", kind])
        .args(["--emit", if kind == "bin" { "link" } else { "metadata" }])
        .args(["--edition", edition, "--crate-name", name])
        .args(["--out-dir", env!("CARGO_TARGET_TMPDIR")])
        .arg(argument("--extern=sqreen=", library))
        .arg(argument("-Ldependency=", &beside()))
        .arg(source)
        .output()
        .expect("the compiler that built this test")
}
