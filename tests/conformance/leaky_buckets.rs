//! CrowdSec's scenarios, and Auth0's throttle, which is a bucket as well.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::time::Duration;

use proptest::prelude::*;
use sqreen::event::{Address, Event, Outcome, Timestamp};
use sqreen::policy::{After, By, Conditions, Counts, Over, Playbook, TravelIs, When};

use super::random::{located, login, logins, parts};
use super::{HOUR, NEVER, by_the_book, failed, fires, succeeded};

/// CrowdSec's leaky bucket, as its documentation of scenarios has it: an event is poured, one leaks away each
/// `leakspeed`, and where there are more than `capacity` the bucket overflows and is destroyed.
struct Bucket {
    capacity: u32,
    leakspeed: Duration,
    buckets: HashMap<Address, (f64, Timestamp)>,
}

impl Bucket {
    fn new(capacity: u32, leakspeed: u64) -> Self {
        Self {
            capacity,
            leakspeed: Duration::from_secs(leakspeed),
            buckets: HashMap::new(),
        }
    }

    fn pours(&mut self, event: &Event) -> bool {
        let (from, _, outcome, now) = parts(event);
        if outcome != Outcome::Failure {
            return false;
        }
        let (level, last) = self.buckets.get(&from).copied().unwrap_or((0.0, now));
        let leaked = now.since(last).as_secs_f64() / self.leakspeed.as_secs_f64();
        let level = (level - leaked).max(0.0) + 1.0;
        // What floating point may be wrong by.
        if level > f64::from(self.capacity) + 1e-9 {
            self.buckets.remove(&from);
            return true;
        }
        self.buckets.insert(from, (level, now));
        false
    }
}

fn bucket(capacity: u32, leakspeed: u64) -> Playbook {
    Playbook {
        only_if: failed(),
        by: By::Address,
        reaching: NonZeroU32::new(capacity + 1).unwrap(),
        over: Over::Leaking(Duration::from_secs(leakspeed)),
        ..Playbook::new("bucket", When::Login)
    }
}

#[test]
fn generic_http_brute_force_overflows_at_the_sixth_failure() {
    let failures: Vec<Event> = (0..12)
        .map(|n| login(n * 100, 1, 1, Outcome::Failure))
        .collect();
    assert_eq!(fires([bucket(5, 10)], &failures), [5, 11]);
    // One each ten seconds leaks as fast as it is poured.
    let slow: Vec<Event> = (0..100)
        .map(|n| login(n * 10_000, 1, 1, Outcome::Failure))
        .collect();
    assert_eq!(fires([bucket(5, 10)], &slow), NEVER);
    // A little faster, and one more each 90 s stays.
    let faster: Vec<Event> = (0..100)
        .map(|n| login(n * 9_000, 1, 1, Outcome::Failure))
        .collect();
    assert_eq!(fires([bucket(5, 10)], &faster).first(), Some(&41));
}

#[test]
fn slow_brute_force_finds_what_the_fast_one_does_not() {
    let every_twelve: Vec<Event> = (0..30)
        .map(|n| login(n * 12_000, 1, 1, Outcome::Failure))
        .collect();
    assert_eq!(fires([bucket(5, 10)], &every_twelve), NEVER);
    assert_eq!(fires([bucket(10, 60)], &every_twelve).first(), Some(&12));
}

#[test]
fn a_trigger_fires_at_each_event_and_a_blackhole_silences_it() {
    let events: Vec<Event> = (0..130)
        .map(|n| login(n * 1_000, 1, 1, Outcome::Failure))
        .collect();
    assert_eq!(fires([bucket(0, 10)], &events).len(), 130);
    let blackhole = Playbook {
        cool_down: Duration::from_secs(60),
        ..bucket(0, 10)
    };
    assert_eq!(fires([blackhole], &events), [0, 60, 120]);
}

#[test]
fn user_enumeration_takes_six_users_however_often_each_is_tried() {
    let distinct = || Playbook {
        counts: Counts::Users,
        ..bucket(5, 10)
    };
    let one: Vec<Event> = (0..50)
        .map(|n| login(n * 100, 1, 1, Outcome::Failure))
        .collect();
    assert_eq!(fires([distinct()], &one), NEVER);
    let five: Vec<Event> = (0..50)
        .map(|n| login(n * 100, 1, (n % 5) as u8, Outcome::Failure))
        .collect();
    assert_eq!(fires([distinct()], &five), NEVER);
    let six: Vec<Event> = (0..6)
        .map(|n| login(n * 100, 1, n as u8, Outcome::Failure))
        .collect();
    assert_eq!(fires([distinct()], &six), [5]);
}

#[test]
fn a_condition_on_what_came_before_is_a_success_after_failures() {
    let conditional = Playbook {
        only_if: succeeded(),
        by: By::Address,
        after: Some(After {
            when: When::Login,
            only_if: failed(),
            counts: Counts::Events,
            reaching: NonZeroU32::new(4).unwrap(),
            within: HOUR * 2,
        }),
        ..Playbook::new("conditional", When::Login)
    };
    let after = |failures: u64, pause: u64| {
        let mut events: Vec<Event> = (0..failures)
            .map(|n| login(n * pause, 1, 1, Outcome::Failure))
            .collect();
        events.push(login(failures * pause, 1, 1, Outcome::Success));
        fires([conditional.clone()], &events)
    };
    assert_eq!(after(4, 1_000), [4]);
    assert_eq!(after(3, 1_000), NEVER);
    assert_eq!(after(4, 30 * 60_000), NEVER, "the first is two hours ago");
}

#[test]
fn impossible_travel_is_a_thousand_kilometres_at_any_speed() {
    let travel = Playbook {
        only_if: Conditions {
            travel: Some(TravelIs {
                kilometres: 1_000,
                kilometres_an_hour: 0,
            }),
            ..succeeded()
        },
        by: By::User,
        ..Playbook::new("impossible-travel", When::Login)
    };
    let to = |latitude, longitude| {
        // From Paris, three hours before.
        let from = located(login(0, 1, 1, Outcome::Success), 48.857, 2.352);
        let to = located(
            login(3 * 60 * 60_000, 2, 1, Outcome::Success),
            latitude,
            longitude,
        );
        fires([travel.clone()], &[from, to])
    };
    assert_eq!(to(52.52, 13.405), NEVER, "Berlin: 878 km");
    assert_eq!(to(52.23, 21.012), [1], "Warsaw: 1,368 km");
}

/// Auth0's suspicious IP throttling, as its documentation has it: each failure takes one of 100 tokens, of which
/// one comes back each 864 s.
#[test]
fn suspicious_ip_throttling_ends_a_hundred_failures_a_day() {
    let throttle = || bucket(99, 864);
    let fast: Vec<Event> = (0..100)
        .map(|n| login(n * 10, 1, (n % 200) as u8, Outcome::Failure))
        .collect();
    assert_eq!(fires([throttle()], &fast), [99]);
    let patient: Vec<Event> = (0..400)
        .map(|n| login(n * 864_000, 1, 1, Outcome::Failure))
        .collect();
    assert_eq!(fires([throttle()], &patient), NEVER);
}

proptest! {
    #[test]
    fn buckets_overflow_by_the_book(
        events in logins(Duration::from_secs(15), 3, 4),
        (capacity, leakspeed) in prop_oneof![Just((5, 10)), Just((10, 60)), Just((3, 20)), Just((0, 10))],
    ) {
        let mut model = Bucket::new(capacity, leakspeed);
        let right = by_the_book(&events, |event| model.pours(event));
        prop_assert_eq!(fires([bucket(capacity, leakspeed)], &events), right);
    }
}
