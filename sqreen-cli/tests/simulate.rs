//! `sqreen simulate` as a program: what it writes can be read, and is the same each time.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::fs;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sqreen::log::Reader;
use sqreen_cli::simulate::labels::Labels;
use sqreen_cli::simulate::{AttackKind, Label, Scenario};

/// An empty directory of a test's own.
fn directory(test: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("simulate")
        .join(test);
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).unwrap();
    directory
}

fn simulate(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sqreen"))
        .current_dir(directory)
        .arg("simulate")
        .args(arguments)
        .output()
        .unwrap()
}

const FILES: [&str; 4] = ["--out", "events.ndjson", "--labels", "labels.ndjson"];

#[test]
fn what_is_written_is_the_scenario_and_its_labels() {
    let directory = directory("written");
    let arguments = [
        &["--seed", "5", "--people", "300", "--days", "7"],
        &FILES[..],
    ]
    .concat();
    let output = simulate(&directory, &arguments);
    assert!(output.status.success(), "{output:?}");
    // No progress where nobody watches.
    assert!(output.stderr.is_empty(), "{output:?}");

    let open = |name| BufReader::new(fs::File::open(directory.join(name)).unwrap());
    let labels = Labels::read(open("labels.ndjson")).unwrap();
    let scenario = Scenario::default().seed(5).people(300).days(7);
    assert_eq!(labels.campaigns(), scenario.campaigns());
    let mut events = Reader::new(open("events.ndjson")).unwrap();
    for labelled in scenario.events() {
        let place = events.next_place();
        assert_eq!(events.next().unwrap().unwrap(), labelled.event);
        assert_eq!(labels.label(place), labelled.label);
    }
    assert!(events.next().is_none());

    let told = String::from_utf8(output.stdout).unwrap();
    for kind in AttackKind::all() {
        assert!(told.contains(kind.name()), "{told}");
    }
    let honest = scenario
        .events()
        .filter(|labelled| labelled.label == Label::Honest)
        .count();
    assert!(
        told.starts_with(&format!("{honest} events of honest people:\n")),
        "{told}"
    );
}

#[test]
fn the_same_arguments_write_the_same_files() {
    let write = |run: &str, seed: &str| {
        let directory = directory(run);
        let some = [
            "--people",
            "200",
            "--days",
            "5",
            "--attack",
            "botnet-stuffing",
            "--seed",
            seed,
        ];
        assert!(
            simulate(&directory, &[&some, &FILES[..]].concat())
                .status
                .success()
        );
        let read = |name| fs::read(directory.join(name)).unwrap();
        (read("events.ndjson"), read("labels.ndjson"))
    };
    let first = write("first", "1");
    assert_eq!(first, write("again", "1"));
    assert_ne!(first, write("other", "2"));
}

#[test]
fn a_file_that_cannot_be_written_is_named() {
    let directory = directory("unwritable");
    let arguments = [
        "--out",
        "nowhere/events.ndjson",
        "--labels",
        "labels.ndjson",
    ];
    let output = simulate(&directory, &arguments);
    assert!(!output.status.success());
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.starts_with("sqreen: nowhere/events.ndjson cannot be written: "),
        "{told}"
    );
}
