//! Those that find guesses at passwords.

use std::time::Duration;

use sqreen::event::{Reach, Response};

use super::*;

#[test]
fn credential_cracking_takes_ten_failures_on_one_user_in_ten_minutes() {
    let mut world = only("credential-cracking");
    assert_eq!(first(20, |_| world.fails(&attacker(), ALICE)), Some(10));
    let mut slow = only("credential-cracking");
    assert_eq!(
        first(40, |_| {
            slow.wait(SECOND * 67);
            slow.fails(&attacker(), ALICE)
        }),
        None
    );
    let mut honest = only("credential-cracking");
    assert_eq!(
        first(10, |_| {
            for _ in 0..9 {
                assert_eq!(honest.fails(&home(), ALICE), []);
            }
            honest.succeeds(&home(), ALICE)
        }),
        None
    );
}

#[test]
fn credential_stuffing_takes_ten_users_in_ten_minutes() {
    let mut world = only("credential-stuffing");
    assert_eq!(
        first(20, |n| world.fails(&attacker(), &somebody(n))),
        Some(10)
    );
    let mut nine = only("credential-stuffing");
    assert_eq!(
        first(40, |n| nine.fails(&attacker(), &somebody(n % 9))),
        None
    );
    let mut honest = only("credential-stuffing");
    for n in 0..40 {
        honest.succeeds(&home(), &somebody(n));
    }
    assert_eq!(
        first(40, |n| honest.fails(&home(), &somebody(n - 1))),
        None,
        "they are at home"
    );
}

#[test]
fn rapid_guessing_takes_ten_guesses_in_a_minute() {
    let mut world = only("rapid-guessing");
    assert_eq!(
        first(20, |n| world.fails(&attacker(), &somebody(n % 3))),
        Some(10)
    );
    let mut slow = only("rapid-guessing");
    assert_eq!(
        first(40, |n| {
            slow.wait(Duration::from_millis(6_667));
            slow.fails(&attacker(), &somebody(n))
        }),
        None
    );
}

#[test]
fn guessing_all_day_takes_forty_guesses_in_a_day() {
    let every = |pause: u64| {
        let mut world = only("guessing-all-day");
        first(100, |n| {
            world.wait(Duration::from_secs(pause));
            world.fails(&attacker(), &somebody(n))
        })
    };
    assert_eq!(every(1), Some(40));
    assert_eq!(every(2_215), Some(40));
    assert_eq!(every(2_216), None);
}

#[test]
fn credential_cracking_all_day_takes_twenty_failures_on_one_user_even_at_home() {
    let every = |pause: u64| {
        let mut world = only("credential-cracking-all-day");
        world.succeeds(&home(), ALICE);
        first(100, |_| {
            world.wait(Duration::from_secs(pause));
            world.fails(&home(), ALICE)
        })
    };
    assert_eq!(every(1), Some(20));
    assert_eq!(every(4_547), Some(20));
    assert_eq!(every(4_548), None);
}

#[test]
fn low_and_slow_takes_sixty_guesses_in_a_week() {
    let every = |pause: u64| {
        let mut world = only("low-and-slow");
        first(200, |n| {
            world.wait(Duration::from_secs(pause));
            world.fails(&attacker(), &somebody(n))
        })
    };
    assert_eq!(every(10_250), Some(60));
    assert_eq!(every(10_251), None);
}

#[test]
fn network_credential_stuffing_takes_thirty_users_from_neighbours() {
    let neighbour = |n: u32| Client::at(&format!("203.0.113.{n}"));
    let mut world = only("network-credential-stuffing");
    let mut last = Vec::new();
    assert_eq!(
        first(40, |n| {
            last = world.fails(&neighbour(n), &somebody(n));
            last.clone()
        }),
        Some(30)
    );
    assert!(
        matches!(&*last[0].responses, [Response::Ban { subject, reach: Reach::UnfamiliarLogins, .. }]
        if *subject == wider(attacker().at).into())
    );
    let mut elsewhere = only("network-credential-stuffing");
    assert_eq!(
        first(40, |n| elsewhere.fails(&Client::anywhere(n), &somebody(n))),
        None
    );
}

#[test]
fn distributed_credential_cracking_takes_twenty_failures_in_an_hour() {
    let every = |pause: u64| {
        let mut world = only("distributed-credential-cracking");
        first(60, |n| {
            world.wait(Duration::from_secs(pause));
            world.fails(&Client::anywhere(n), ALICE)
        })
    };
    assert_eq!(every(1), Some(20));
    assert_eq!(every(190), None);
    let mut honest = only("distributed-credential-cracking");
    honest.succeeds(&home(), ALICE);
    assert_eq!(first(60, |_| honest.fails(&home(), ALICE)), None);
}

#[test]
fn account_guessed_all_day_takes_seventy_failures_in_a_day() {
    let every = |pause: u64| {
        let mut world = only("account-guessed-all-day");
        first(200, |n| {
            world.wait(Duration::from_secs(pause));
            world.fails(&Client::anywhere(n), ALICE)
        })
    };
    assert_eq!(every(1), Some(70));
    assert_eq!(every(1_252), Some(70));
    assert_eq!(every(1_253), None);
}

#[test]
fn password_spraying_takes_one_secret_on_ten_users() {
    let mut world = only("password-spraying");
    assert_eq!(
        first(20, |n| world.fails_with(
            &Client::anywhere(n),
            &somebody(n),
            secret("123456")
        )),
        Some(10)
    );
    let mut others = only("password-spraying");
    assert_eq!(
        first(20, |n| others.fails_with(
            &attacker(),
            &somebody(n),
            secret(&n.to_string())
        )),
        None
    );
    let mut untold = only("password-spraying");
    assert_eq!(
        first(20, |n| untold.fails(&attacker(), &somebody(n))),
        None,
        "no secret, no spraying"
    );
}

#[test]
fn distributed_credential_stuffing_takes_four_deviations_more_than_usual() {
    let run = |usual, stretches, then| {
        let mut world = only("distributed-credential-stuffing");
        after_usual(
            |n, pause| {
                world.wait(pause * 3);
                world.fails(&Client::anywhere(n), &somebody(n))
            },
            usual,
            stretches,
            then,
        )
    };
    // The stretch under way has its 25 already.
    assert!(matches!(run(25, 24, 200), Some(20..=26)));
    assert_eq!(run(25, 24, 19), None);
    assert_eq!(run(25, 6, 500), None, "what is usual is learnt first");
    assert_eq!(
        run(100, 24, 39),
        None,
        "where a hundred are usual, 139 are not much"
    );
}

#[test]
fn attacking_client_takes_fifty_addresses_and_hardly_a_success() {
    let bot = |n| Client {
        agent: "python-requests/2.31",
        ..Client::anywhere(n)
    };
    let mut world = only("attacking-client");
    assert_eq!(first(60, |n| world.fails(&bot(n), &somebody(n))), Some(50));
    let mut honest = only("attacking-client");
    assert_eq!(
        first(300, |n| {
            honest.succeeds(&Client::anywhere(n + 1_000), &somebody(n));
            honest.fails(&Client::anywhere(n), &somebody(n))
        }),
        None,
        "a browser that many log in with"
    );
    let mut own = only("attacking-client");
    for n in 0..10 {
        own.succeeds(&bot(n), &somebody(n + 5_000));
    }
    assert_eq!(
        first(200, |n| own.fails(&bot(100 + n), &somebody(n))),
        Some(90),
        "logins of their own hide no attack"
    );
}
