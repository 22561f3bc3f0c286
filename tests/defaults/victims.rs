//! Whoever is attacked, and whoever shares an address with an attacker, is not refused at the places they use.

use std::time::Duration;

use sqreen::event::{AddressKind, AddressKinds, Facts};

use super::world::*;

const VICTIMS: u64 = 12;

fn victim(n: u64) -> String {
    format!("victim-{n}@example.com")
}

/// Where an attack comes from.
#[derive(Debug, Clone, Copy)]
enum Attacker {
    /// One address that is nobody's home.
    Elsewhere,
    /// An address at which all victims are at home as well, and attacks strangers from there.
    AmongThem,
    /// As many addresses as there are guesses.
    Everywhere,
}

/// Three days of an attack. Victims log in each eight hours, mistype one in twelve, and use their sessions.
/// Returns who was refused.
fn refused(attacker: Attacker, pace: Duration, at_once: u64) -> Vec<String> {
    let mut world = World::new();
    let mut dice = Dice(5);
    let office = Client::at("198.51.100.7");
    let home = |n: u64| match attacker {
        Attacker::AmongThem => office.clone(),
        _ => Client::anywhere(500_000 + n as u32),
    };
    let begin = world.now;
    let mut next_visit = world.now;
    let mut refused = Vec::new();
    let mut guesses = 0;
    while world.now.since(begin) < DAY * 3 {
        if world.now >= next_visit {
            for n in 0..VICTIMS {
                let tries = if dice.chance(8) { 2 } else { 1 };
                for right in (1..=tries).map(|n| n == tries) {
                    if !world.log_in(&home(n), &victim(n), right)
                        || world.refuses_session(&home(n), &victim(n))
                    {
                        refused.push(victim(n));
                    }
                }
            }
            next_visit = world.now.plus(HOUR * 8);
        }
        for _ in 0..at_once {
            guesses += 1;
            let (from, whom) = match attacker {
                Attacker::Elsewhere => (Client::at("203.0.113.9"), victim(guesses % VICTIMS)),
                Attacker::AmongThem => (office.clone(), format!("stranger-{guesses}@example.com")),
                Attacker::Everywhere => {
                    (Client::anywhere(guesses as u32), victim(guesses % VICTIMS))
                }
            };
            world.log_in(&from, &whom, false);
        }
        world.wait(pace);
    }
    refused
}

#[test]
fn nobody_is_refused_where_they_are_at_home_while_others_fail() {
    for attacker in [
        Attacker::Elsewhere,
        Attacker::AmongThem,
        Attacker::Everywhere,
    ] {
        for (pace, at_once) in [
            (SECOND * 10, 1),
            (MINUTE * 11, 9),
            (SECOND * 300, 3),
            (HOUR, 100),
        ] {
            assert_eq!(
                refused(attacker, pace, at_once),
                Vec::<String>::new(),
                "{attacker:?}, {pace:?}"
            );
        }
    }
}

/// What cannot be told apart is: who guesses Alice's password from Alice's own address is Alice to the engine.
/// Then she is kept from logging in there, and from nothing else.
#[test]
fn whoever_guesses_at_ones_own_address_keeps_one_from_logging_in_there_and_from_nothing_else() {
    let mut world = World::new();
    let (home, work) = (Client::at("198.51.100.7"), Client::at("198.51.100.99"));
    for from in [&home, &work] {
        assert!(world.log_in(from, "alice@example.com", true));
        assert!(world.log_in(from, "bob@example.com", true));
    }
    for _ in 0..10 {
        world.log_in(&home, "alice@example.com", false);
    }
    assert!(!world.log_in(&home, "alice@example.com", true));
    assert!(!world.refuses_session(&home, "alice@example.com"));
    assert!(world.log_in(&work, "alice@example.com", true));
    assert!(world.log_in(&home, "bob@example.com", true));
    world.wait(MINUTE * 15);
    assert!(
        world.log_in(&home, "alice@example.com", true),
        "a quarter of an hour"
    );
}

/// The `n`th exit of a VPN.
fn exit(n: u32, agent: &'static str) -> Client {
    Client {
        agent,
        facts: Some(Facts {
            system: Some(64_500),
            kinds: AddressKinds::from_iter([AddressKind::Vpn]),
            ..Facts::default()
        }),
        ..Client::anywhere(n)
    }
}

const ALICE: &str = "alice@example.com";
const BROWSER: &str = "Firefox";

/// Alice usually comes through a VPN. Somebody guesses from an exit that she has never had.
fn attacked_exit() -> World {
    let mut world = World::new();
    world.log_in(&exit(1, BROWSER), ALICE, true);
    for n in 0..20 {
        world.log_in(
            &exit(2, "curl"),
            &format!("stranger-{n}@example.com"),
            false,
        );
    }
    assert!(
        world
            .bans()
            .iter()
            .any(|ban| ban.address == Some(exit(2, "").at))
    );
    world
}

#[test]
fn whoever_usually_comes_through_a_vpn_gets_in_where_somebody_else_guesses_from_its_exit() {
    assert!(attacked_exit().log_in(&exit(2, BROWSER), ALICE, true));
}

#[test]
fn nobody_else_does() {
    let mut world = attacked_exit();
    assert!(
        !world.log_in(&exit(2, "curl"), ALICE, true),
        "another client"
    );
    let bob = "bob@example.com";
    assert!(!world.log_in(&exit(2, BROWSER), bob, true), "never seen");
    let elsewhere = Client {
        agent: BROWSER,
        ..Client::at("198.51.100.7")
    };
    assert!(world.log_in(&elsewhere, bob, true));
    assert!(
        !world.log_in(&exit(2, BROWSER), bob, true),
        "never through the VPN"
    );
}

#[test]
fn sessions_go_on_at_an_exit_that_is_attacked_from() {
    let world = attacked_exit();
    for user in [ALICE, "bob@example.com"] {
        assert!(!world.refuses_session(&exit(2, BROWSER), user));
    }
}

/// Who attacks an account may know the VPN and the browser of its owner.
#[test]
fn an_account_that_is_attacked_itself_opens_to_nobody_by_their_ways() {
    let mut world = attacked_exit();
    for n in 0..20 {
        world.log_in(&Client::anywhere(1_000 + n), ALICE, false);
    }
    assert!(!world.log_in(&exit(3, BROWSER), ALICE, true));
    assert!(world.log_in(&exit(1, BROWSER), ALICE, true), "at home");
}
