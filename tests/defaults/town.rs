//! A town of honest people, of whom none is refused.

use std::time::Duration;

use super::crowd::{Crowd, Then};
use super::world::*;

const PEOPLE: u64 = 10_000;

#[test]
fn of_ten_thousand_honest_people_none_is_refused_in_a_week() {
    let mut crowd = Crowd::new(1, Then::Again(Duration::from_secs(120)));
    let begin = crowd.world.now;
    for day in 0..7 {
        for user in 0..PEOPLE {
            let at = begin.plus(DAY * day + crowd.dice.time_below(DAY));
            crowd.comes(user, at);
        }
        // Three to a household; every sixth login is from a phone, 50 phones to an address.
        crowd.run(begin.plus(DAY * (day + 1)), |user, dice| {
            if dice.below(6) == 0 {
                Client::anywhere(100_000 + dice.below(PEOPLE / 50) as u32)
            } else {
                Client::anywhere((user / 3) as u32)
            }
        });
    }
    assert_eq!(crowd.refused, Vec::<String>::new());
    let bans: Vec<_> = crowd
        .world
        .bans()
        .iter()
        .map(|ban| ban.playbook.clone())
        .collect();
    assert_eq!(bans, Vec::<Box<str>>::new());
}
