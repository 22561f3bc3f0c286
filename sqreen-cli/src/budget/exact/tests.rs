//! The closed forms against the engine itself, with every schedule there is of a few milliseconds.

use std::num::NonZeroU32;

use proptest::prelude::*;
use proptest::sample::select;
use sqreen::UserIdentifiers;
use sqreen::event::{Attempt, Event, Origin, Timestamp, What};
use sqreen::pipeline::{Replay, Replayed};

use super::*;

const MINUTES: u64 = 60_000;

fn at(reaching: u32) -> NonZeroU32 {
    reaching.try_into().unwrap()
}

fn time(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn failures(name: &str, by: By, reaching: u32, over: Over, then: Then) -> Playbook {
    Playbook {
        only_if: Conditions {
            outcome: vec![Outcome::Failure],
            ..Conditions::default()
        },
        by,
        reaching: at(reaching),
        over,
        then: vec![then],
        ..Playbook::new(name, When::Login)
    }
}

fn only(playbook: Playbook) -> Policy {
    Policy::new([playbook]).unwrap()
}

fn limiter(playbook: Playbook) -> Limiter {
    Limiter::of(&only(playbook), 0, 0).unwrap()
}

/// How many guesses on one account from one address get through, of so many in each millisecond.
fn got(policy: &Policy, schedule: &[u32]) -> u64 {
    let mut replay = Replay::with_capacity(policy.clone(), 1, 100);
    let mut got = 0;
    for (now, guesses) in (1_800_000_000_000..).zip(schedule) {
        for _ in 0..*guesses {
            let user = UserIdentifiers::new("email", "alice@example.com").ok();
            let took_place = replay.take_in(&Event {
                at: Timestamp::from_millis(now),
                origin: Origin {
                    address: Some(std::net::Ipv4Addr::new(203, 0, 113, 9).into()),
                    ..Origin::default()
                },
                what: What::Login(Attempt::new(Outcome::Failure, user)),
            });
            got += u64::from(matches!(took_place, Replayed::TookPlace(_)));
        }
    }
    got
}

/// The most that any schedule of up to `each` guesses in each of `span` milliseconds gets.
fn most_of_all(policy: &Policy, span: u32, each: u32) -> u64 {
    let schedules = (each + 1).pow(span);
    let schedule = |n: u32| (0..span).map(move |at| n / (each + 1).pow(at) % (each + 1));
    (0..schedules)
        .map(|n| got(policy, &schedule(n).collect::<Vec<_>>()))
        .max()
        .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_beats_the_closed_forms_and_where_they_are_exact_something_meets_them(
        (reaching, span) in (1_u32..=3, 1_u32..=5),
        (by, then) in select(vec![
            (By::Address, Then::BanAddress),
            (By::Network, Then::BanNetwork),
            (By::User, Then::CloseUser),
            (By::User, Then::BanUser),
            (By::UserAndAddress, Then::BanAddress),
        ]),
        (window, leaks) in (1_u64..=6, any::<bool>()),
        (lasting, more, starts_over) in (1_u64..=4, 0_u64..=5, any::<bool>()),
    ) {
        let over = if leaks { Over::Leaking(time(window)) } else { Over::Within(time(window)) };
        let policy = only(Playbook {
            lasting: time(lasting),
            at_most: time(lasting + more),
            starts_over,
            ..failures("x", by, reaching, over, then)
        });
        let proven = Limiter::of(&policy, 0, 0).unwrap().most(span.into(), 1);
        let got = most_of_all(&policy, span, reaching);
        prop_assert!(got <= proven, "{got} of {proven}");
        if starts_over || (!leaks && u64::from(span) <= window) {
            prop_assert_eq!(got, proven);
        }
    }
}

#[test]
fn bans_that_double_are_waited_out_less_often() {
    let of = |lasting: u64, at_most: u64| {
        limiter(Playbook {
            lasting: time(lasting * MINUTES),
            at_most: time(at_most * MINUTES),
            ..failures(
                "x",
                By::Address,
                10,
                Over::Within(time(60 * MINUTES)),
                Then::BanAddress,
            )
        })
        .most(millis(DAY), 1)
    };
    // 96 bans of a quarter of an hour, with ten guesses each.
    assert_eq!(of(15, 15), 960);
    // Bans of 15, 30, 60, … minutes: the first two are shorter than the hour that nine guesses take to be forgotten,
    // and from then on waiting is as good: 24 bursts of nine in the day, and what tripping on the way gets.
    assert_eq!(of(15, 12 * 60), {
        let last = 24 * 60 - 1;
        let runs = |bans: &[u64]| {
            let left = last - bans.iter().sum::<u64>();
            let runs = bans.len() as u64 + 1;
            9 * (left / 60 + runs) + runs
        };
        runs(&[])
            .max(runs(&[15]))
            .max(runs(&[15, 30]))
            .max(runs(&[15, 30, 60]))
    });
}

#[test]
fn a_ban_that_an_earlier_playbook_may_say_does_not_count_as_doubled() {
    let doubling = Playbook {
        lasting: time(15 * MINUTES),
        at_most: DAY,
        ..failures(
            "doubling",
            By::Address,
            10,
            Over::Within(time(60 * MINUTES)),
            Then::BanAddress,
        )
    };
    let constant = Playbook {
        at_most: time(15 * MINUTES),
        ..Playbook {
            name: "constant".into(),
            ..doubling.clone()
        }
    };
    let alone = limiter(doubling.clone()).most(millis(DAY), 1);
    let shadowed = Policy::new([constant, doubling.clone()]).unwrap();
    let shadowed = Limiter::of(&shadowed, 1, 0).unwrap().most(millis(DAY), 1);
    assert!(alone < shadowed, "{alone} {shadowed}");
    assert_eq!(shadowed, 960);
}

#[test]
fn what_it_cannot_reason_about_is_no_bound() {
    let bounds = |change: fn(&mut Playbook)| {
        let window = Over::Within(time(10 * MINUTES));
        let mut playbook = failures("x", By::Address, 10, window, Then::BanAddress);
        change(&mut playbook);
        Limiter::of(&only(playbook), 0, 10).is_some()
    };
    assert!(bounds(|_| {}));
    assert!(bounds(|playbook| playbook.only_if.place = Some(Habit::New)));
    assert!(bounds(|playbook| playbook.only_if.outcome.clear()));
    assert!(bounds(|playbook| playbook.sparing = Some(100)));
    let not: [fn(&mut Playbook); 9] = [
        |playbook| playbook.mode = Mode::Observe,
        |playbook| playbook.then = vec![Then::Notify],
        |playbook| playbook.only_if.outcome = vec![Outcome::Success],
        |playbook| playbook.only_if.place = Some(Habit::Usual),
        |playbook| playbook.only_if.device = Some(Habit::New),
        |playbook| playbook.unless.outcome = vec![Outcome::Success],
        |playbook| playbook.share = Some(50),
        |playbook| playbook.above_usual = Some(at(4)),
        |playbook| playbook.cool_down = time(16 * MINUTES),
    ];
    for (n, change) in not.into_iter().enumerate() {
        assert!(!bounds(change), "{n}");
    }
}

#[test]
fn accounts_of_their_own_raise_a_threshold_that_spares() {
    let playbook = Playbook {
        sparing: Some(100),
        ..failures("x", By::Address, 5, Over::Within(DAY), Then::BanAddress)
    };
    assert_eq!(threshold(&playbook, 0), Some(5));
    assert_eq!(threshold(&playbook, 5), Some(5));
    assert_eq!(threshold(&playbook, 10), Some(10));
    assert_eq!(
        threshold(&playbook, 256),
        Some(80),
        "and no more than sixteen times"
    );
    let bucket = Playbook {
        over: Over::Leaking(time(MINUTES)),
        ..playbook
    };
    assert_eq!(threshold(&bucket, 10), None, "no bucket holds ten of five");
}

#[test]
fn counting_users_bounds_guesses_only_where_something_bounds_each() {
    let one = Reach {
        addresses: 1,
        networks: 1,
    };
    let window = Over::Within(time(10 * MINUTES));
    let users = Playbook {
        counts: Counts::Users,
        ..failures("users", By::Address, 10, window, Then::BanAddress)
    };
    let each = failures("each", By::UserAndAddress, 10, window, Then::BanAddress);
    let bounds = |playbooks: &[&Playbook]| {
        let policy = Policy::new(playbooks.iter().copied().cloned()).unwrap();
        Bounds::of(&policy, 0).in_all(one, DAY)
    };
    assert_eq!(bounds(&[&users]), []);
    assert_eq!(bounds(&[&each]), []);
    let both = bounds(&[&users, &each]);
    // Nine users, ten guesses each, in each ten minutes, and two guesses that trip: the first ban costs no more than what
    // is left of the day after the last burst.
    assert_eq!(both[0].at_most, 9 * 10 * 144 + 2);
}

#[test]
fn nothing_is_claimed_where_the_engine_may_have_to_forget() {
    let policy = Policy::default();
    let bounds = Bounds::of(&policy, 10);
    let many = |addresses| Reach {
        addresses,
        networks: addresses,
    };
    assert!(!bounds.in_all(many(1_000), DAY).is_empty());
    assert!(bounds.in_all(many(100_000), DAY).is_empty());
    assert!(bounds.on_account(many(100_000), DAY).is_empty());
    // Nothing bounds what one address may name to fill the tables with.
    let account = failures("x", By::User, 10, Over::Within(DAY), Then::CloseUser);
    assert!(
        Bounds::of(&only(account), 0)
            .on_account(many(1), DAY)
            .is_empty()
    );
}
