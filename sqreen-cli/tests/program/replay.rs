//! `sqreen replay`, as a user types it.

use super::support::{Scratch, sqreen};
use serde_json::Value;

/// Twenty people at home, and one address that guesses at their accounts and gets one right.
fn stream(scratch: &Scratch) -> std::path::PathBuf {
    let mut text = String::from("{\"sqreen\":\"events\",\"version\":1}\n");
    let mut login = |millis: u64, from: &str, outcome: &str, user: u64| {
        text += &format!(
            r#"{{"at":{},"origin":{{"address":"{from}","user_agent":"Firefox"}},"type":"login","outcome":"{outcome}","user":{{"email":"user-{user}@example.com"}}}}"#,
            1_800_000_000_000 + millis
        );
        text.push('\n');
    };
    for user in 0..20 {
        login(
            user * 60_000,
            &format!("198.51.100.{user}"),
            "success",
            user,
        );
    }
    for guess in 0..80 {
        let outcome = if guess == 40 { "success" } else { "failure" };
        login(2_000_000 + guess * 700, "203.0.113.9", outcome, guess % 20);
    }
    scratch.file("events.ndjson", &text)
}

#[test]
fn it_says_what_the_built_in_policy_would_have_done() {
    let scratch = Scratch::new();
    let stream = stream(&scratch);
    let shown = sqreen(["replay", stream.to_str().unwrap()]).succeeds();
    assert!(
        shown.contains("failures                   79       69           10"),
        "{shown}"
    );
    assert!(
        shown.contains("203.0.113.9  credential-stuffing"),
        "{shown}"
    );
    // Of the password that was right, since the address was refused by then.
    assert!(
        shown.contains("refused for 1 user, honest or not:\n  email=user-0@example.com"),
        "{shown}"
    );
}

#[test]
fn another_threshold_makes_a_difference_that_is_told() {
    let scratch = Scratch::new();
    let stream = stream(&scratch);
    let policy = scratch.file(
        "stricter.toml",
        "[playbooks.rapid-guessing]\nreaching = 5\n",
    );
    let words = [
        "replay",
        stream.to_str().unwrap(),
        "--against",
        "built-in",
        "--policy",
    ];
    let shown = sqreen(words.into_iter().chain([policy.to_str().unwrap()])).succeeds();
    assert!(
        shown.contains("Failed logins that got through: 5 instead of 10."),
        "{shown}"
    );
    assert!(shown.contains("203.0.113.9  3s 500ms earlier"), "{shown}");
}

#[test]
fn a_policy_differs_in_nothing_from_itself() {
    let scratch = Scratch::new();
    let stream = stream(&scratch);
    let shown = sqreen(["replay", stream.to_str().unwrap(), "--against", "built-in"]).succeeds();
    assert!(
        shown.contains("the built-in policy does what the built-in policy does"),
        "{shown}"
    );
}

#[test]
fn json_says_the_same_to_programs() {
    let scratch = Scratch::new();
    let stream = stream(&scratch);
    let shown = sqreen(["replay", "--json", stream.to_str().unwrap()]).succeeds();
    let all: Value = serde_json::from_str(&shown).unwrap();
    let tally = &all["policy"]["tally"];
    assert_eq!(tally["refused"]["failures"], 69);
    assert_eq!(tally["playbooks"]["credential-stuffing"]["decisions"], 1);
    assert_eq!(tally["banned"][0][0]["network"], "203.0.113.9");
    assert_eq!(tally["banned"][0][1]["guesses"], 10);
}

#[test]
fn the_standard_input_is_a_stream_as_well() {
    let scratch = Scratch::new();
    let text = std::fs::read_to_string(stream(&scratch)).unwrap();
    let shown = sqreen(["replay", "-"]).given(&text).succeeds();
    assert!(shown.contains("credential-stuffing"), "{shown}");
}

#[test]
fn decisions_are_a_stream_that_can_be_read() {
    let scratch = Scratch::new();
    let (stream, decisions) = (stream(&scratch), scratch.path("decisions.ndjson"));
    let words = ["replay", stream.to_str().unwrap(), "--decisions"];
    sqreen(words.into_iter().chain([decisions.to_str().unwrap()])).succeeds();
    let file = std::io::BufReader::new(std::fs::File::open(decisions).unwrap());
    let events: Vec<_> = sqreen::log::Reader::new(file)
        .unwrap()
        .map(|event| event.unwrap().what)
        .collect();
    assert!(
        matches!(&events[..], [sqreen::event::What::Decision(decision)]
        if *decision.playbook == *"credential-stuffing")
    );
}

#[test]
fn a_line_that_is_no_event_is_left_out_and_told() {
    let scratch = Scratch::new();
    let text = std::fs::read_to_string(stream(&scratch)).unwrap() + "nonsense\n";
    let run = sqreen(["replay", "-"]).given(&text);
    let told = run.complaint();
    assert!(
        told.starts_with("1 line is no event and was left out:\n  line 102,"),
        "{told}"
    );
    run.succeeds();
}

#[test]
fn what_cannot_be_read_is_named() {
    let scratch = Scratch::new();
    let stream = stream(&scratch);
    let stream = stream.to_str().unwrap();
    let wrong = scratch.file("wrong.toml", "[playbooks.rapid-guessing]\nreching = 5\n");
    let cases = [
        (
            vec!["replay", "nowhere.ndjson"],
            "nowhere.ndjson cannot be read: No such file",
        ),
        (
            vec!["replay", stream, "--policy", "nowhere.toml"],
            "cannot read nowhere.toml: No such file",
        ),
        (
            vec!["replay", stream, "--policy", wrong.to_str().unwrap()],
            "did you mean `reaching`?",
        ),
        (
            vec!["replay", wrong.to_str().unwrap()],
            "line 1 is not the header of a stream of events",
        ),
    ];
    for (words, expected) in cases {
        let complaint = sqreen(words).fails(2);
        assert!(complaint.contains(expected), "{complaint}");
    }
}

#[test]
fn labels_tell_which_honest_people_are_refused() {
    let scratch = Scratch::new();
    let (out, labels) = (scratch.path("events.ndjson"), scratch.path("labels.ndjson"));
    let (out, labels) = (out.to_str().unwrap(), labels.to_str().unwrap());
    let words = [
        "simulate", "--people", "300", "--days", "14", "--out", out, "--labels", labels,
    ];
    sqreen(words).succeeds();
    let all_refused = "[playbooks.everybody]\nwhen = \"session\"\nthen = \"ban-address\"\n";
    let policy = scratch.file("all.toml", all_refused);
    let policy = policy.to_str().unwrap();
    let built_in = sqreen(["replay", out, "--labels", labels]).succeeds();
    assert!(
        built_in.contains("of honest people 0 were refused."),
        "{built_in}"
    );
    let words = [
        "replay",
        out,
        "--labels",
        labels,
        "--policy",
        policy,
        "--against",
        "built-in",
    ];
    let shown = sqreen(words).succeeds();
    assert!(
        shown.contains("not refused any more: 0 honest users."),
        "{shown}"
    );
    assert!(!shown.contains("Refused now: 0"), "{shown}");
}

#[test]
fn a_policy_that_lets_attackers_guess_more_than_its_author_says_fails_the_check() {
    let scratch = Scratch::new();
    let generous = "[limits]\nguesses-a-day-from-an-address = 50\n\
                    [playbooks.guessing-all-day]\nreaching = 400\n\
                    [playbooks.low-and-slow]\nmode = \"off\"\n";
    let policy = scratch.file("generous.toml", generous);
    let complaint = sqreen(["replay", "--check", "--policy", policy.to_str().unwrap()]).fails(1);
    let expected = "`guesses-a-day-from-an-address = 50` is exceeded: an attacker gets";
    assert!(complaint.contains(expected), "{complaint}");
    assert!(complaint.contains("guessing-all-day"), "{complaint}");
    let shown = sqreen(["replay", "--check"]).succeeds();
    assert!(shown.contains("no more than its limits allow"), "{shown}");
}
