//! Events as lines of a file: written, read, and what a replay makes of them.

use std::hint::black_box;
use std::net::Ipv4Addr;

use sqreen::UserIdentifiers;
use sqreen::event::{Attempt, Event, Origin, Outcome, Timestamp, UserAgent, What};
use sqreen::log::{Reader, Writer};

use crate::{Batch, CALLS, Row};

/// Five of the most frequent user agents, of some 110 bytes each.
const USER_AGENTS: [&str; 5] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
];

/// Takes turns so that no two after one another are neighbours; prime, so that all come up.
const STRIDE: usize = 7_919;

/// Milliseconds between two logins: a million are five minutes, so that nobody fails often enough to be banned.
const APART: f64 = 0.3;

/// The `n`th login of a stream in which one in ten fails, from somebody else's address, and each of so many
/// users logs in as often as any other.
#[must_use]
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a stream of some millions"
)]
pub fn login(n: usize, users: usize) -> Event {
    let who = n.wrapping_mul(STRIDE) % users;
    let fails = n.is_multiple_of(10);
    let home = if fails {
        (who + users / 2) % users
    } else {
        who
    };
    let outcome = if fails {
        Outcome::Failure
    } else {
        Outcome::Success
    };
    let user = UserIdentifiers::new("email", &format!("user{who:08x}@example.com")).ok();
    Event {
        at: Timestamp::from_millis(1_792_000_000_000 + (n as f64 * APART) as u64),
        origin: Origin {
            address: Some(Ipv4Addr::from_bits((home as u32).wrapping_mul(0x9E37_79B1)).into()),
            user_agent: Some(UserAgent::from_bytes(
                USER_AGENTS[who % USER_AGENTS.len()].as_bytes(),
            )),
            facts: None,
        },
        what: What::Login(Attempt::new(outcome, user)),
    }
}

/// A stream of so many logins, of as many users.
#[must_use]
pub fn stream(logins: usize) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new()).unwrap();
    for n in 0..logins {
        writer.write(&login(n, logins)).unwrap();
    }
    writer.into_inner()
}

/// A line read and written.
pub(crate) fn rows() -> Vec<Row> {
    let read = || {
        let mut reader = Reader::new(std::io::Cursor::new(stream(CALLS + 1))).unwrap();
        // The buffer has its size from the first.
        assert!(reader.next().is_some_and(|read| read.is_ok()));
        let events = Vec::with_capacity(CALLS);
        Batch::with((reader, events), |(reader, events)| {
            events.extend(reader.by_ref())
        })
    };
    let write = || {
        let events: Vec<Event> = (0..CALLS).map(|n| login(n, CALLS)).collect();
        let mut writer = Writer::new(Vec::with_capacity(2 * CALLS * 1024)).unwrap();
        writer.write(&login(CALLS, CALLS)).unwrap();
        Batch::with((writer, events), |(writer, events)| {
            for event in &*events {
                black_box(writer.write(black_box(event)).is_ok());
            }
        })
    };
    vec![
        Row::new("a login read from its line, sqreen", read),
        Row::new("a login written as a line, sqreen", write),
    ]
}
