//! `docs/sqreen.schema.json` takes what the reader takes, and knows the same keys and words.

use std::collections::BTreeSet;
use std::fs;
use std::sync::LazyLock;

use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::document::path;
use super::*;
use crate::config::file::INTEL;
use crate::config::intel;
use crate::policy::written::{
    AFTER_KEYS, CONDITIONS, KEYS as PLAYBOOK_KEYS, LIMITS, PLAYBOOKS, RISK, TESTS, TRAVEL, words,
};
use crate::policy::{Limit, arbitrary};

static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    let text = fs::read_to_string(path("sqreen.schema.json")).unwrap();
    serde_json::from_str(&text).unwrap()
});

static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| jsonschema::draft7::new(&SCHEMA).unwrap());

/// What an editor would mark.
pub(super) fn complaints(instance: &Value) -> Vec<String> {
    let complaint =
        |error: jsonschema::ValidationError<'_>| format!("{}: {error}", error.instance_path());
    VALIDATOR.iter_errors(instance).map(complaint).collect()
}

fn keys(of: &Value) -> BTreeSet<&str> {
    let properties = of["properties"].as_object().unwrap();
    properties.keys().map(String::as_str).collect()
}

fn definition(name: &str) -> &Value {
    &SCHEMA["definitions"][name]
}

/// The alternative of a definition that is a table.
fn table(of: &Value) -> &Value {
    let alternatives = of["anyOf"].as_array().unwrap();
    alternatives
        .iter()
        .find(|one| one["type"] == "object")
        .unwrap()
}

/// All there is in some value, and in what is in it.
fn all(value: &Value, visit: &mut impl FnMut(&Value)) {
    visit(value);
    match value {
        Value::Array(values) => values.iter().for_each(|value| all(value, visit)),
        Value::Object(map) => map.values().for_each(|value| all(value, visit)),
        _ => {}
    }
}

#[test]
fn the_schema_is_one() {
    assert!(jsonschema::draft7::meta::validate(&SCHEMA).is_ok());
}

#[test]
fn every_key_the_reader_knows_is_in_it_and_no_other() {
    fn set<'a>(keys: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
        keys.into_iter().collect()
    }
    assert_eq!(
        keys(&SCHEMA),
        set(KEYS.into_iter().chain([INTEL, PLAYBOOKS, LIMITS]))
    );
    assert_eq!(keys(&SCHEMA["properties"][INTEL]), set(intel::KEYS));
    assert_eq!(
        keys(&SCHEMA["properties"][LIMITS]),
        set(Limit::ALL.map(Limit::key))
    );
    assert_eq!(keys(definition("playbook")), set(PLAYBOOK_KEYS));
    assert_eq!(keys(definition("after")), set(AFTER_KEYS));
    let conditions = table(definition("conditions"));
    assert_eq!(keys(conditions), set(CONDITIONS));
    assert_eq!(
        keys(table(&conditions["properties"]["travel"])),
        set(TRAVEL)
    );
    assert_eq!(keys(table(&conditions["properties"]["risk"])), set(RISK));
    let mut tests = BTreeSet::new();
    for test in definition("test")["anyOf"].as_array().unwrap() {
        if test["type"] == "object" {
            tests.extend(keys(test));
        }
    }
    assert_eq!(tests, set(TESTS));
}

#[test]
fn every_word_every_playbook_and_every_template_is_in_it_and_no_other() {
    let mut found = BTreeSet::new();
    all(&SCHEMA["definitions"], &mut |value| {
        let words = value["enum"].as_array().into_iter().flatten();
        found.extend(words.map(|word| word.as_str().unwrap().to_owned()));
    });
    let (built_in, templates) = (Policy::default(), Policy::templates());
    let names = built_in.playbooks().iter().chain(&templates);
    let names: BTreeSet<_> = names.map(|playbook| playbook.name.to_string()).collect();
    let template = definition("playbook")["properties"]["template"]["enum"]
        .as_array()
        .unwrap();
    let named: BTreeSet<_> = template
        .iter()
        .map(|name| name.as_str().unwrap().to_owned())
        .collect();
    assert_eq!(named, names);

    let countries = crate::policy::written::countries().map(str::to_owned);
    let mut known: BTreeSet<_> = words()
        .into_iter()
        .map(str::to_owned)
        .chain(countries)
        .collect();
    known.extend(names);
    assert_eq!(found, known);

    let listed = keys(&SCHEMA["properties"][PLAYBOOKS]);
    let built_in: BTreeSet<&str> = built_in
        .playbooks()
        .iter()
        .map(|playbook| &*playbook.name)
        .collect();
    assert_eq!(listed, built_in);
}

#[test]
fn the_defaults_it_names_are_those_of_the_code() {
    let text = "[playbooks.mine]\nwhen = \"login\"";
    let mut with_defaults = String::from(text);
    for (key, schema) in definition("playbook")["properties"].as_object().unwrap() {
        if let Some(default) = schema.get("default") {
            with_defaults += &format!("\n{key} = {default}");
        }
    }
    assert!(with_defaults.contains("lasting"));
    assert_eq!(
        file(&with_defaults).unwrap().policy,
        file(text).unwrap().policy
    );

    let mut settings = String::new();
    for key in KEYS {
        if let Some(default) = SCHEMA["properties"][key].get("default") {
            settings += &format!("{key} = {default}\n");
        }
    }
    let (set, default) = (file(&settings).unwrap(), Config::default());
    assert_eq!(format!("{set:?}"), format!("{default:?}"));
}

#[test]
fn what_is_built_in_is_what_it_takes() {
    let mut playbooks = Policy::default().playbooks().to_vec();
    playbooks.extend(Policy::templates());
    let written = serde_json::to_value(Policy::new(playbooks).unwrap()).unwrap();
    assert_eq!(complaints(&written), [""; 0]);
}

/// One key, or one text, written wrong at a time.
fn typing_errors(written: &Value) -> Vec<Value> {
    let mut wrong = Vec::new();
    match written {
        Value::Object(map) => {
            for (key, value) in map {
                let with = |key: String, value: Value| {
                    let mut map = map.clone();
                    map.remove(key.trim_end_matches('x'));
                    map.insert(key, value);
                    Value::Object(map)
                };
                // Any name is one of a custom event, unless it is nearly one of the words.
                if key != "when" {
                    wrong.extend(
                        typing_errors(value)
                            .into_iter()
                            .map(|value| with(key.clone(), value)),
                    );
                }
                wrong.push(with(format!("{key}x"), value.clone()));
            }
        }
        Value::Array(values) => {
            for n in 0..values.len() {
                wrong.extend(typing_errors(&values[n]).into_iter().map(|value| {
                    let mut values = values.clone();
                    values[n] = value;
                    Value::Array(values)
                }));
            }
        }
        Value::String(text) => wrong.push(format!("{text}x").into()),
        _ => {}
    }
    wrong
}

#[test]
fn a_typing_error_that_the_reader_refuses_is_refused_by_it_too() {
    let mut refused = 0;
    for playbook in Policy::default()
        .playbooks()
        .iter()
        .chain(&Policy::templates())
    {
        let Value::Object(mut written) = serde_json::to_value(playbook).unwrap() else {
            panic!()
        };
        written.remove("name");
        for wrong in typing_errors(&Value::Object(written)) {
            let file = json!({ "playbooks": { "mine": wrong } });
            if serde_json::from_value::<Policy>(file.clone()).is_err() {
                refused += 1;
                assert!(!complaints(&file).is_empty(), "{file}");
            }
        }
    }
    assert!(refused > 500, "{refused}");
}

#[test]
fn what_a_file_cannot_say_is_refused_by_both() {
    for text in [
        "enabeld = true",
        "refusal_status = 200",
        "allow = \"10.0.0.0/8\"",
        "kept_events = 0",
        "pseudonym_secret = \"short\"",
        "policy = \"\"",
        "record = \"\"",
        "intel.torr = \"x\"",
        "[limits]\nguesses-a-day = 50",
        "[limits]\nguesses-a-day-from-an-address = 0",
        "[limits]\nguesses-a-day-from-an-address = \"50\"",
        "limits = 50",
        "[playbooks.credential-stufing]\nreaching = 3",
        "[playbooks.tor]\ntemplate = \"tor\"",
        "[playbooks.mine]\ntemplate = \"tro\"",
        "[playbooks.mine]\nwhen = \"signup\"",
        "[playbooks.mine]\nwhen = \"sq.login\"",
        "[playbooks.mine]\nwhen = \"login\"\nname = \"x\"",
        "[playbooks.mine]\nwhen = \"login\"\nwithin = \"1h\"\nleaking = \"1m\"",
        "[playbooks.mine]\nwhen = \"login\"\nwithin = 5",
        "[playbooks.mine]\nwhen = \"login\"\nwithin = \"5 parsecs\"",
        "[playbooks.mine]\nwhen = \"login\"\nshare = 101",
        "[playbooks.mine]\nwhen = \"login\"\nreaching = 1001",
        "[playbooks.mine]\nwhen = \"login\"\nthen = []",
        "[playbooks.mine]\nwhen = \"login\"\nif.country = \"UK\"",
        "[playbooks.mine]\nwhen = \"login\"\nif.user = \"root\"",
        "[playbooks.mine]\nwhen = \"login\"\nif.risk = 80",
        "[playbooks.mine]\nwhen = \"login\"\nif.risk = { above = 100 }",
        "[playbooks.mine]\nwhen = \"login\"\nif.risk = {}",
        "[playbooks.mine]\nwhen = \"login\"\nif.risk = { over = 80 }",
        "[playbooks.mine]\nwhen = \"order.paid\"\nif.properties.total = { above = 1, below = 2 }",
        "[playbooks.mine]\nwhen = \"order.paid\"\nif.properties.total = { above = \"1\" }",
    ] {
        let table: toml::Table = toml::from_str(text).unwrap();
        assert!(file(text).is_err(), "{text}");
        assert!(
            !complaints(&serde_json::to_value(table).unwrap()).is_empty(),
            "{text}"
        );
    }
}

proptest! {
    #[test]
    fn every_policy_is_what_it_takes(policy in arbitrary::policies()) {
        let written = serde_json::to_value(&policy).unwrap();
        prop_assert_eq!(complaints(&written), [""; 0]);
    }
}
