//! Each built-in playbook fires at its figure, and not just below it nor where honest people do the like.

mod attacks;
mod takeovers;

use std::time::Duration;

use sqreen::event::{Decision, DigestKey, Facts, SecretDigest, SessionDigest};
use sqreen::policy::Policy;

use super::world::*;

const ALICE: &str = "alice@example.com";

fn home() -> Client {
    Client::at("198.51.100.7")
}

fn attacker() -> Client {
    Client::at("203.0.113.9")
}

fn somebody(n: u32) -> String {
    format!("somebody-{n}@example.com")
}

/// Only this built-in playbook.
fn only(name: &str) -> World {
    let built_in = Policy::default();
    let one = built_in
        .playbooks()
        .iter()
        .filter(|playbook| *playbook.name == *name);
    let policy = Policy::new(one.cloned()).unwrap();
    assert_eq!(policy.playbooks().len(), 1, "{name}");
    World::with(policy)
}

/// Which of these events is the first to be decided about.
fn first(events: u32, mut event: impl FnMut(u32) -> Vec<Decision>) -> Option<u32> {
    (1..=events).find(|n| !event(*n).is_empty())
}

fn facts(country: &str, system: u32) -> Option<Facts> {
    Some(Facts {
        country: country.parse().ok(),
        system: Some(system),
        ..Facts::default()
    })
}

fn secret(of: &str) -> SecretDigest {
    DigestKey::new(b"a test").secret(of.as_bytes())
}

fn session(of: &str) -> SessionDigest {
    DigestKey::new(b"a test").session(of.as_bytes())
}

/// Some failures each five minutes, for so long, then many.
fn after_usual(
    mut event: impl FnMut(u32, Duration) -> Vec<Decision>,
    usual: u32,
    stretches: u32,
    then: u32,
) -> Option<u32> {
    let mut n = 0;
    for _ in 0..stretches {
        for _ in 0..usual {
            n += 1;
            assert_eq!(event(n, MINUTE * 5 / usual), [], "as usual");
        }
    }
    first(then, |more| event(n + more, Duration::from_millis(100)))
}
