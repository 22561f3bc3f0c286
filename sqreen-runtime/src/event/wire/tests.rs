use std::mem::discriminant;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree;
use serde_json::{Value, json};

use super::*;
use crate::event::arbitrary;

/// What derive makes of an event: the model of how one is read.
#[derive(Debug, PartialEq, Deserialize)]
struct Model {
    at: Timestamp,
    #[serde(default)]
    origin: Origin,
    #[serde(flatten)]
    what: What,
}

fn read(text: &str) -> Result<Event, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

fn by_derive(text: &str) -> Result<Event, String> {
    let read: Result<Model, _> = serde_json::from_str(text);
    read.map(|Model { at, origin, what }| Event { at, origin, what })
        .map_err(|error| error.to_string())
}

/// The fields of an object that is written as JSON, in their order. An array of pairs, because an object
/// could not have a field twice.
type Pairs = Vec<(String, Value)>;

fn fields(event: &Event) -> Pairs {
    let Value::Object(fields) = serde_json::to_value(event).unwrap() else {
        unreachable!("an event is an object");
    };
    fields.into_iter().collect()
}

fn object(pairs: &[(String, Value)]) -> String {
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}:{value}", json!(name)))
        .collect();
    format!("{{{}}}", pairs.join(","))
}

/// JSON of all kinds, and what looks like parts of events.
fn values() -> impl Strategy<Value = Value> {
    let user = json!({"email": "a@b"});
    let leaves = vec![
        json!(null),
        json!(true),
        json!(0),
        json!(7),
        json!(-7),
        json!(1.5),
        json!(u64::MAX),
        json!([]),
        json!({}),
        json!(""),
        json!("success"),
        json!("FR"),
        json!("10.0.0.0/8"),
        json!("0123456789abcdef"),
        json!("01234567"),
        json!({"success": null}),
        json!({"user": user}),
        json!({"network": "::1"}),
        json!({"address": "192.0.2.1"}),
        json!({"user_at": {"user": user, "network": "::1"}}),
        json!({"user": user, "network": "::1"}),
        json!({"plan": "x"}),
        json!({"plan": 1}),
        json!({"secs": 1, "nanos": 0}),
        json!([1, 0]),
        json!(["x"]),
        json!([{"step_up": {"user": user, "until": 5}}]),
        json!([{"ban": {}}]),
        user,
    ];
    select(leaves)
}

/// Kinds of events, and what is none.
fn kinds() -> impl Strategy<Value = Value> {
    select(vec![
        "login",
        "sign_up",
        "session",
        "custom",
        "decision",
        "ban",
        "pardon",
        "allow",
        "refusal",
        "stepped_up",
        "policy",
        "Login",
        "",
    ])
    .prop_map(Value::from)
}

/// Objects of known fields: those of up to two events, shuffled, some with another value or left out.
fn objects() -> impl Strategy<Value = String> {
    let changes = vec((any::<Index>(), proptest::option::of(values())), 0..3);
    let kind = proptest::option::weighted(0.2, kinds());
    let pairs = (
        arbitrary::events(),
        proptest::option::weighted(0.5, arbitrary::events()),
        any::<bool>(),
    );
    (pairs, changes, kind).prop_flat_map(|((one, other, twice), changes, kind)| {
        let mut pairs = fields(&one);
        for (name, value) in other.iter().flat_map(fields) {
            // Two events have most of their fields twice, which is an error and no more to be learnt from.
            if twice || pairs.iter().all(|(known, _)| *known != name) {
                pairs.push((name, value));
            }
        }
        for (place, value) in changes {
            if pairs.is_empty() {
                break;
            }
            let place = place.index(pairs.len());
            match value {
                // A `type` that is no string is a test of its own.
                Some(value) if pairs[place].0 != "type" => pairs[place].1 = value,
                _ => drop(pairs.remove(place)),
            }
        }
        for (name, value) in &mut pairs {
            if name == "type"
                && let Some(kind) = &kind
            {
                *value = kind.clone();
            }
        }
        Just(pairs).prop_shuffle().prop_map(|pairs| object(&pairs))
    })
}

proptest! {
    #[test]
    fn every_event_is_read_as_it_was_written(event in arbitrary::events()) {
        let text = serde_json::to_string(&event).unwrap();
        prop_assert_eq!(read(&text), Ok(event), "{}", text);
    }

    #[test]
    fn the_order_of_fields_does_not_matter(
        (event, pairs) in arbitrary::events().prop_flat_map(|event| {
            let pairs = Just(fields(&event)).prop_shuffle();
            (Just(event), pairs)
        })
    ) {
        let text = object(&pairs);
        prop_assert_eq!(read(&text), Ok(event), "{}", text);
    }

    #[test]
    fn what_is_read_and_what_is_refused_is_what_derive_reads_and_refuses(text in objects()) {
        let (ours, derived) = (read(&text), by_derive(&text));
        match (&ours, &derived) {
            (Ok(ours), Ok(derived)) => prop_assert_eq!(ours, derived, "{}", text),
            (Err(_), Err(_)) => {}
            _ => prop_assert!(false, "{text}\n{ours:?}\n{derived:?}"),
        }
    }

    #[test]
    fn fields_of_newer_writers_are_ignored_wherever_they_stand(
        event in arbitrary::events(), value in values(), place: Index
    ) {
        let mut pairs = fields(&event);
        pairs.insert(place.index(pairs.len() + 1), ("newer".into(), value));
        prop_assert_eq!(read(&object(&pairs)), Ok(event));
    }

    #[test]
    fn a_field_that_is_there_twice_is_refused_by_its_name(event in arbitrary::events(), which: Index, place: Index) {
        let mut pairs = fields(&event);
        let again = pairs[which.index(pairs.len())].clone();
        pairs.insert(place.index(pairs.len() + 1), again.clone());
        let error = read(&object(&pairs)).unwrap_err();
        prop_assert!(error.contains(&format!("duplicate field `{}`", again.0)), "{}", error);
    }
}

#[test]
fn what_is_wrong_is_said_with_the_name_of_its_field() {
    for (text, expected) in [
        (r#"{}"#, "missing field `type`"),
        (r#"[]"#, "expected an event"),
        (
            r#"{"type":"login","outcome":"success"}"#,
            "missing field `at`",
        ),
        (r#"{"at":5,"type":"login"}"#, "missing field `outcome`"),
        (
            r#"{"at":5,"type":"ban","subject":{"network":"::1"}}"#,
            "missing field `id`",
        ),
        (
            r#"{"at":"5","type":"login","outcome":"success"}"#,
            "`at`: invalid type: string \"5\", expected u64",
        ),
        (
            r#"{"at":5,"type":"log in"}"#,
            "`type`: unknown variant `log in`, expected one of `login`, `sign_up`",
        ),
        (
            r#"{"at":5,"type":0}"#,
            "`type`: invalid type: integer `0`, expected the kind of an event as a string",
        ),
        (
            r#"{"at":5,"type":{"login":null}}"#,
            "`type`: invalid type: map",
        ),
        (r#"{"at":5,"type":"login","outcome":7}"#, "`outcome`: "),
        (
            r#"{"at":5,"outcome":7,"type":"login"}"#,
            "`outcome`: a name, or an object with one field, is expected",
        ),
        (
            r#"{"at":5,"outcome":"maybe","type":"login"}"#,
            "`outcome`: unknown variant `maybe`, expected one of",
        ),
        (
            r#"{"at":5,"type":"login","outcome":"success","user":{"email":7}}"#,
            "`user`: invalid type: integer `7`, expected a string for `email`",
        ),
        (
            r#"{"at":5,"user":{"email":7},"type":"login","outcome":"success"}"#,
            "`user`: invalid type: integer `7`, expected a string for `email`",
        ),
        (
            r#"{"at":5,"type":"login","outcome":"success","user":{"email":"a","email":"b"}}"#,
            "`user`: `email` is given twice",
        ),
        (
            r#"{"at":5,"type":"login","outcome":"success","traits":{"plan":"a","plan":"b"}}"#,
            "`traits`: `plan` is given twice",
        ),
        (
            r#"{"at":5,"type":"custom","name":"a","properties":{"n":1,"n":2}}"#,
            "`properties`: `n` is given twice",
        ),
        (
            r#"{"at":5,"type":"custom","name":"sq.a"}"#,
            "`name`: `sq.a` begins with the reserved `sq.`",
        ),
        (
            r#"{"at":5,"origin":{"address":"10.0.0.0/8"},"type":"login","outcome":"success"}"#,
            "`origin`: \"10.0.0.0/8\" is a network, and one address is wanted here",
        ),
        (
            r#"{"at":5,"origin":{"facts":{"country":"France"}},"type":"login","outcome":"success"}"#,
            "`origin`: a country is two letters",
        ),
        (
            r#"{"at":5,"type":"refusal","decision":"12","point":"login"}"#,
            "`decision`: a decision's id has 16 hexadecimal digits",
        ),
    ] {
        let error = read(text).unwrap_err();
        assert!(error.contains(expected), "{text}\n{error}");
    }
}

#[test]
fn the_place_of_a_mistake_is_told_once() {
    let error = read(r#"{"at":"5","type":"allow"}"#).unwrap_err();
    assert_eq!(
        error,
        "`at`: invalid type: string \"5\", expected u64 at line 1 column 9"
    );
}

#[test]
fn what_is_more_than_an_event_keeps_is_cut_as_it_is_when_it_happens() {
    let long = "é".repeat(1_000);
    let many: serde_json::Map<_, _> = (0..99)
        .map(|n| (format!("{n:02}{long}"), long.as_str().into()))
        .collect();
    let text = json!({
        "at": 5, "origin": {"user_agent": long}, "type": "custom", "name": "a", "properties": many,
    });
    let event: Event = serde_json::from_value(text).unwrap();
    assert_eq!(event.origin.user_agent.unwrap().as_str().len(), 3 * 256);
    let What::Custom(custom) = event.what else {
        panic!("it is a custom event");
    };
    assert_eq!(custom.properties.iter().count(), 16);
    for (name, value) in custom.properties.iter() {
        assert_eq!((name.len(), value.to_string().len()), (64, 512));
    }

    let text = json!({"at": 5, "type": "session", "user": {"id": "1"}, "traits": many});
    let event: Event = serde_json::from_value(text).unwrap();
    let What::Session(session) = event.what else {
        panic!("it is a session");
    };
    assert_eq!(session.traits.iter().count(), 16);
    assert!(
        session
            .traits
            .iter()
            .all(|(name, value)| name.len() == 64 && value.is_empty())
    );
}

#[test]
fn numbers_that_json_cannot_write_are_written_as_text() {
    for (number, written) in [(f64::NAN, "NaN"), (f64::INFINITY, "inf")] {
        let text = serde_json::to_string(&crate::event::Property::Number(number)).unwrap();
        assert_eq!(text, format!("{written:?}"));
    }
}

/// Kinds are named in two places: where they are written, by derive, and here.
#[test]
fn each_kind_is_written_under_the_name_it_is_read_by() {
    let mut seen = Vec::new();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..500 {
        let what = arbitrary::whats().new_tree(&mut runner).unwrap().current();
        if !seen.contains(&discriminant(&what)) {
            seen.push(discriminant(&what));
        }
        // Exhaustive, so that a new kind is brought here by the compiler: to `Kind`, `arbitrary`, the model
        // and `docs/events.md`.
        let name = match what {
            What::Login(_) => "login",
            What::SignUp(_) => "sign_up",
            What::Session(_) => "session",
            What::Custom(_) => "custom",
            What::Decision(_) => "decision",
            What::Ban(_) => "ban",
            What::Pardon { .. } => "pardon",
            What::Allow { .. } => "allow",
            What::Refusal(_) => "refusal",
            What::SteppedUp { .. } => "stepped_up",
            What::Policy(_) => "policy",
        };
        let event = Event {
            at: Timestamp::default(),
            origin: Origin::default(),
            what,
        };
        assert_eq!(serde_json::to_value(event).unwrap()["type"], name);
    }
    assert_eq!(seen.len(), 11);
}
