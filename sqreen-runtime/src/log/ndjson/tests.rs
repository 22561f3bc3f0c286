use std::io::{self, BufReader, ErrorKind, Read};

use proptest::prelude::*;

use super::*;
use crate::event::{Event, Origin, Timestamp, UserAgent, What, arbitrary};
use crate::identity::UserIdentifiers;

const HEADER: &str = r#"{"sqreen":"events","version":1}"#;

fn event(n: u64) -> Event {
    Event {
        at: Timestamp::from_millis(n),
        origin: Origin::default(),
        what: What::SteppedUp {
            user: UserIdentifiers::new("id", &n).unwrap(),
        },
    }
}

fn written(events: &[Event]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new()).unwrap();
    for event in events {
        writer.write(event).unwrap();
    }
    writer.into_inner()
}

fn line(n: u64) -> String {
    serde_json::to_string(&event(n)).unwrap()
}

fn refusal(file: &[u8]) -> String {
    Reader::new(file).unwrap_err().to_string()
}

proptest! {
    #[test]
    fn a_stream_is_read_as_it_was_written(
        events in proptest::collection::vec(arbitrary::events(), 0..6), piece in 1_usize..300
    ) {
        // In pieces, so that lines do not end where what was read from the file does.
        let file = written(&events);
        let reader = Reader::new(BufReader::with_capacity(piece, &file[..])).unwrap();
        let read: Vec<Event> = reader.collect::<Result<_, _>>().unwrap();
        prop_assert_eq!(read, events);
    }

    #[test]
    fn whatever_a_file_holds_is_read_to_its_end(lines in proptest::collection::vec(any::<Vec<u8>>(), 0..9)) {
        let file = [HEADER.as_bytes(), &lines.join(&b'\n')].join(&b'\n');
        let read = Reader::new(&file[..]).unwrap().count();
        let lines = file.split(|byte| *byte == b'\n').count();
        prop_assert_eq!(read, lines - 1 - usize::from(file.ends_with(b"\n")));
    }
}

#[test]
fn the_header_says_what_the_file_is_and_where_it_begins() {
    let first = 4_711.try_into().unwrap();
    let mut writer = Writer::starting_at(Vec::new(), first).unwrap();
    writer.write(&event(1)).unwrap();
    let file = String::from_utf8(writer.into_inner()).unwrap();
    let header = r#"{"sqreen":"events","version":1,"first":4711}"#;
    assert_eq!(file, format!("{header}\n{}\n", line(1)));

    let reader = Reader::new(file.as_bytes()).unwrap();
    assert_eq!(reader.next_place(), 4_711);
    assert_eq!(
        String::from_utf8(written(&[])).unwrap(),
        format!("{HEADER}\n")
    );
}

#[test]
fn the_place_of_an_event_is_that_of_its_line_whether_those_before_it_are_events_or_not() {
    let file = format!("{HEADER}\n{}\nnothing\n\n{}\n", line(1), line(2));
    let mut reader = Reader::new(file.as_bytes()).unwrap();
    let mut places = Vec::new();
    loop {
        let place = reader.next_place();
        match reader.next() {
            Some(read) => places.push((place, read.ok())),
            None => break,
        }
    }
    assert_eq!(
        places,
        [
            (1, Some(event(1))),
            (2, None),
            (3, None),
            (4, Some(event(2)))
        ]
    );
}

#[test]
fn a_last_line_without_an_end_and_ends_of_other_systems_are_read() {
    let file = format!("{HEADER}\r\n{}\r\n{}", line(1), line(2));
    let read: Result<Vec<_>, _> = Reader::new(file.as_bytes()).unwrap().collect();
    assert_eq!(read.unwrap(), [event(1), event(2)]);
}

#[test]
fn what_a_newer_writer_adds_to_the_header_is_ignored() {
    let file = format!(
        "{{\"version\":1,\"newer\":[1],\"sqreen\":\"events\"}}\n{}",
        line(1)
    );
    assert!(
        Reader::new(file.as_bytes())
            .unwrap()
            .all(|read| read.is_ok())
    );
}

#[test]
fn a_file_that_is_no_stream_or_of_another_version_is_refused_at_once() {
    for (file, expected) in [
        (
            "",
            "line 1 is not the header of a stream of events, such as {\"sqreen\":\"events\",\"version\":1}: it is empty",
        ),
        ("\n", "line 1 is not the header"),
        ("PK\u{3}\u{4}", "expected value, in `PK\\u{3}\\u{4}`"),
        (&line(1), "missing field `sqreen`"),
        (
            r#"{"sqreen":"bans","version":1}"#,
            "it is of `bans`, not of `events`",
        ),
        (r#"{"sqreen":"events"}"#, "missing field `version`"),
        (
            r#"{"sqreen":"events","version":1,"first":0}"#,
            "expected a nonzero u64",
        ),
        (
            r#"{"sqreen":"events","version":2,"first":"x"}"#,
            "the stream has version 2, and this sqreen reads version 1 only",
        ),
    ] {
        let error = refusal(file.as_bytes());
        assert!(error.contains(expected), "{error}");
    }
    let version = Reader::new(&br#"{"sqreen":"events","version":2}"#[..]).unwrap_err();
    assert!(matches!(version, ReadError::Version { version: 2 }));
    assert_eq!(version.line(), 1);
}

#[test]
fn what_is_wrong_with_a_line_is_said_with_its_number_its_column_and_a_part_of_it() {
    let read = |text: &[u8]| {
        let file = [HEADER.as_bytes(), text, b""].join(&b'\n');
        Reader::new(&file[..]).unwrap().next().unwrap().unwrap_err()
    };
    for (text, expected) in [
        (
            &br#"{"at":"x"}"#[..],
            r#"line 2, column 9: `at`: invalid type: string "x", expected u64, in `{"at":"x"}`"#,
        ),
        (b"", "line 2, column 0: EOF while parsing a value, in ``"),
        (b"{}", "line 2, column 2: missing field `type`, in `{}`"),
        (
            b"{\"at\xff\":",
            "line 2, column 5: it is not UTF-8, in `{\"at\u{fffd}\":`",
        ),
    ] {
        assert_eq!(read(text).to_string(), expected);
    }

    // However an attacker is called, what is shown is one line of printable text, and short.
    let name = "\u{202e}\u{1b}[31m\\n".repeat(1_000);
    let text = serde_json::json!({"at": 5, "type": "pardon", "subject": {"user": {name: 5}}});
    let error = read(text.to_string().as_bytes()).to_string();
    assert!(error.len() < 1_500, "{}", error.len());
    assert!(!error.contains(['\u{202e}', '\u{1b}', '\n']), "{error}");
    assert!(error.contains("..., in `..."), "{error}");
}

#[test]
fn a_line_that_is_too_long_is_an_error_and_no_memory_and_the_next_is_read() {
    let longest = format!("{}{}", line(1), " ".repeat(MAX_LINE - line(1).len()));
    let endless = vec![b'x'; 5 * MAX_LINE];
    let file = [
        HEADER.as_bytes(),
        &endless,
        longest.as_bytes(),
        line(2).as_bytes(),
        &endless,
    ]
    .join(&b'\n');
    let mut reader = Reader::new(&file[..]).unwrap();
    let too_long = reader.next().unwrap().unwrap_err();
    assert!(matches!(too_long, ReadError::TooLong { line: 2 }));
    assert_eq!(too_long.to_string(), "line 2 is longer than 1048576 bytes");
    assert_eq!(reader.next().unwrap().unwrap(), event(1));
    assert_eq!(reader.next().unwrap().unwrap(), event(2));
    assert!(matches!(
        reader.next(),
        Some(Err(ReadError::TooLong { line: 5 }))
    ));
    assert!(reader.next().is_none());
    assert!(reader.buffered() <= 2 * MAX_LINE, "{}", reader.buffered());
}

#[test]
fn an_event_that_no_reader_would_take_is_not_written() {
    let mut long = event(1);
    long.what = What::Ban(crate::event::Ban {
        id: crate::event::DecisionId::new(1, 1, 0),
        subject: UserIdentifiers::new("id", &1).unwrap().into(),
        until: None,
        because: "x".repeat(MAX_LINE).into(),
        reach: crate::event::Reach::Everything,
        redirect: None,
    });
    let mut writer = Writer::new(Vec::new()).unwrap();
    let error = writer.write(&long).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    writer.write(&event(2)).unwrap();
    let file = writer.into_inner();
    let read: Result<Vec<_>, _> = Reader::new(&file[..]).unwrap().collect();
    assert_eq!(read.unwrap(), [event(2)]);
}

/// The largest events that an application can cause fit into a line.
#[test]
fn the_largest_login_and_custom_event_fit_into_a_line() {
    let escaped = "\u{1}".repeat(600);
    let keys: Vec<String> = (0..8)
        .map(|n| format!("{n}{}", "\u{1}".repeat(63)))
        .collect();
    let user = || {
        let mut user = crate::identity::Capture::new();
        keys.iter().for_each(|key| user.add(key, &escaped[..512]));
        user.finish().unwrap()
    };
    let mut attempt = crate::event::Attempt::new(crate::event::Outcome::Success, Some(user()));
    attempt.resolved = Some(Box::new(user()));
    for n in 0..16 {
        attempt.traits = attempt
            .traits
            .with(&format!("{n}{escaped}"), &escaped[..512]);
    }
    let origin = Origin {
        user_agent: Some(UserAgent::from_bytes(escaped.as_bytes())),
        ..Origin::default()
    };
    let events = [Event {
        at: Timestamp::from_millis(u64::MAX),
        origin,
        what: What::Login(attempt),
    }];
    let file = written(&events);
    assert!(file.len() < MAX_LINE / 4, "{}", file.len());
    assert_eq!(
        Reader::new(&file[..]).unwrap().next().unwrap().unwrap(),
        events[0]
    );
}

#[test]
fn reading_ahead_gives_what_reading_gives() {
    let mut file = written(&(0..5_000).map(event).collect::<Vec<_>>());
    file.extend_from_slice(b"nothing\n");
    file.extend_from_slice(&vec![b' '; MAX_LINE + 1]);
    file.extend_from_slice(format!("\n{}", line(7)).as_bytes());
    let shown = |read: Result<Event, ReadError>| read.map_err(|error| error.to_string());
    let expected: Vec<_> = Reader::new(&file[..]).unwrap().map(shown).collect();

    let mut ahead = Reader::new(io::Cursor::new(file)).unwrap().ahead().unwrap();
    for (n, expected) in (1..).zip(expected) {
        assert_eq!(ahead.next_place(), n);
        assert_eq!(ahead.next().map(shown), Some(expected));
    }
    assert_eq!(ahead.next_place(), 5_004);
    assert!(ahead.next().is_none());
    assert!(ahead.next().is_none());
    assert_eq!(ahead.next_place(), 5_004);
}

#[test]
fn a_reader_that_nobody_asks_any_more_ends() {
    /// Says when it is gone.
    struct Told(std::sync::mpsc::Sender<()>);

    impl Read for Told {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            to.fill(b'\n');
            Ok(to.len())
        }
    }

    impl Drop for Told {
        fn drop(&mut self) {
            self.0.send(()).unwrap();
        }
    }

    let (gone, is_gone) = std::sync::mpsc::channel();
    let endless = io::Cursor::new(HEADER).chain(Told(gone));
    let mut ahead = Reader::new(BufReader::new(endless))
        .unwrap()
        .ahead()
        .unwrap();
    assert!(ahead.by_ref().take(10).all(|read| read.is_err()));
    drop(ahead);
    is_gone.recv().unwrap();
}

#[test]
#[should_panic(expected = "on the other thread")]
fn a_panic_while_reading_ahead_is_no_end_of_the_file() {
    struct Panics;

    impl Read for Panics {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            panic!("on the other thread");
        }
    }

    let file = io::Cursor::new(format!("{HEADER}\n{}\n", line(1)));
    let reader = Reader::new(BufReader::new(file.chain(Panics))).unwrap();
    reader.ahead().unwrap().for_each(drop);
}

#[test]
fn where_the_file_cannot_be_read_on_that_is_the_last_that_is_said() {
    struct Broken;

    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(ErrorKind::TimedOut.into())
        }
    }

    let file = format!("{HEADER}\n{}\n{{", line(1));
    let mut reader = Reader::new(BufReader::new(file.as_bytes().chain(Broken))).unwrap();
    assert!(reader.next().unwrap().is_ok());
    let error = reader.next().unwrap().unwrap_err();
    assert_eq!(error.to_string(), "line 3 cannot be read: timed out");
    assert!(reader.next().is_none());
}

/// `docs/events.md` is what people read who write such files, or read them with other tools.
#[test]
fn the_examples_of_the_documentation_are_read_and_written_as_they_stand() {
    let document = include_str!("../../../../docs/events.md");
    let examples: Vec<&str> = document
        .split("```json\n")
        .skip(1)
        .filter_map(|block| block.split("```").next())
        .flat_map(str::lines)
        .collect();
    let (headers, lines): (Vec<&str>, Vec<&str>) = examples
        .iter()
        .partition(|line| line.starts_with("{\"sqreen\""));
    let mut kinds = Vec::new();
    for line in lines {
        let event: Event =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}\n{line}"));
        assert_eq!(serde_json::to_string(&event).unwrap(), line);
        kinds.push(std::mem::discriminant(&event.what));
        let kind = serde_json::from_str::<serde_json::Value>(line).unwrap()["type"].clone();
        let heading = format!("\n### `{}`", kind.as_str().unwrap());
        assert!(document.contains(&heading), "{heading}");
    }
    kinds.dedup();
    assert!(kinds.len() >= 11, "an example of each kind");
    assert!(!headers.is_empty());
    for header in headers {
        assert!(Reader::new(header.as_bytes()).is_ok(), "{header}");
    }
}
