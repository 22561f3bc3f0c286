//! Whatever a line of a stream holds, reading it does not panic, and what is an event is
//! written in such a way that the same event is read again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sqreen_runtime::event::Event;

fuzz_target!(|line: &[u8]| {
    let Ok(event) = serde_json::from_slice::<Event>(line) else {
        return;
    };
    let written = serde_json::to_vec(&event).expect("an event can be written");
    let again: Event = serde_json::from_slice(&written).expect("what was written can be read");
    assert_eq!(again, event);
    assert_eq!(
        serde_json::to_vec(&again).expect("an event can be written"),
        written
    );
});
