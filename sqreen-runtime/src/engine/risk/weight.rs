//! Numbers of logins that count for less the longer ago they were.
//!
//! By whole days and by multiplication alone: what `exp` and `ln` give differs from platform to platform, and
//! decisions must not.

/// After how many days a login counts for half as much. Of browsers and phones people change one or two within a
/// quarter of a year, and who moves house is at home in the new one after as long.
pub(super) const HALF_LIFE: u32 = 90;

/// What is left of one after 1, 2, 4, … days: 2^(-1/90), 2^(-2/90), 2^(-4/90), …
const LEFT: [f64; 7] = [
    0.992_327_946_262_943_5,
    0.984_714_752_934_431_2,
    0.969_663_144_646_718,
    0.940_246_614_086_161_8,
    0.884_063_695_300_491_9,
    0.781_568_617_348_360_9,
    0.610_849_503_623_828_6,
];

/// What is left of one after so many days.
pub(super) fn left(days: u32) -> f64 {
    if days == 0 {
        return 1.0;
    }
    let (halvings, days) = (days / HALF_LIFE, days % HALF_LIFE);
    // After sixteen years nobody remembers.
    if halvings >= 64 {
        return 0.0;
    }
    let whole = (0..halvings).fold(1.0, |left, _| left * 0.5);
    let bits = LEFT.iter().enumerate();
    bits.take_while(|(bit, _)| days >> bit != 0)
        .filter(|(bit, _)| days >> bit & 1 == 1)
        .fold(whole, |left, (_, part)| left * part)
}

/// A weight, and the day up to which it has lost what time took of it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Weight {
    /// With as many digits as a large application has logins in half a year: of an `f32` one more is none from
    /// 16 million on.
    weight: f64,
    day: u32,
}

impl Weight {
    /// What it is on a later day. A clock that goes back takes nothing.
    pub(super) fn on(self, day: u32) -> f64 {
        self.weight * left(day.saturating_sub(self.day))
    }

    pub(super) fn add_one(&mut self, day: u32) {
        self.weight = self.on(day) + 1.0;
        self.day = day;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_halves_every_quarter_of_a_year() {
        for days in (0..5_000).chain([5_759]) {
            let right = (-f64::from(days) / f64::from(HALF_LIFE)).exp2();
            assert!(
                (left(days) / right - 1.0).abs() < 1e-13,
                "{days}: {} and not {right}",
                left(days)
            );
        }
        assert_eq!(left(5_760), 0.0);
        assert_eq!(left(u32::MAX), 0.0);
    }

    #[test]
    fn one_more_counts_among_however_many() {
        let mut weight = Weight {
            weight: 16_777_216.0,
            day: 7,
        };
        weight.add_one(7);
        assert_eq!(weight.on(7), 16_777_217.0);
    }

    #[test]
    fn a_clock_that_goes_back_takes_nothing() {
        let mut weight = Weight::default();
        weight.add_one(1_000);
        weight.add_one(10);
        assert_eq!(weight.on(10), 2.0);
        assert_eq!(weight.on(100), 1.0);
    }
}
