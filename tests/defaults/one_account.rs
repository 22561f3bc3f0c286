//! What lands on one account, from however many addresses, and that its owner is not kept out.

use std::time::Duration;

use super::world::*;

const ALICE: &str = "alice@example.com";
const ADDRESSES: u32 = 10_000;

/// How an attacker with very many addresses takes turns.
#[derive(Debug, Clone, Copy)]
enum Pace {
    Every(Duration),
    /// So many, and so long a pause.
    Bursts(u64, Duration),
}

/// What lands on Alice's account in any day of two weeks. She logs in at home, where she mistypes at first each
/// third time; and whether she was ever refused there.
fn lands(pace: Pace, at_home_too: bool, noise: bool) -> (usize, bool) {
    let mut world = World::new();
    let (home, mut dice) = (Client::at("198.51.100.7"), Dice(1));
    let begin = world.now;
    let mut day = Most::within(DAY);
    let mut refused = false;
    let mut next_visit = world.now;
    let mut tries = 0_u64;
    while world.now.since(begin) < DAY * 14 {
        if world.now >= next_visit {
            if dice.chance(33) {
                refused |= !world.log_in(&home, ALICE, false);
            }
            refused |= !world.log_in(&home, ALICE, true);
            refused |= world.refuses_session(&home, ALICE);
            next_visit = world.now.plus(HOUR * 12);
        }
        tries += 1;
        // Somebody in the same house guesses as well.
        let from = if at_home_too && tries.is_multiple_of(3) {
            home.clone()
        } else {
            Client::anywhere(dice.below(ADDRESSES.into()) as u32)
        };
        if noise {
            // Asks for a new password as often as nobody minds.
            world.custom(
                &Client::anywhere(tries as u32 % ADDRESSES),
                "password.reset",
                ALICE,
            );
        }
        if world.refused_until(&from, ALICE).is_none() {
            world.fails(&from, ALICE);
            day.count(world.now);
        }
        world.wait(match pace {
            Pace::Every(time) => time,
            Pace::Bursts(n, pause) if tries.is_multiple_of(n) => pause,
            Pace::Bursts(..) => Duration::from_millis(10),
        });
    }
    (day.most, refused)
}

fn paces() -> [Pace; 7] {
    [
        Pace::Every(SECOND * 20),
        Pace::Every(SECOND * 190),
        Pace::Every(SECOND * 1_235),
        Pace::Every(SECOND * 1_300),
        Pace::Bursts(19, HOUR),
        Pace::Bursts(69, DAY + SECOND),
        Pace::Bursts(100, HOUR * 12),
    ]
}

#[test]
fn a_hundred_guesses_a_day_land_on_an_account_from_ten_thousand_addresses() {
    for pace in paces() {
        let (most, refused) = lands(pace, false, false);
        println!("{pace:?}: {most}");
        assert!(most <= 100, "{pace:?}: {most}");
        assert!(!refused, "{pace:?}: its owner was refused at home");
    }
}

#[test]
fn a_hundred_guesses_a_day_land_on_an_account_also_where_somebody_guesses_at_its_owners_home() {
    for pace in paces() {
        let (most, _) = lands(pace, true, false);
        println!("{pace:?}, at home too: {most}");
        assert!(most <= 100, "{pace:?}: {most}");
    }
}

#[test]
fn asking_for_new_passwords_hides_no_guesses() {
    for pace in [Pace::Every(SECOND * 31), Pace::Every(SECOND * 190)] {
        let (most, _) = lands(pace, false, true);
        println!("{pace:?}, with resets: {most}");
        assert!(most <= 100, "{pace:?}: {most}");
    }
}
