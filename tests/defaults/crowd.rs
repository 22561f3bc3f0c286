//! People who log in and now and then mistype.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use sqreen::event::Timestamp;

use super::world::*;

/// How many per cent of logins are mistyped.
const TYPOS: u64 = 8;

/// What people do who mistyped.
#[derive(Debug, Clone, Copy)]
pub enum Then {
    /// Try again within this time.
    Again(Duration),
    /// Try again after half of this time or later.
    Later(Duration),
    /// So many per cent give up, the others try again within a minute.
    GiveUp(u64),
}

/// Logins to come, by their time.
pub struct Crowd {
    pub world: World,
    pub dice: Dice,
    then: Then,
    coming: BinaryHeap<Reverse<(Timestamp, u64, u64)>>,
    number: u64,
    /// Logins that were refused.
    pub refused: Vec<String>,
}

impl Crowd {
    pub fn new(seed: u64, then: Then) -> Self {
        Self {
            world: World::new(),
            dice: Dice(seed),
            then,
            coming: BinaryHeap::new(),
            number: 0,
            refused: Vec::new(),
        }
    }

    /// A user will log in.
    pub fn comes(&mut self, user: u64, at: Timestamp) {
        self.number += 1;
        self.coming.push(Reverse((at, self.number, user)));
    }

    /// Everybody who comes before `until` logs in, each from where `place` says.
    pub fn run(&mut self, until: Timestamp, mut place: impl FnMut(u64, &mut Dice) -> Client) {
        while let Some(Reverse((at, number, user))) = self.coming.pop() {
            if at >= until {
                self.coming.push(Reverse((at, number, user)));
                break;
            }
            self.world.now = at;
            let from = place(user, &mut self.dice);
            let name = format!("user-{user}@example.com");
            let right = !self.dice.chance(TYPOS);
            if !self.world.log_in(&from, &name, right) {
                self.refused.push(format!("{name} from {}", from.at));
            }
            if right {
                continue;
            }
            let pause = match self.then {
                Then::Again(time) => self.dice.time_below(time),
                Then::Later(time) => time / 2 + self.dice.time_below(time / 2),
                Then::GiveUp(share) if self.dice.chance(share) => continue,
                Then::GiveUp(_) => self.dice.time_below(MINUTE),
            };
            self.comes(user, at.plus(pause));
        }
        self.world.now = until;
    }
}
