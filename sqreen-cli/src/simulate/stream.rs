//! All that happens, in order of time.

use super::Labelled;
use super::attack::Attack;
use super::life;
use super::people::World;
use super::rates::DAY;
use super::sketch::{Scribe, Sketch};

/// A stream under way. Each day is drawn when it begins; what goes on later waits for its own day.
#[derive(Debug)]
pub(super) struct Stream {
    world: World,
    scribe: Scribe,
    next_day: u32,
    /// What is known of each day to come. Attacks lie behind the honest there, until the day is put in order.
    days: Vec<Vec<Sketch>>,
    attacks: Vec<Vec<Sketch>>,
    today: std::vec::IntoIter<Sketch>,
}

impl Stream {
    pub(super) fn new(world: World, attacks: Vec<Attack>) -> Self {
        let mut stream = Self {
            scribe: Scribe::new(world.accounts),
            next_day: 0,
            days: vec![Vec::new(); world.days as usize],
            attacks: vec![Vec::new(); world.days as usize],
            today: Vec::new().into_iter(),
            world,
        };
        let sketches = attacks.into_iter().flat_map(Attack::into_sketches);
        sketches.for_each(|sketch| put(&mut stream.attacks, sketch));
        stream
    }

    /// Draws the next day. Returns whether there is one.
    fn begin_day(&mut self) -> bool {
        let day = self.next_day;
        if day >= self.world.days {
            return false;
        }
        self.next_day += 1;
        for who in 0..self.world.count() {
            life::live(&self.world, who, day, &mut |sketch| {
                put(&mut self.days, sketch)
            });
        }
        let mut today = std::mem::take(&mut self.days[day as usize]);
        today.append(&mut self.attacks[day as usize]);
        // Stable: at one moment the honest come first, in the order in which they were drawn.
        today.sort_by_key(|sketch| sketch.at);
        self.today = today.into_iter();
        true
    }
}

/// What comes after the last day does not happen.
fn put(days: &mut [Vec<Sketch>], sketch: Sketch) {
    let day = usize::try_from(sketch.at / DAY).unwrap_or(usize::MAX);
    if let Some(day) = days.get_mut(day) {
        day.push(sketch);
    }
}

impl Iterator for Stream {
    type Item = Labelled;

    fn next(&mut self) -> Option<Labelled> {
        loop {
            if let Some(sketch) = self.today.next() {
                return Some(self.scribe.event(&sketch));
            }
            if !self.begin_day() {
                return None;
            }
        }
    }
}
