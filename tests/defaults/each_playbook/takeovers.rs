//! Those that find accounts taken over or made up, and how long bans last.

use std::time::Duration;

use sqreen::event::{AddressKind, Decision, Facts, Location, Outcome, Reach, Response, Severity};
use sqreen::policy::{Policy, UserIs};

use super::*;

#[test]
fn takeover_after_cracking_takes_ten_failures_and_a_success_at_an_unfamiliar_place() {
    let after = |failures: u32, from: &Client| {
        let mut world = only("takeover-after-cracking");
        world.succeeds(&home(), ALICE);
        for n in 0..failures {
            world.fails(&Client::anywhere(n), ALICE);
        }
        world.succeeds(from, ALICE)
    };
    let decisions = after(10, &attacker());
    assert_eq!(
        (names(&decisions), decisions[0].severity),
        (vec!["takeover-after-cracking"], Severity::Critical)
    );
    assert!(matches!(
        &*decisions[0].responses,
        [Response::AtRisk { .. }, Response::StepUp { .. }]
    ));
    assert_eq!(decisions[0].evidence.after, Some(10));
    assert_eq!(after(9, &attacker()), []);
    assert_eq!(after(100, &home()), [], "its owner comes home");
}

#[test]
fn takeover_after_stuffing_takes_five_users_and_a_success() {
    let after = |others: u32, user: &str| {
        let mut world = only("takeover-after-stuffing");
        for n in 0..others {
            world.fails(&attacker(), &somebody(n));
            world.fails(&attacker(), &somebody(n));
        }
        world.succeeds(&attacker(), user)
    };
    assert_eq!(names(&after(5, ALICE)), ["takeover-after-stuffing"]);
    assert_eq!(after(4, ALICE), []);
}

fn at(latitude: f64, longitude: f64, accuracy: u16) -> Client {
    let location = Some(Location::from_degrees(latitude, longitude, accuracy));
    Client {
        facts: Some(Facts {
            location,
            ..Facts::default()
        }),
        ..Client::anywhere((longitude * 10.0) as u32)
    }
}

#[test]
fn impossible_travel_takes_three_hundred_kilometres_beyond_what_is_unsure_and_an_airliners_speed() {
    let travels = |hours: u32, accuracy: u16| {
        let mut world = only("impossible-travel");
        // Paris to New York: 5,837 km.
        assert_eq!(world.succeeds(&at(48.857, 2.352, 10), ALICE), []);
        world.wait(HOUR * hours);
        world.succeeds(&at(40.713, -74.006, accuracy), ALICE)
    };
    let decisions = travels(6, 10);
    assert_eq!(names(&decisions), ["impossible-travel"]);
    let travel = decisions[0].evidence.travel.unwrap();
    assert!((5_800..5_830).contains(&travel.kilometres), "{travel:?}");
    assert_eq!(travels(7, 10), [], "an airliner does it");
    assert_eq!(travels(1, 5_600), [], "it may be 300 km only");
    let mut near = only("impossible-travel");
    near.succeeds(&at(48.857, 2.352, 10), ALICE);
    // Paris to Brussels, 264 km.
    assert_eq!(near.succeeds(&at(50.85, 4.352, 10), ALICE), []);
    let mut hidden = only("impossible-travel");
    hidden.succeeds(&at(48.857, 2.352, 10), ALICE);
    let mut vpn = at(40.713, -74.006, 10);
    vpn.facts.as_mut().unwrap().kinds = AddressKind::Vpn.into();
    assert_eq!(
        hidden.succeeds(&vpn, ALICE),
        [],
        "who hides may be anywhere"
    );
}

fn hidden_by(kind: AddressKind) -> Client {
    Client {
        facts: Some(Facts {
            kinds: kind.into(),
            ..Facts::default()
        }),
        ..attacker()
    }
}

#[test]
fn tor_and_anonymous_networks_matter_for_who_never_used_them() {
    for (name, kind, other) in [
        ("tor", AddressKind::Tor, AddressKind::Vpn),
        ("anonymous-network", AddressKind::Vpn, AddressKind::Tor),
    ] {
        let mut world = only(name);
        world.succeeds(&home(), ALICE);
        assert_eq!(world.succeeds(&hidden_by(other), ALICE), []);
        assert_eq!(names(&world.succeeds(&hidden_by(kind), ALICE)), [name]);
        assert_eq!(
            world.succeeds(&hidden_by(kind), ALICE),
            [],
            "now it is usual"
        );
        assert_eq!(
            world.succeeds(&hidden_by(kind), "new@example.com"),
            [],
            "nothing is usual yet"
        );
        assert_eq!(world.fails(&hidden_by(kind), ALICE), []);
    }
}

#[test]
fn a_new_country_is_one_where_a_known_user_has_not_been() {
    let mut world = only("new-country");
    let abroad = |country| Client {
        facts: facts(country, 1),
        ..attacker()
    };
    assert_eq!(
        world.succeeds(&abroad("DE"), ALICE),
        [],
        "the first is home"
    );
    assert_eq!(world.succeeds(&abroad("DE"), ALICE), []);
    assert_eq!(
        names(&world.succeeds(&abroad("FR"), ALICE)),
        ["new-country"]
    );
    assert_eq!(world.succeeds(&abroad("FR"), ALICE), []);
    assert_eq!(
        world.succeeds(&attacker(), ALICE),
        [],
        "it is not known which country this is"
    );
}

#[test]
fn an_unusual_network_takes_a_new_user_agent_as_well() {
    let mut world = only("unusual-network");
    let client = |system, agent| Client {
        agent,
        facts: facts("DE", system),
        ..home()
    };
    world.succeeds(&client(1, "Firefox"), ALICE);
    assert_eq!(
        world.succeeds(&client(2, "Firefox"), ALICE),
        [],
        "a phone on the way"
    );
    assert_eq!(
        world.succeeds(&client(1, "Chrome"), ALICE),
        [],
        "a new browser at home"
    );
    assert_eq!(
        names(&world.succeeds(&client(3, "curl"), ALICE)),
        ["unusual-network"]
    );
}

/// A town in which everybody logs in at home, and then fails at unfamiliar places.
fn after_failures(failures: u32, minutes: u64) -> Vec<Decision> {
    let mut world = only("takeover-during-stuffing");
    let at = |n: u32, agent| Client {
        agent,
        facts: facts("DE", 1 + n % 20),
        ..Client::anywhere(n)
    };
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    for n in 0..300 {
        world.wait(HOUR);
        world.succeeds(&at(n % 20, firefox), &somebody(n % 20));
        if n % 20 == 0 {
            world.succeeds(&at(7, firefox), ALICE);
        }
    }
    for n in 0..failures {
        world.fails(&at(1_000 + n, firefox), &format!("listed-{n}@example.com"));
    }
    world.wait(MINUTE * minutes as u32);
    assert_eq!(world.succeeds(&at(7, firefox), ALICE), [], "at home");
    let phone = "Mozilla/5.0 (Linux; Android 14) Chrome/141.0.0.0 Mobile Safari/537.36";
    let elsewhere = Client {
        facts: facts("DE", 99),
        ..at(5_000, phone)
    };
    world.succeeds(&elsewhere, ALICE)
}

#[test]
fn a_risky_login_among_thirty_failures_everywhere_is_taken_for_the_one_that_was_right() {
    let decisions = after_failures(30, 1);
    assert_eq!(names(&decisions), ["takeover-during-stuffing"]);
    assert!(matches!(
        &*decisions[0].responses,
        [Response::AtRisk { .. }, Response::StepUp { .. }]
    ));
    assert_eq!(after_failures(29, 1), [], "not a wave");
    assert_eq!(after_failures(30, 16), [], "it is over");
}

#[test]
fn a_login_is_risky_where_an_attacker_is_four_times_likelier() {
    let client = |system, country, agent| Client {
        agent,
        facts: facts(country, system),
        ..Client::anywhere(system)
    };
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let update = "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0";
    let phone = "Mozilla/5.0 (Linux; Android 14) Chrome/141.0.0.0 Mobile Safari/537.36";
    let world = || {
        let mut world = only("risky-login");
        for n in 0..300 {
            world.wait(HOUR);
            let somewhere = client(
                1 + n % 20,
                ["DE", "FR"][n as usize % 2],
                [firefox, phone][n as usize / 2 % 2],
            );
            world.succeeds(&somewhere, &somebody(n % 20));
            if n % 20 == 0 {
                assert_eq!(
                    world.succeeds(&client(1, "DE", firefox), ALICE),
                    [],
                    "as always"
                );
            }
        }
        world
    };
    let quiet = [
        client(1, "DE", update),
        client(1, "DE", phone),
        client(3, "DE", firefox),
    ];
    for honest in quiet {
        assert_eq!(world().succeeds(&honest, ALICE), [], "{honest:?}");
    }
    assert_eq!(
        names(&world().succeeds(&client(90, "JP", firefox), ALICE)),
        ["risky-login"],
        "abroad, where hardly anybody is"
    );
    let decisions = world().succeeds(&client(90, "JP", "curl/8.15.0"), ALICE);
    assert_eq!(names(&decisions), ["risky-login"]);
    assert_eq!(decisions[0].severity, Severity::Medium);
    assert!(matches!(
        &*decisions[0].responses,
        [Response::AtRisk { .. }]
    ));
    let risk = decisions[0].evidence.risk.unwrap();
    assert!(risk.score() > 80 && risk.ratio() > 4.0, "{risk:?}");
    let mut first = world();
    assert_eq!(
        first.succeeds(&client(90, "JP", "curl/8.15.0"), "new@example.com"),
        []
    );
    assert_eq!(world().fails(&client(90, "JP", "curl/8.15.0"), ALICE), []);
}

#[test]
fn a_session_is_taken_over_where_network_and_user_agent_change_at_once() {
    let thief = || Client {
        agent: "curl",
        ..attacker()
    };
    let mut world = only("session-taken-over");
    world.uses_session(&home(), ALICE, session("a"));
    assert_eq!(
        names(&world.uses_session(&thief(), ALICE, session("a"))),
        ["session-taken-over"]
    );
    let mut honest = only("session-taken-over");
    honest.uses_session(&home(), ALICE, session("a"));
    assert_eq!(
        honest.uses_session(&attacker(), ALICE, session("a")),
        [],
        "the phone has left the house"
    );
    assert_eq!(
        honest.uses_session(&thief(), ALICE, session("a")),
        [],
        "the browser has a new version"
    );
    assert_eq!(
        honest.uses_session(&home(), ALICE, session("b")),
        [],
        "another session"
    );
}

#[test]
fn mass_sign_up_takes_ten_accounts_in_ten_minutes_and_forty_in_a_day() {
    let every = |name, pause: u64| {
        let mut world = only(name);
        let mut last = Vec::new();
        let n = first(100, |n| {
            world.wait(Duration::from_secs(pause));
            last = world.signs_up(&attacker(), &somebody(n));
            last.clone()
        });
        let closed = |decision: &Decision| {
            matches!(
                &*decision.responses,
                [Response::Ban {
                    reach: Reach::SignUps,
                    ..
                }]
            )
        };
        assert!(last.iter().all(closed));
        n
    };
    assert_eq!(every("mass-sign-up", 1), Some(10));
    assert_eq!(every("mass-sign-up", 67), None);
    assert_eq!(every("sign-up-all-day", 67), Some(40));
    assert_eq!(every("sign-up-all-day", 2_216), None);
}

#[test]
fn distributed_sign_up_takes_four_deviations_more_than_usual() {
    let run = |usual, then| {
        let mut world = only("distributed-sign-up");
        after_usual(
            |n, pause| {
                world.wait(pause * 6);
                world.signs_up(&Client::anywhere(n), &somebody(n))
            },
            usual,
            24,
            then,
        )
    };
    assert!(matches!(run(25, 200), Some(20..=26)));
    assert_eq!(run(25, 19), None);
}

#[test]
fn password_resets_of_six_users_are_an_enumeration_and_eleven_of_one_a_flood() {
    let mut many = only("password-reset-enumeration");
    assert_eq!(
        first(20, |n| many.custom(
            &attacker(),
            "password.reset",
            &somebody(n)
        )),
        Some(6)
    );
    let mut five = only("password-reset-enumeration");
    assert_eq!(
        first(50, |n| five.custom(
            &attacker(),
            "password.reset",
            &somebody(n % 5)
        )),
        None
    );
    let mut one = only("password-reset-flood");
    assert_eq!(
        first(20, |n| one.custom(
            &Client::anywhere(n),
            "password.reset",
            ALICE
        )),
        Some(11)
    );
    let mut slow = only("password-reset-flood");
    assert_eq!(
        first(50, |_| {
            slow.wait(SECOND * 30);
            slow.custom(&attacker(), "password.reset", ALICE)
        }),
        None
    );
    let mut other = only("password-reset-flood");
    assert_eq!(
        first(50, |_| other.custom(&attacker(), "password.changed", ALICE)),
        None
    );
}

#[test]
fn one_attempt_on_a_honey_account_is_enough() {
    let mut policy = Policy::default();
    let honey = policy.get_mut("honey-account").unwrap();
    honey.only_if.user = Some(UserIs::OneOf(vec!["admin@example.com".into()]));
    let mut world = World::with(policy);
    assert_eq!(world.fails(&attacker(), ALICE), []);
    assert_eq!(
        names(&world.fails(&attacker(), "Admin@Example.com")),
        ["honey-account"]
    );
    assert_eq!(
        only("honey-account").fails(&attacker(), ""),
        [],
        "no names, no honey"
    );
}

#[test]
fn automatic_bans_of_an_address_begin_with_a_quarter_of_an_hour_double_and_end_after_twelve() {
    let mut world = only("credential-cracking");
    let mut lengths = Vec::new();
    for _ in 0..9 {
        let Some(decision) = (0..10).find_map(|_| world.fails(&attacker(), ALICE).pop()) else {
            panic!("a ban")
        };
        let until = decision.responses[0].until();
        lengths.push(until.since(world.now).as_secs() / 60);
        world.now = until;
        assert!(
            world.log_in(&attacker(), "bob@example.com", true),
            "a ban ends"
        );
    }
    assert_eq!(lengths, [15, 30, 60, 120, 240, 480, 720, 720, 720]);
    world.wait(DAY);
    let again = (0..10)
        .find_map(|_| world.fails(&attacker(), "carol@example.com").pop())
        .unwrap();
    assert_eq!(
        again.responses[0].until().since(world.now),
        MINUTE * 15,
        "another pair begins anew"
    );
    // All built-in playbooks, whatever they ban an address for.
    let mut all = World::new();
    let mut dice = Dice(3);
    for _ in 0..20_000 {
        let at = dice.time_below(MINUTE * 10);
        all.wait(at);
        let from = Client::anywhere(dice.below(20) as u32);
        let outcome = if dice.chance(3) {
            Outcome::Success
        } else {
            Outcome::Failure
        };
        let user = somebody(dice.below(30) as u32);
        all.log_in(&from, &user, outcome == Outcome::Success);
        for decision in std::mem::take(&mut all.decisions) {
            for response in decision
                .responses
                .iter()
                .filter(|one| matches!(one, Response::Ban { .. }))
            {
                let lasts = response.until().since(all.now);
                assert!((MINUTE * 15..=HOUR * 12).contains(&lasts), "{decision:?}");
            }
        }
    }
}
