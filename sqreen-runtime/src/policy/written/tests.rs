use proptest::prelude::*;

use super::*;
use crate::policy::arbitrary;
use crate::policy::{CountryIs, Mode, Over};

fn json<T: serde::Serialize>(written: &T) -> String {
    serde_json::to_string(written).unwrap()
}

fn read(text: &str) -> Result<Policy, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

fn mistake(playbook: &str) -> String {
    let read: Result<Playbook, _> = serde_json::from_str(playbook);
    read.unwrap_err().to_string()
}

#[test]
fn the_built_in_playbooks_and_the_templates_are_read_as_they_are_written() {
    let built_in = Policy::default();
    assert_eq!(read(&json(&built_in)), Ok(built_in));
    for template in Policy::templates() {
        let read: Playbook = serde_json::from_str(&json(&template)).unwrap();
        assert_eq!(read, template);
    }
}

#[test]
fn a_playbook_is_written_in_the_words_of_a_file() {
    let policy = Policy::default();
    let written = serde_json::to_value(&policy.playbooks()[1]).unwrap();
    let expected = serde_json::json!({
        "name": "credential-stuffing",
        "about": written["about"],
        "when": "login",
        "if": { "outcome": "failure", "place": "new" },
        "by": "address",
        "counts": "users",
        "reaching": 10,
        "within": "10m",
        "sparing": 100,
        "redeemed-by-success": true,
        "then": "ban-address",
        "lasting": "15m",
        "at-most": "12h",
        "severity": "medium",
        "mode": "enforce",
    });
    assert_eq!(written, expected);
}

#[test]
fn what_is_wrong_is_told_with_its_key_and_the_word_that_was_meant() {
    assert_eq!(
        mistake(r#"{"name": "a", "when": "login", "if": {"outcome": ["failure", "sucess"]}}"#),
        "`if.outcome` is \"sucess\", but should be \"success\", \"failure\", \"error\", \"cancelled\" or \
         \"panicked\"; did you mean \"success\"?"
    );
    assert_eq!(
        mistake(
            r#"{"name": "a", "when": "login", "after": {"when": "login", "within": "1h", "reching": 3}}"#
        ),
        "there is no `after.reching`; did you mean `reaching`?"
    );
    assert_eq!(
        mistake(r#"{"when": "login"}"#),
        "`name` is missing: decisions are found by it"
    );
    assert_eq!(
        mistake(r#"{"name": "a"}"#),
        "`when` is missing: it says what a playbook waits for, as in \"login\""
    );
    let whens = [
        (mistake(r#"{"name": "a", "when": 1}"#), "`when` is 1, but"),
        (
            read(r#"{"playbooks": {"a": {"when": 1}}}"#).unwrap_err(),
            "`playbooks.a.when` is 1, but",
        ),
        (
            read(r#"{"playbooks": {"a": {}}}"#).unwrap_err(),
            "`playbooks.a.when` is missing",
        ),
    ];
    for (found, told) in whens {
        assert!(found.starts_with(told), "{found}");
    }
    assert!(mistake(r#"{"name": "a", "when": "login", "reaching": 0}"#).contains("at least 1"));
    assert!(mistake(r#"{"name": "a", "when": "login", "when": "login"}"#).contains("twice"));
    assert!(mistake(r#"{"name": "a", "when": "login", "redirect": null}"#).contains("a null"));
    assert!(mistake(r#"{"name": "a", "when": "login", "mode": "off"}"#).contains("\"observe\""));
}

#[test]
fn what_does_not_go_together_is_not_read() {
    assert_eq!(
        mistake(r#"{"name": "a", "when": "session", "if": {"outcome": "failure"}}"#),
        "the playbook `a` asks for an outcome, which only logins and sign-ups have"
    );
    let twice = r#"{"playbooks": {"a": {"when": "login"}, "a": {"when": "login"}}}"#;
    assert!(read(twice).unwrap_err().contains("twice"));
    assert!(
        read(r#"{"playbook": {}}"#)
            .unwrap_err()
            .contains("`playbooks`")
    );
}

#[test]
fn the_order_of_playbooks_is_kept() {
    let policy =
        read(r#"{"playbooks": {"b": {"when": "login"}, "a": {"when": "login"}}}"#).unwrap();
    let names: Vec<&str> = policy
        .playbooks()
        .iter()
        .map(|playbook| &*playbook.name)
        .collect();
    assert_eq!(names, ["b", "a"]);
}

#[test]
fn an_event_that_is_called_like_a_word_is_told_from_it() {
    let mistake = mistake(r#"{"name": "a", "when": "signup"}"#);
    assert!(
        mistake.contains("did you mean \"sign-up\"?")
            && mistake.contains(r#"{ event = "signup" }"#)
    );
    let playbook: Playbook =
        serde_json::from_str(r#"{"name": "a", "when": {"event": "login"}}"#).unwrap();
    assert_ne!(playbook.when, When::Login);
    assert!(json(&playbook).contains(r#""when":{"event":"login"}"#));
}

#[test]
fn a_country_that_is_none_is_told_from_one_where_nobody_is() {
    let country = |code: &str| {
        let text = format!(r#"{{"name": "a", "when": "login", "if": {{"country": {code}}}}}"#);
        serde_json::from_str::<Playbook>(&text).map_err(|error| error.to_string())
    };
    let codes: Vec<&str> = countries::ASSIGNED.split(' ').collect();
    assert_eq!(codes.len(), 249);
    assert!(codes.is_sorted());
    for code in codes.iter().chain(&["XK", "ZZ", "AA", "QM"]) {
        let playbook = country(&format!("{code:?}")).unwrap();
        assert_eq!(
            playbook.only_if.country,
            Some(CountryIs::OneOf(vec![code.parse().unwrap()]))
        );
    }
    assert!(
        country("\"UK\"")
            .unwrap_err()
            .ends_with("did you mean \"GB\"?")
    );
    assert!(
        country(r#"["FR", "DEU"]"#)
            .unwrap_err()
            .ends_with("did you mean \"DE\"?")
    );
    assert!(
        country(r#"{"not": "QL"}"#)
            .unwrap_err()
            .starts_with("`if.country.not` is \"QL\"")
    );
    assert!(
        country("\"nwe\"")
            .unwrap_err()
            .contains("did you mean \"new\"?")
    );
}

#[test]
fn values_of_properties_are_compared_as_text_however_they_are_written() {
    let text = r#"{"name": "a", "when": "order.paid",
                   "if": {"properties": {"b": true, "i": 7, "n": 7.5, "t": "7", "l": [1, "x", false]}}}"#;
    let playbook: Playbook = serde_json::from_str(text).unwrap();
    let texts =
        |of: &[&str]| crate::policy::Test::OneOf(of.iter().map(|text| (*text).into()).collect());
    let properties = &playbook.only_if.properties;
    assert_eq!(properties["b"], texts(&["true"]));
    assert_eq!(properties["i"], properties["t"]);
    assert_eq!(properties["n"], texts(&["7.5"]));
    assert_eq!(properties["l"], texts(&["1", "x", "false"]));
}

#[test]
fn each_word_is_written_as_it_is_read() {
    fn all<W: Word + std::fmt::Debug>() {
        for (word, meant) in W::WORDS {
            assert_eq!(words::word_for(meant), Some(*word));
            assert_eq!(words::word::<W>(&(*word).into()).unwrap(), *meant);
        }
        assert!(W::WORDS.len() > 1, "{}", listed::<W>());
    }
    all::<crate::event::Outcome>();
    all::<crate::event::Severity>();
    all::<crate::event::AddressKind>();
    all::<crate::policy::Habit>();
    all::<crate::policy::UserIs>();
    all::<Then>();
    all::<When>();
    all::<By>();
    all::<Counts>();
    all::<Option<Mode>>();
    assert_eq!(
        <crate::event::AddressKind as Word>::WORDS.len(),
        crate::event::AddressKind::ALL.len()
    );
}

#[test]
fn what_is_written_is_cut_where_an_error_repeats_it() {
    let long = format!(
        r#"{{"name": "a", "when": "login", "then": "{}"}}"#,
        "é".repeat(10_000)
    );
    let mistake = mistake(&long);
    assert!(mistake.len() < 600, "{}", mistake.len());
}

#[test]
fn durations_are_written_to_the_nanosecond() {
    let odd = Over::Within(std::time::Duration::from_nanos(86_399_999_999_999));
    let playbook = Playbook {
        over: odd,
        ..Playbook::new("a", When::Login)
    };
    assert_eq!(
        serde_json::from_str::<Playbook>(&json(&playbook))
            .unwrap()
            .over,
        odd
    );
}

proptest! {
    #[test]
    fn every_playbook_is_read_as_it_is_written(playbook in arbitrary::playbooks()) {
        let read: Playbook = serde_json::from_str(&json(&playbook)).unwrap();
        prop_assert_eq!(read, playbook);
    }

    #[test]
    fn every_policy_is_read_as_it_is_written(policy in arbitrary::policies()) {
        let read = read(&json(&policy)).unwrap();
        prop_assert_eq!(read.version(), policy.version());
        prop_assert_eq!(read, policy);
    }

    #[test]
    fn what_anybody_writes_never_panics(text in "\\PC{0,60}") {
        let _ = read(&text);
        let _ = read(&format!(r#"{{"playbooks": {{"a": {{"when": "login", {text}}}}}}}"#));
    }
}
