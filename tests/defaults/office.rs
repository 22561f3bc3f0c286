//! An office of 500 people behind one address is never banned, whatever they mistype.

use std::time::Duration;

use super::crowd::{Crowd, Then};
use super::world::*;

const PEOPLE: u64 = 500;

/// Not among the first, but one of those whose first people mistype most: 10 of 30.
const UNLUCKY: u64 = 142;

/// How an office begins its day.
#[derive(Debug, Clone, Copy)]
struct Office {
    /// In how long a time everybody logs in for the first time of the day.
    rush: Duration,
    then: Then,
    /// How many per cent of logins are made on the way, through one of 20 addresses of a phone company.
    on_the_way: u64,
}

/// Works for so many days. Returns the bans there were, and who was refused.
fn works(office: Office, days: u32, seed: u64) -> (Vec<String>, Vec<String>) {
    let mut crowd = Crowd::new(seed, office.then);
    let begin = crowd.world.now;
    let address = Client::at("203.0.113.9");
    for day in 0..days {
        let morning = begin.plus(DAY * day);
        for user in 0..PEOPLE {
            let at = crowd.dice.time_below(office.rush);
            crowd.comes(user, morning.plus(at));
            if crowd.dice.chance(30) {
                let at = crowd.dice.time_below(HOUR * 9);
                crowd.comes(user, morning.plus(at));
            }
        }
        crowd.run(begin.plus(DAY * (day + 1)), |_, dice| {
            if dice.chance(office.on_the_way) {
                Client::anywhere(dice.below(20) as u32)
            } else {
                address.clone()
            }
        });
    }
    let ban =
        |ban: &sqreen::event::Decision| format!("{} {:?}", ban.playbook, ban.evidence.counted);
    (
        crowd.world.bans().into_iter().map(ban).collect(),
        crowd.refused,
    )
}

fn is_never_banned(office: Office, days: u32) {
    for seed in (0..4).chain([UNLUCKY]) {
        let (bans, refused) = works(office, days, seed);
        assert!(
            bans.is_empty() && refused.is_empty(),
            "{office:?}, seed {seed}: {bans:?} {refused:?}"
        );
    }
}

const RETRIES: Then = Then::Again(Duration::from_secs(60));

#[test]
fn an_office_that_mistypes_is_not_banned_on_its_first_morning_within_five_minutes() {
    is_never_banned(
        Office {
            rush: MINUTE * 5,
            then: RETRIES,
            on_the_way: 0,
        },
        1,
    );
}

#[test]
fn an_office_is_not_banned_on_any_day() {
    is_never_banned(
        Office {
            rush: HOUR,
            then: RETRIES,
            on_the_way: 0,
        },
        5,
    );
}

#[test]
fn an_office_whose_people_try_again_much_later_is_not_banned() {
    is_never_banned(
        Office {
            rush: HOUR,
            then: Then::Later(HOUR * 2),
            on_the_way: 0,
        },
        3,
    );
    is_never_banned(
        Office {
            rush: MINUTE * 5,
            then: Then::Later(HOUR * 2),
            on_the_way: 0,
        },
        3,
    );
}

#[test]
fn an_office_of_whom_some_give_up_is_not_banned() {
    is_never_banned(
        Office {
            rush: HOUR,
            then: Then::GiveUp(50),
            on_the_way: 0,
        },
        3,
    );
    is_never_banned(
        Office {
            rush: MINUTE * 5,
            then: Then::GiveUp(50),
            on_the_way: 0,
        },
        3,
    );
    is_never_banned(
        Office {
            rush: MINUTE * 5,
            then: Then::GiveUp(100),
            on_the_way: 0,
        },
        3,
    );
}

#[test]
fn an_office_whose_people_are_on_the_way_is_not_banned_and_neither_are_their_phones() {
    is_never_banned(
        Office {
            rush: HOUR,
            then: RETRIES,
            on_the_way: 25,
        },
        5,
    );
    is_never_banned(
        Office {
            rush: HOUR,
            then: Then::GiveUp(50),
            on_the_way: 25,
        },
        5,
    );
}
