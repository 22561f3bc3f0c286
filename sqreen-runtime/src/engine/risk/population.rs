//! How everybody logs in.

use crate::engine::subjects::{Kept, Subjects};

use super::look::{Hour, Login};
use super::weight::Weight;

/// All logins of all users.
#[derive(Debug)]
pub(super) struct Population {
    logins: Weight,
    /// By what they have in common.
    like: Subjects<Weight>,
    /// Of each user the last logins, by the hour; and by the part of the day.
    hours: [u32; Hour::ALL],
    parts: [u32; Hour::PARTS],
}

impl Kept for Weight {}

impl Population {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            logins: Weight::default(),
            like: Subjects::new(capacity),
            hours: [0; Hour::ALL],
            parts: [0; Hour::PARTS],
        }
    }

    /// How many logins are remembered, on this day.
    pub(super) fn logins(&self, day: u32) -> f64 {
        self.logins.on(day)
    }

    /// How many of them have what this is the key of; none where it is not known.
    pub(super) fn like(&self, key: Option<u64>, day: u32) -> f64 {
        let weight = key.and_then(|key| self.like.get(key));
        weight.map_or(0.0, |weight| weight.on(day))
    }

    /// Sends for what a login needs.
    pub(super) fn touch(&self, login: &Login) -> u64 {
        let keys = login.keys.iter().flatten();
        keys.fold(0, |all, key| all ^ self.like.touch(*key))
    }

    /// Of each user's last logins, how many there were at this hour, in this part of the day, and at any time.
    pub(super) fn at(&self, hour: Hour) -> [u32; 3] {
        let of = |counts: &[u32], place: u8| counts.get(usize::from(place)).copied().unwrap_or(0);
        let all = self
            .parts
            .iter()
            .fold(0, |all: u32, part| all.saturating_add(*part));
        [of(&self.hours, hour.0), of(&self.parts, hour.part()), all]
    }

    /// One more login. Of its user's last ones, the one at `forgotten` is not among them any more.
    pub(super) fn learn(&mut self, login: &Login, forgotten: Option<Hour>) {
        let when = login.when;
        self.logins.add_one(when.day);
        for key in login.keys.into_iter().flatten() {
            self.like.entry(key).add_one(when.day);
        }
        if let Some(hour) = forgotten {
            self.count(hour, |count| count.saturating_sub(1));
        }
        self.count(when.hour, |count| count.saturating_add(1));
    }

    fn count(&mut self, hour: Hour, counted: fn(u32) -> u32) {
        let at = self.hours.get_mut(usize::from(hour.0));
        let part = self.parts.get_mut(usize::from(hour.part()));
        for count in at.into_iter().chain(part) {
            *count = counted(*count);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.like.len()
    }

    pub(super) fn forgotten(&self) -> u64 {
        self.like.forgotten()
    }
}
