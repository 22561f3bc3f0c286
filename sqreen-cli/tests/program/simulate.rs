//! `sqreen simulate` as a program: what it writes can be read, and is the same each time.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

#[allow(dead_code, reason = "tests of other subcommands use the rest")]
use std::fs;
use std::io::BufReader;

use sqreen::log::Reader;
use sqreen_cli::simulate::labels::Labels;
use sqreen_cli::simulate::{AttackKind, Label, Scenario};

use super::support::{Scratch, sqreen};

/// The files of a scenario, in a folder of their own, and what was told about them.
fn simulated(arguments: &str) -> (Scratch, String) {
    let scratch = Scratch::new();
    let (out, labels) = (scratch.path("events"), scratch.path("labels"));
    let words = ["simulate"].into_iter().chain(arguments.split_whitespace());
    let files = [
        "--out",
        out.to_str().unwrap(),
        "--labels",
        labels.to_str().unwrap(),
    ];
    let run = sqreen(words.chain(files));
    // No progress where nobody watches.
    assert_eq!(run.complaint(), "");
    let told = run.succeeds();
    (scratch, told)
}

#[test]
fn what_is_written_is_the_scenario_and_its_labels() {
    let (scratch, told) = simulated("--seed 5 --people 300 --days 7");
    let open = |name| BufReader::new(fs::File::open(scratch.path(name)).unwrap());
    let labels = Labels::read(open("labels")).unwrap();
    let scenario = Scenario::default().seed(5).people(300).days(7);
    assert_eq!(labels.campaigns(), scenario.campaigns());
    let mut events = Reader::new(open("events")).unwrap();
    for labelled in scenario.events() {
        let place = events.next_place();
        assert_eq!(events.next().unwrap().unwrap(), labelled.event);
        assert_eq!(labels.label(place), labelled.label);
    }
    assert!(events.next().is_none());

    for kind in AttackKind::all() {
        assert!(told.contains(kind.name()), "{told}");
    }
    let events = scenario.events();
    let honest = events
        .filter(|labelled| labelled.label == Label::Honest)
        .count();
    let first = format!("{honest} events of honest people:\n");
    assert!(told.starts_with(&first), "{told}");
}

#[test]
fn the_same_arguments_write_the_same_files() {
    let write = |seed: u32| {
        let some = "--people 200 --days 5 --attack botnet-stuffing --seed";
        let (scratch, _) = simulated(&format!("{some} {seed}"));
        let read = |name| fs::read(scratch.path(name)).unwrap();
        (read("events"), read("labels"))
    };
    let first = write(1);
    assert_eq!(first, write(1));
    assert_ne!(first, write(2));
}

#[test]
fn a_file_that_cannot_be_written_is_named_with_the_cause_once() {
    let scratch = Scratch::new();
    let nowhere = scratch.path("nowhere/events");
    let labels = scratch.path("labels");
    let files = [
        "--out",
        nowhere.to_str().unwrap(),
        "--labels",
        labels.to_str().unwrap(),
    ];
    let told = sqreen(["simulate"].into_iter().chain(files)).fails(2);
    let expected = format!("sqreen: {} cannot be written: ", nowhere.display());
    assert!(told.starts_with(&expected), "{told}");
    assert_eq!(told.matches("os error").count(), 1, "{told}");
}
