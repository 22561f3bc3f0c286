//! Whatever stands in a list of addresses, it is read without a panic; what is refused is refused in a few
//! words, and each line that is an address or a network by itself is on the list that it is in.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sqreen_runtime::event::{Address, Network};
use sqreen_runtime::intel::List;

/// More than the longest problem takes: errors never repeat a whole line.
const LONGEST_ERROR: usize = 1_000;

fuzz_target!(|input: &[u8]| {
    let list = match List::parse(input) {
        Ok(list) => list,
        Err(error) => {
            let lines = input.split(|byte| *byte == b'\n').count();
            assert!(error.line.is_none_or(|line| (1..=lines).contains(&line)));
            assert!(error.to_string().len() < LONGEST_ERROR);
            return;
        }
    };
    let mut entries = 0;
    for line in input.split(|byte| *byte == b'\n') {
        let Ok(network) = String::from_utf8_lossy(line.trim_ascii()).parse::<Network>() else {
            continue;
        };
        entries += 1;
        assert!(list.contains(Address::from(network.base())), "{network}");
    }
    assert!(list.len() >= entries);
});
