//! Scenarios that count in a stretch of time: fail2ban, AWS WAF, Arcjet, rack-attack, OWASP AppSensor.

use std::collections::HashMap;
use std::hash::Hash;
use std::num::NonZeroU32;
use std::time::Duration;

use proptest::prelude::*;
use sqreen::event::{DigestKey, Event, Outcome, Timestamp};
use sqreen::policy::{By, Counts, Playbook, Then, When};

use super::random::{login, logins, parts, sign_up, with_secret};
use super::{MINUTE, NEVER, by_the_book, engine, failed, fires, within};

/// So many in a stretch of time that ends now, after which the count starts over.
struct Window<K> {
    most: usize,
    time: Duration,
    counted: HashMap<K, Vec<Timestamp>>,
}

impl<K: Hash + Eq> Window<K> {
    fn new(most: usize, time: Duration) -> Self {
        Self {
            most,
            time,
            counted: HashMap::new(),
        }
    }

    fn counts(&mut self, by: K, now: Timestamp) -> bool {
        let counted = self.counted.entry(by).or_default();
        counted.push(now);
        counted.retain(|at| now.since(*at) < self.time);
        let full = counted.len() >= self.most;
        if full {
            counted.clear();
        }
        full
    }
}

fn failures(by: By, reaching: u32, seconds: u64) -> Playbook {
    Playbook {
        only_if: failed(),
        by,
        reaching: NonZeroU32::new(reaching).unwrap(),
        over: within(seconds),
        ..Playbook::new("failures", When::Login)
    }
}

/// fail2ban's default jail: `maxretry` 5, `findtime` 10 m, `bantime` 10 m.
fn jail() -> Playbook {
    Playbook {
        then: vec![Then::BanAddress],
        lasting: MINUTE * 10,
        at_most: MINUTE * 10,
        ..failures(By::Address, 5, 600)
    }
}

#[test]
fn the_default_jail_takes_five_failures_in_ten_minutes() {
    let every = |seconds: u64| {
        let events: Vec<Event> = (0..20)
            .map(|n| login(n * seconds * 1_000, 1, 1, Outcome::Failure))
            .collect();
        fires([jail()], &events)
    };
    assert_eq!(every(1), [4, 9, 14, 19]);
    assert_eq!(every(149), [4, 9, 14, 19]);
    assert_eq!(every(150), NEVER);
}

#[test]
fn bantime_increment_doubles_as_fail2ban_does() {
    // ban.Time * 2^count, up to bantime.maxtime.
    let increment = Playbook {
        at_most: MINUTE * 10 * 64,
        ..jail()
    };
    let mut engine = engine([increment]);
    let mut now = 0;
    for count in 0..9 {
        let decisions: Vec<_> = (0..5)
            .flat_map(|_| engine.observe(&login(now, 1, 1, Outcome::Failure)))
            .collect();
        let until = decisions[0].responses[0].until();
        let lasts = until.since(Timestamp::from_millis(1_000_000_000 + now));
        assert_eq!(lasts, MINUTE * 10 * 2_u32.pow(count).min(64));
        now = until.as_millis() - 1_000_000_000;
    }
}

#[test]
fn account_takeover_prevention_takes_more_than_ten_failures_in_ten_minutes() {
    let events: Vec<Event> = (0..11)
        .map(|n| login(n * 1_000, 1, n as u8, Outcome::Failure))
        .collect();
    assert_eq!(fires([failures(By::Address, 11, 600)], &events), [10]);
}

#[test]
fn the_sixth_sign_up_in_ten_minutes_is_one_too_many() {
    let sign_ups = || Playbook {
        by: By::Address,
        reaching: NonZeroU32::new(6).unwrap(),
        over: within(600),
        then: vec![Then::CloseSignUps],
        ..Playbook::new("sign-ups", When::SignUp)
    };
    let events: Vec<Event> = (0..6).map(|n| sign_up(n * 1_000, 1, n as u8)).collect();
    assert_eq!(fires([sign_ups()], &events), [5]);
    assert_eq!(fires([sign_ups()], &events[..5]), NEVER);
}

#[test]
fn login_throttles_by_address_and_by_account_fire_no_later_than_rack_attacks() {
    let by_address = Playbook {
        name: "address".into(),
        reaching: NonZeroU32::new(6).unwrap(),
        ..failures(By::Address, 6, 20)
    };
    let by_account = Playbook {
        name: "account".into(),
        ..failures(By::User, 6, 20)
    };
    let one_address: Vec<Event> = (0..6)
        .map(|n| login(n * 3_000, 1, n as u8, Outcome::Failure))
        .collect();
    let one_account: Vec<Event> = (0..6)
        .map(|n| login(n * 3_000, n as u8, 1, Outcome::Failure))
        .collect();
    for events in [one_address, one_account] {
        assert_eq!(
            fires([by_address.clone(), by_account.clone()], &events),
            [5]
        );
    }
    let spread: Vec<Event> = (0..50)
        .map(|n| login(n * 4_000, 1, 1, Outcome::Failure))
        .collect();
    assert_eq!(fires([by_address, by_account], &spread), NEVER);
}

#[test]
fn appsensor_finds_usernames_passwords_and_rates() {
    let of = |counts, reaching, seconds| Playbook {
        counts,
        ..failures(By::Address, reaching, seconds)
    };
    let users: Vec<Event> = (0..5)
        .map(|n| login(n * 1_000, 1, n as u8, Outcome::Failure))
        .collect();
    assert_eq!(fires([of(Counts::Users, 5, 300)], &users), [4], "AE1");
    let key = DigestKey::new(b"a test");
    let guess = |n: u64| {
        with_secret(
            login(n * 1_000, 1, 1, Outcome::Failure),
            key.secret(&n.to_le_bytes()),
        )
    };
    let passwords: Vec<Event> = (0..5).map(guess).collect();
    let ae2 = Playbook {
        by: By::User,
        ..of(Counts::Secrets, 5, 300)
    };
    assert_eq!(fires([ae2.clone()], &passwords), [4], "AE2");
    let same: Vec<Event> = (0..5).map(|_| guess(0)).collect();
    assert_eq!(
        fires([ae2], &same),
        NEVER,
        "one password five times is a form sent again"
    );
    let rate: Vec<Event> = (0..13)
        .map(|n| login(n * 29_000, 1, 1, Outcome::Success))
        .collect();
    let ae3 = Playbook {
        only_if: Default::default(),
        ..failures(By::Address, 13, 360)
    };
    assert_eq!(fires([ae3], &rate), [12], "AE3");
}

proptest! {
    #[test]
    fn jails_close_by_the_book(events in logins(Duration::from_secs(200), 3, 3)) {
        let mut model = Window::new(5, MINUTE * 10);
        let right = by_the_book(&events, |event| {
            let (from, _, outcome, now) = parts(event);
            outcome == Outcome::Failure && model.counts(from, now)
        });
        prop_assert_eq!(fires([jail()], &events), right);
    }

    #[test]
    fn throttles_of_accounts_close_by_the_book(events in logins(Duration::from_secs(5), 5, 2)) {
        let mut model = Window::new(6, Duration::from_secs(20));
        let right = by_the_book(&events, |event| {
            let (_, user, outcome, now) = parts(event);
            outcome == Outcome::Failure && model.counts(user, now)
        });
        prop_assert_eq!(fires([failures(By::User, 6, 20)], &events), right);
    }
}
