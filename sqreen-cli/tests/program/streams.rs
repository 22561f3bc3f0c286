//! Streams that do not change, and what is decided about them, byte for byte.
//!
//! `shop.ndjson` was recorded by the example shop under the example attack; `town.ndjson` was made up by
//! `sqreen simulate`. `SNAPSHOTS=overwrite` writes down what is decided now.

use std::path::Path;

use super::support::{Scratch, sqreen};

fn decides_as_before(stream: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/program/streams");
    let (stream, known) = (
        folder.join(format!("{stream}.ndjson")),
        folder.join(format!("{stream}.decisions.ndjson")),
    );
    let scratch = Scratch::new();
    let decisions = scratch.path("decisions.ndjson");
    let words = [
        stream.as_os_str(),
        "--decisions".as_ref(),
        decisions.as_os_str(),
    ];
    sqreen(std::iter::once("replay".as_ref()).chain(words)).succeeds();
    let now = std::fs::read_to_string(decisions).unwrap();
    if std::env::var("SNAPSHOTS").is_ok_and(|what| what == "overwrite") {
        std::fs::write(known, now).unwrap();
        return;
    }
    let known = std::fs::read_to_string(known).unwrap();
    for (n, (known, now)) in known.lines().zip(now.lines()).enumerate() {
        assert_eq!(known, now, "line {}", n + 1);
    }
    assert_eq!(known, now);
}

#[test]
fn about_the_shop_under_attack_is_decided_what_was_decided_before() {
    decides_as_before("shop");
}

#[test]
fn about_a_town_with_every_attack_is_decided_what_was_decided_before() {
    decides_as_before("town");
}
