//! What is usual: how often something happens in a stretch of time, learnt from the stretches before.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::event::Timestamp;

/// How long back the usual reaches: what happened a day ago weighs about a seventh of what happens now. An
/// application's nights differ from its days by more than a shorter memory would bear.
const MEMORY: Duration = Duration::from_secs(24 * 60 * 60);

/// How many stretches have to be known before anything can be unusual.
const LEARNING: u32 = 12;

/// An exponentially weighted mean and variance of the counts of stretches.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Usual {
    began: Timestamp,
    count: u32,
    mean: f32,
    variance: f32,
    /// How many stretches were learnt from.
    learnt: u32,
}

impl Usual {
    /// Counts one more in the stretch under way. Returns how many there are.
    pub(super) fn count(&mut self, now: Timestamp, stretch: Duration) -> u32 {
        self.slide(now, stretch);
        self.count = self.count.saturating_add(1);
        self.count
    }

    /// How many a stretch usually has, where this one has more than so many standard deviations more.
    pub(super) fn exceeded(&self, deviations: NonZeroU32) -> Option<u32> {
        if self.learnt < LEARNING {
            return None;
        }
        // Counts of rare events vary by the root of their mean (Poisson), however evenly they came so far.
        let variance = self.variance.max(self.mean).max(1.0);
        let excess = as_f32(self.count) - self.mean;
        let limit = as_f32(deviations.get());
        (excess > 0.0 && excess * excess > limit * limit * variance).then(|| whole(self.mean))
    }

    /// The stretch under way was not usual: nothing is learnt from what it has counted so far.
    pub(super) fn disregard(&mut self) {
        self.count = 0;
    }

    fn slide(&mut self, now: Timestamp, stretch: Duration) {
        // Nor does a clock that was ahead for a moment stop the learning until then.
        if self.began == Timestamp::default() || self.began > now {
            self.began = now;
        }
        let passed = now.since(self.began);
        if passed < stretch {
            return;
        }
        let stretches = passed.as_millis() / stretch.as_millis().max(1);
        // Beyond a memory's worth of silence there is nothing left to forget.
        let memory = MEMORY.as_millis() / stretch.as_millis().max(1);
        for _ in 0..stretches.min(3 * memory.max(1)) {
            let count = std::mem::take(&mut self.count);
            self.learn(as_f32(count), stretch);
        }
        let whole = u32::try_from(stretches).unwrap_or(u32::MAX);
        self.began = self.began.plus(stretch.saturating_mul(whole));
    }

    fn learn(&mut self, count: f32, stretch: Duration) {
        self.learnt = self.learnt.saturating_add(1);
        let memory = (MEMORY.as_secs_f32() / stretch.as_secs_f32()).max(1.0);
        // At first each stretch weighs the same.
        let weight = (1.0 / as_f32(self.learnt))
            .max(2.0 / (memory + 1.0))
            .min(1.0);
        let difference = count - self.mean;
        self.mean += weight * difference;
        self.variance = (1.0 - weight) * (self.variance + weight * difference * difference);
    }
}

#[allow(
    clippy::cast_precision_loss,
    reason = "counts beyond 2^24 are unusual enough"
)]
fn as_f32(count: u32) -> f32 {
    count as f32
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a mean of counts is a count"
)]
fn whole(mean: f32) -> u32 {
    mean.round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRETCH: Duration = Duration::from_secs(300);
    const FOUR: NonZeroU32 = NonZeroU32::new(4).unwrap();

    fn stretches(counts: &[u32]) -> (Usual, Timestamp) {
        let mut usual = Usual::default();
        let mut now = Timestamp::from_millis(1_000_000);
        for count in counts {
            for n in 0..*count {
                usual.count(now.plus(STRETCH * n / *count), STRETCH);
            }
            now = now.plus(STRETCH);
        }
        (usual, now)
    }

    #[test]
    fn nothing_is_unusual_before_an_hour_was_seen() {
        let (mut usual, now) = stretches(&[1; 6]);
        for _ in 0..1_000 {
            usual.count(now, STRETCH);
        }
        assert_eq!(usual.exceeded(FOUR), None);
    }

    #[test]
    fn four_deviations_more_than_usual_are_unusual() {
        let (mut usual, now) = stretches(&[25, 20, 30, 25, 25, 20, 30, 25, 25, 20, 30, 25, 25, 25]);
        for n in 1..=100 {
            usual.count(now, STRETCH);
            // The root of 25, which is more than these vary by, four times.
            assert_eq!(usual.exceeded(FOUR).is_some(), n > 25 + 4 * 5, "{n}");
        }
    }

    #[test]
    fn a_long_silence_is_learnt_from_in_bounded_time() {
        let (mut usual, now) = stretches(&[1_000; 20]);
        let later = now.plus(Duration::from_secs(365 * 24 * 60 * 60));
        usual.count(later, STRETCH);
        assert!(usual.mean < 10.0, "{usual:?}");
        assert!(now.since(usual.began) == Duration::ZERO && usual.began > now);
    }

    #[test]
    fn an_attack_does_not_become_usual() {
        let (mut usual, mut now) = stretches(&[10; 20]);
        for _ in 0..20 {
            for _ in 0..500 {
                usual.count(now, STRETCH);
                if usual.exceeded(FOUR).is_some() {
                    usual.disregard();
                }
            }
            now = now.plus(STRETCH);
        }
        assert!(usual.mean < 30.0, "{usual:?}");
    }
}
