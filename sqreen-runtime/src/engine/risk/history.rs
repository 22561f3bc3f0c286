//! What is kept of a user: the most usual of their logins.

use super::look::{FEATURES, Hour, Look, When};
use super::weight::left;

/// How many different looks are kept of one user. Home and work, with a computer and a phone each, and some on the
/// way: the one that counts least makes room for a new one.
const LOOKS: usize = 7;

/// For how long somebody has to be somewhere until that alone makes them at home there: a week, in which the user
/// would have noticed.
const UNNOTICED: u32 = 7;

/// After how many days it is forgotten where somebody was whom it was doubted of.
const DOUBTED: u32 = 30;

/// How many logins of one user count on one day. Few people log in as often; whoever logs in to an account of their
/// own a million times does not say what everybody does.
const A_DAY: u8 = 20;

/// Of how many logins the time of day is kept, the last ones.
const TIMES: usize = 16;

/// How one user logs in.
#[derive(Debug, Default)]
pub(super) struct History {
    rows: [Row; LOOKS],
    /// Newest first, one more than the hour; 0 is none.
    times: [u8; TIMES],
    /// The day up to which the rows have lost what time took of them: that of the last login.
    day: u32,
    /// How many logins there were on that day, as far as they count.
    today: u8,
    doubted: Doubted,
}

/// A network from which there was a login that was hardly the user's, and on which day; 0 is none.
#[derive(Debug, Clone, Copy, Default)]
struct Doubted {
    network: u32,
    day: u32,
}

/// Logins that look alike, and how many they count for.
#[derive(Debug, Clone, Copy, Default)]
struct Row {
    look: Look,
    weight: f32,
}

impl History {
    /// Sends for all of it.
    pub(super) fn touch(&self) -> u64 {
        let rows = self.rows.iter();
        rows.fold(self.day.into(), |all, row| {
            all ^ u64::from(row.look.address)
        })
    }

    /// What is left on this day of each login that is remembered.
    pub(super) fn left(&self, day: u32) -> f64 {
        left(day.saturating_sub(self.day))
    }

    /// How many logins were remembered after the last.
    pub(super) fn logins(&self) -> f64 {
        self.rows.iter().map(|row| f64::from(row.weight)).sum()
    }

    /// For each feature, how many of them have it in common with a look.
    pub(super) fn like(&self, look: &Look) -> [f64; FEATURES] {
        let mut like = [0.0; FEATURES];
        for row in self.rows.iter().filter(|row| row.weight > 0.0) {
            for (like, shared) in like.iter_mut().zip(look.shared(&row.look)) {
                *like += if shared { f64::from(row.weight) } else { 0.0 };
            }
        }
        like
    }

    pub(super) fn looks(&self) -> impl Iterator<Item = &Look> {
        (self.rows.iter().filter(|row| row.weight > 0.0)).map(|row| &row.look)
    }

    /// When the last logins were, newest first.
    pub(super) fn hours(&self) -> impl Iterator<Item = Hour> {
        (self.times.into_iter().filter(|time| *time > 0)).map(|time| Hour(time - 1))
    }

    /// Whether a login that is hardly the user's is taken for theirs all the same: there was one from that network a
    /// week ago. Otherwise it is noted.
    pub(super) fn is_there_still(&mut self, look: &Look, day: u32) -> bool {
        let Doubted {
            network,
            day: since,
        } = self.doubted;
        let days = day.saturating_sub(since);
        let is_kept = network != 0 && days <= DOUBTED;
        let stayed = is_kept && network == look.network && days >= UNNOTICED;
        if stayed {
            self.doubted = Doubted::default();
        } else if !is_kept {
            self.doubted = Doubted {
                network: look.network,
                day,
            };
        }
        stayed
    }

    /// Whether this day's logins have taught what they may.
    pub(super) fn has_learnt_enough(&self, day: u32) -> bool {
        day == self.day && self.today >= A_DAY
    }

    /// One more login. Returns the hour that is forgotten for it.
    #[allow(
        clippy::cast_possible_truncation,
        reason = "it is kept to seven digits"
    )]
    pub(super) fn learn(&mut self, look: Look, when: When) -> Option<Hour> {
        let left = self.left(when.day);
        let before = if when.day == self.day { self.today } else { 0 };
        self.today = before.saturating_add(1);
        self.day = when.day;
        for row in &mut self.rows {
            row.weight = (f64::from(row.weight) * left) as f32;
        }
        let row = self.row_for(look);
        row.weight += 1.0;
        let last = self.times[TIMES - 1];
        self.times.rotate_right(1);
        self.times[0] = when.hour.0 + 1;
        (last > 0).then(|| Hour(last - 1))
    }

    /// The row of this look: where there is none, the one that counts least begins anew.
    fn row_for(&mut self, look: Look) -> &mut Row {
        let known = self.rows.iter().position(|row| row.look == look);
        let place = known.unwrap_or_else(|| {
            let lightest = |least: usize, other: usize| {
                if self.rows[other].weight < self.rows[least].weight {
                    other
                } else {
                    least
                }
            };
            let place = (1..LOOKS).fold(0, lightest);
            self.rows[place] = Row { look, weight: 0.0 };
            place
        });
        &mut self.rows[place]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::RiskFeature;

    fn at(address: u32) -> Look {
        Look {
            address,
            ..Look::default()
        }
    }

    fn on(day: u32) -> When {
        When { day, hour: Hour(9) }
    }

    fn times(history: &History, address: u32, day: u32) -> f64 {
        history.like(&at(address))[RiskFeature::Address as usize] * history.left(day)
    }

    #[test]
    fn it_takes_no_more_than_two_hundred_bytes() {
        assert!(size_of::<History>() <= 200, "{}", size_of::<History>());
    }

    #[test]
    fn a_flood_of_new_places_leaves_the_most_usual_ones() {
        let mut history = History::default();
        for _ in 0..3 {
            for home in 1..=6 {
                history.learn(at(home), on(1));
            }
        }
        for place in 100..10_000 {
            history.learn(at(place), on(1));
        }
        assert_eq!(history.looks().count(), LOOKS);
        assert_eq!(history.logins(), 3.0 * 6.0 + 1.0);
        for home in 1..=6 {
            assert_eq!(times(&history, home, 1), 3.0);
        }
        assert_eq!(times(&history, 9_999, 1), 1.0);
    }

    #[test]
    fn what_was_long_ago_counts_for_less_than_what_is_new() {
        let mut history = History::default();
        for _ in 0..4 {
            history.learn(at(1), on(0));
        }
        history.learn(at(2), on(180));
        assert_eq!(times(&history, 1, 180), 1.0);
        assert_eq!(times(&history, 2, 180), 1.0);
        assert_eq!(history.logins() * history.left(270), 1.0);
    }

    #[test]
    fn of_the_time_of_day_the_last_sixteen_logins_tell() {
        let mut history = History::default();
        let forgotten: Vec<_> = (0..18)
            .filter_map(|hour| {
                let hour = Hour(hour);
                history.learn(at(1), When { day: 1, hour })
            })
            .collect();
        assert_eq!(forgotten, [Hour(0), Hour(1)]);
        let hours: Vec<_> = history.hours().map(|hour| hour.0).collect();
        assert_eq!(hours, (2..18).rev().collect::<Vec<_>>());
    }

    #[test]
    fn who_is_doubted_is_at_home_after_a_week() {
        let from = |network| Look {
            network,
            ..Look::default()
        };
        let mut history = History::default();
        let stays = [
            (10, 1, false),
            (16, 1, false),
            // Another network does not make the first one wait.
            (16, 2, false),
            (17, 2, false),
            (17, 1, true),
            (17, 1, false),
            (48, 1, false),
            (60, 1, true),
        ];
        for (day, network, stayed) in stays {
            let told = history.is_there_still(&from(network), day);
            assert_eq!(told, stayed, "{network} on day {day}");
        }
    }

    #[test]
    fn what_is_not_known_is_nothing_in_common() {
        let mut history = History::default();
        history.learn(at(1), on(1));
        assert_eq!(history.like(&at(1))[RiskFeature::Country as usize], 0.0);
    }
}
