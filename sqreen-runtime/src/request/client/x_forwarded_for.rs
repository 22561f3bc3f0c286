//! How `X-Forwarded-For` is written: addresses with commas between them, no standard.

use super::hop::{self, Hop};
use super::literal;

/// Cuts the right-most entry off `rest` and reads it; `None` when there is none left.
#[inline]
pub(super) fn next_hop(rest: &mut &[u8]) -> Option<Hop> {
    loop {
        let line = rest.trim_ascii_end();
        // Nearly always: one pass reads the address and finds the comma.
        if let Some((four, before)) = literal::ipv4_at_end(line) {
            match before.trim_ascii_end() {
                [] => {
                    *rest = &[];
                    return Some(Hop::Address(four.into()));
                }
                [before @ .., b','] => {
                    *rest = before;
                    return Some(Hop::Address(four.into()));
                }
                _ => {}
            }
        }
        let (before, entry) = match line.iter().rposition(|byte| *byte == b',') {
            Some(comma) => (&line[..comma], line[comma + 1..].trim_ascii_start()),
            None => (&[][..], line.trim_ascii_start()),
        };
        *rest = before;
        // An empty entry is none (RFC 9110, 5.6.1.2).
        if !entry.is_empty() {
            return Some(hop::parse(entry));
        }
        if before.is_empty() {
            return None;
        }
    }
}
