//! Well-known scenarios of others, said as playbooks, fire when the originals do.
//!
//! Beside each stands a small model of the original, written from its documentation; both see the same random
//! streams and have to agree on each event, after which both start anew where the original does. A response's
//! length is another matter: it is checked where the original documents one.
//!
//! | scenario | source | said here as | what cannot be said, and why |
//! |---|---|---|---|
//! | generic HTTP brute force, slow brute force | CrowdSec hub: `leaky`, capacity 5 leaking one each 10 s; 10 each 60 s | [`Over::Leaking`], `reaching` one more than the capacity | buckets leak one at a time as CrowdSec's do; a full bucket there is gone once it overflows, and so it is here |
//! | user enumeration | CrowdSec hub: the same with `distinct` | [`Counts::Users`] | CrowdSec remembers a value until the bucket is destroyed, we for capacity + 1 leaks since it was last seen |
//! | `trigger`, `counter` | CrowdSec: capacity 0; overflow after a time | `reaching` 1; a window with `starts_over` | a counter tells how many at the end of its time; we tell when a figure is reached |
//! | `blackhole` | CrowdSec: silence after an overflow | `cool_down` | nothing |
//! | `conditional`: success after failures | CrowdSec: an expression over the events of the bucket | `after` | other expressions than "so many of these before that" |
//! | impossible travel | CrowdSec hub: two logins more than 1,000 km apart | [`TravelIs`] with a speed of next to nothing | nothing; ours also asks for a speed, which CrowdSec's does not |
//! | default jail | fail2ban: maxretry 5, findtime 10 m, bantime 10 m, `bantime.increment` | a window, `lasting`, `at_most` | the ban count is forgotten a day after the last ban's end, not with the database (`dbpurgeage`, 1 d); no random seconds |
//! | brute-force detection | Keycloak: 30 failures of a user, forgotten 12 h after the last; waits up to 15 min | [`By::User`], a window of 12 h | the count begins anew 12 h after the *last* failure there, each failure is forgotten after 12 h here; the quick check of 1 s is a playbook of its own |
//! | brute-force protection | Auth0: 10 failures of an identifier from an address | [`By::UserAndAddress`], redeemed by success | a block of 30 days: automatic bans end after a day |
//! | suspicious IP throttling | Auth0: 100 failures, one more each 864 s | a bucket of 100 | a throttle answers 429 until the next token, a ban refuses for its time |
//! | brute force | Datadog: more than 20 failures on a user from more than five addresses, or more than 40 | two playbooks: `after` counts the addresses | nothing of these two; a reputation list is `address` |
//! | credential stuffing | Datadog: more than 30 failures and more than five accounts from an address | [`Counts::Events`] `after` six users | both figures have to hold in their own windows |
//! | account takeover prevention | AWS WAF: more than ten failed logins in ten minutes from an address | a window | one session's figures: logins have no session |
//! | sign-up protection | Arcjet: five in ten minutes from an address, the sixth is denied | a window | it denies the one; we close sign-ups for a time |
//! | login throttles | rack-attack's example: five in 20 s by address, and by e-mail | two playbooks | its windows are fixed, beginning at multiples of 20 s; ours slide, and so fire earlier, never later |
//! | AE1, AE2, AE3 | OWASP AppSensor: several usernames; several passwords; a rate of attempts, 13 in 6 min in its sample | [`Counts::Users`]; [`Counts::Secrets`]; a window | a list of responses, of which each attack takes the next: only its length escalates here |

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    reason = "a test may fail"
)]

mod identity_providers;
mod leaky_buckets;
mod random;
mod windows;

use std::time::Duration;

use sqreen::engine::Engine;
use sqreen::event::{Decision, Event, Outcome};
use sqreen::policy::{Conditions, Over, Playbook, Policy};

#[allow(unused_imports, reason = "the documentation above names them")]
use sqreen::policy::{By, Counts, TravelIs};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
/// At no event.
const NEVER: [usize; 0] = [];

fn failed() -> Conditions {
    Conditions {
        outcome: vec![Outcome::Failure],
        ..Conditions::default()
    }
}

fn succeeded() -> Conditions {
    Conditions {
        outcome: vec![Outcome::Success],
        ..Conditions::default()
    }
}

fn within(seconds: u64) -> Over {
    Over::Within(Duration::from_secs(seconds))
}

fn engine(playbooks: impl IntoIterator<Item = Playbook>) -> Engine {
    Engine::new(Policy::new(playbooks).unwrap(), 7)
}

/// At which events these playbooks fire.
fn fires(playbooks: impl IntoIterator<Item = Playbook>, events: &[Event]) -> Vec<usize> {
    let mut engine = engine(playbooks);
    let decides = |event: &Event| -> Vec<Decision> { engine.observe(event) };
    let decided: Vec<_> = events.iter().map(decides).collect();
    let fired = |n: &usize| !decided[*n].is_empty();
    (0..events.len()).filter(fired).collect()
}

/// At which events a model of the original does.
fn by_the_book(events: &[Event], mut model: impl FnMut(&Event) -> bool) -> Vec<usize> {
    (0..events.len()).filter(|n| model(&events[*n])).collect()
}
