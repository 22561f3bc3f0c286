//! Whatever a file holds, and in whatever pieces it is read, reading it comes to its end, with as
//! many events and errors as it has lines. The events among them are written as a stream that has
//! the same events and no errors.

#![no_main]

use std::io::BufReader;

use libfuzzer_sys::fuzz_target;
use sqreen_runtime::event::Event;
use sqreen_runtime::log::{ReadError, Reader, Writer};

const HEADER: &[u8] = b"{\"sqreen\":\"events\",\"version\":1}\n";

fuzz_target!(|input: &[u8]| {
    // As it is, which is seldom a stream, and behind a header.
    read(input);
    read(&[HEADER, input].concat());
});

fn read(file: &[u8]) {
    let Ok(whole) = Reader::new(file) else {
        return;
    };
    let mut pieces =
        Reader::new(BufReader::with_capacity(7, file)).expect("the header is the same");
    let mut lines = file.split(|byte| *byte == b'\n').count() - usize::from(file.ends_with(b"\n"));
    let mut events = Vec::new();
    for read in whole {
        lines -= 1;
        let again = pieces.next().expect("the pieces make up the whole");
        match (read, again) {
            (Ok(event), Ok(again)) => {
                assert_eq!(event, again);
                events.push(event);
            }
            (Err(error), Err(again)) => {
                assert_eq!(error.to_string(), again.to_string());
                assert!(!matches!(error, ReadError::Io { .. }), "memory can be read");
                assert!(!error.to_string().contains(char::is_control));
            }
            (read, again) => panic!("{read:?} is {again:?} in pieces"),
        }
    }
    assert!(pieces.next().is_none());
    assert_eq!(lines, 1, "each line but the header is an event or an error");

    let mut writer = Writer::new(Vec::new()).expect("memory can be written");
    for event in &events {
        writer
            .write(event)
            .expect("what came out of a line goes into one");
    }
    let written = writer.into_inner();
    let again: Result<Vec<Event>, _> = Reader::new(&written[..])
        .expect("it has a header")
        .collect();
    assert_eq!(again.expect("each line is an event"), events);
}
