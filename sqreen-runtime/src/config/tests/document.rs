//! `docs/playbooks.md` says what is so: its examples are read, its tables are those of the code.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use super::schema::complaints;
use super::*;
use crate::policy::Playbook;
use crate::policy::written::{
    AFTER_KEYS, CONDITIONS, KEYS as PLAYBOOK_KEYS, RISK, TESTS, TRAVEL, words,
};

/// Set to write the tables of the document instead of comparing them.
const WRITE: &str = "WRITE_DOCUMENTS";

pub(super) fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../docs")
        .join(name)
}

fn document() -> String {
    fs::read_to_string(path("playbooks.md")).unwrap()
}

/// The TOML in a document: the line of each, and its text.
fn examples(document: &str) -> Vec<(usize, String)> {
    let mut examples: Vec<(usize, String)> = Vec::new();
    let mut inside = false;
    for (number, line) in document.lines().enumerate() {
        match line {
            "```toml" => {
                inside = true;
                examples.push((number + 2, String::new()));
            }
            "```" => inside = false,
            line if inside => {
                let (_, text) = examples.last_mut().unwrap();
                writeln!(text, "{line}").unwrap();
            }
            _ => {}
        }
    }
    examples
}

#[test]
fn each_example_is_read_and_is_what_editors_take() {
    let examples = examples(&document());
    assert!(examples.len() > 12);
    for (line, example) in examples {
        let config = file(&example);
        assert!(
            config.is_ok(),
            "playbooks.md:{line}: {}",
            config.unwrap_err()
        );
        let table: toml::Table = toml::from_str(&example).unwrap();
        let wrong = complaints(&serde_json::to_value(table).unwrap());
        assert!(wrong.is_empty(), "playbooks.md:{line}: {wrong:?}");
    }
}

#[test]
fn each_key_each_condition_and_each_word_is_in_an_example_or_explained() {
    let document = document();
    let examples: String = examples(&document)
        .into_iter()
        .map(|(_, text)| text)
        .collect();
    let keys = PLAYBOOK_KEYS
        .iter()
        .chain(&AFTER_KEYS)
        .chain(&CONDITIONS)
        .chain(&TESTS);
    for key in keys.chain(&TRAVEL).chain(&RISK) {
        assert!(
            examples.contains(&format!("{key} ="))
                || examples.contains(&format!("{key}."))
                || *key == "about",
            "`{key}` has no example"
        );
    }
    for key in PLAYBOOK_KEYS.iter().chain(&CONDITIONS) {
        assert!(
            document.contains(&format!("\n| `{key}` |")),
            "`{key}` is not explained"
        );
    }
    for word in words() {
        assert!(
            document.contains(&format!("\"{word}\"")),
            "\"{word}\" is not in the document"
        );
    }
}

fn rows(playbooks: &[Playbook]) -> String {
    let cell = |text: &str| {
        text.split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .replace('|', "\\|")
    };
    let mut table =
        "| playbook | what it finds | when it responds | what it does |\n|---|---|---|---|\n"
            .to_owned();
    for playbook in playbooks {
        let (name, about) = (&playbook.name, cell(&playbook.about));
        let (fires, does) = (cell(&playbook.fires()), cell(&playbook.does()));
        writeln!(table, "| `{name}` | {about} | {fires} | {does} |").unwrap();
    }
    table
}

#[track_caller]
fn holds(mark: &str, table: &str) {
    let (begin, end) = (
        format!("<!-- {mark} -->\n"),
        format!("<!-- end of {mark} -->"),
    );
    let document = document();
    let (before, rest) = document.split_once(&begin).unwrap();
    let (now, after) = rest.split_once(&end).unwrap();
    let wanted = format!("\n{table}\n");
    if std::env::var_os(WRITE).is_some() {
        fs::write(
            path("playbooks.md"),
            [before, &begin, &wanted, &end, after].concat(),
        )
        .unwrap();
    } else {
        assert!(
            now == wanted,
            "the table of {mark} is not that of the code: run this with {WRITE}=1"
        );
    }
}

#[test]
fn the_tables_are_those_of_the_code() {
    holds("built-in playbooks", &rows(Policy::default().playbooks()));
    holds("templates", &rows(&Policy::templates()));
    let number = Policy::default().playbooks().len();
    assert!(document().contains(&format!("{number} of them are on without a line of")));
}
