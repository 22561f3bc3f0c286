//! How much stands against somebody, as one figure.
//!
//! Each decision is taken for a sign that is right with some probability, which halves with time; the score is
//! the probability that any of them is: 1 − Π (1 − weight · 2^(−age / half-life)), as a noisy-or has it. In whole
//! numbers throughout, so that the same stream gives the same scores on every machine.

use std::time::Duration;

use crate::event::{Severity, Timestamp};

use super::Cause;

/// How long it takes until a decision weighs half: as long as the longest ban of the built-in playbooks lasts, so
/// that whoever comes back from one still has half of their past.
pub(super) const HALF_LIFE: Duration = Duration::from_secs(12 * 60 * 60);

/// In per cent, how much a decision weighs when it is made. Three of one severity weigh about as much as one of
/// the next, and none is certain; the figures are ours.
const fn weight(severity: Severity) -> u64 {
    match severity {
        Severity::Low => 10,
        Severity::Medium => 30,
        Severity::High => 65,
        Severity::Critical => 95,
    }
}

/// Probabilities are counted in parts of this many.
const BITS: u32 = 31;
const ONE: u64 = 1 << BITS;

/// How exactly a part of a half-life is told: to 2^−16 of it, which is less than a second.
const STEPS: u32 = 16;

/// What is left after a half, a quarter, an eighth of a half-life and so on: each the square root of the one before.
const ROOTS: [u64; STEPS as usize] = {
    let mut roots = [(ONE / 2 * ONE).isqrt(); STEPS as usize];
    let mut n = 1;
    while n < roots.len() {
        roots[n] = (roots[n - 1] * ONE).isqrt();
        n += 1;
    }
    roots
};

/// From 0, nothing to speak of, to 100.
pub(super) fn score(causes: &[Cause], now: Timestamp) -> u8 {
    let none_is_right = causes.iter().fold(ONE, |none, cause| {
        let right = part(weight(cause.severity) * ONE / 100, now.since(cause.since));
        none * (ONE - right) / ONE
    });
    let per_cent = ((ONE - none_is_right) * 100 + ONE / 2) / ONE;
    u8::try_from(per_cent).unwrap_or(100)
}

/// After how long a decision, by itself, weighs less than half a per cent: a whole number of half-lives.
pub(super) fn lasting(severity: Severity) -> Duration {
    HALF_LIFE * ((2 * weight(severity)).ilog2() + 1)
}

/// What is left of `whole` after some time.
fn part(whole: u64, age: Duration) -> u64 {
    let (age, half_life) = (age.as_millis(), HALF_LIFE.as_millis());
    let halvings = u32::try_from(age / half_life).unwrap_or(u32::MAX);
    let left = whole.checked_shr(halvings).unwrap_or(0);
    let rest = ((age % half_life) << STEPS) / half_life;
    (ROOTS.iter().enumerate())
        .filter(|(n, _)| rest >> (STEPS as usize - 1 - n) & 1 == 1)
        .fold(left, |left, (_, root)| left * root / ONE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bans::Effect;
    use crate::event::DecisionId;

    const ALL: [Severity; 4] = [
        Severity::Low,
        Severity::Medium,
        Severity::High,
        Severity::Critical,
    ];

    fn after(age: Duration) -> Timestamp {
        Timestamp::from_millis(0).plus(age)
    }

    fn causes(severities: &[Severity]) -> Vec<Cause> {
        let cause = |severity: &Severity| Cause {
            decision: DecisionId::new(0, 0, 0),
            playbook: "test".into(),
            severity: *severity,
            effect: Effect::Banned,
            since: after(Duration::ZERO),
            until: after(Duration::MAX),
        };
        severities.iter().map(cause).collect()
    }

    #[test]
    fn three_of_one_severity_weigh_about_as_much_as_one_of_the_next() {
        let now = after(Duration::ZERO);
        let one = ALL.map(|severity| score(&causes(&[severity]), now));
        let three = ALL.map(|severity| score(&causes(&[severity; 3]), now));
        assert_eq!((one, three), ([10, 30, 65, 95], [27, 66, 96, 100]));
        assert_eq!(score(&[], now), 0);
    }

    #[test]
    fn it_halves_in_each_half_life_and_comes_to_nothing_when_it_no_longer_lasts() {
        let critical = causes(&[Severity::Critical]);
        let halved = [0, 1, 2, 3].map(|n| score(&critical, after(HALF_LIFE * n)));
        assert_eq!(halved, [95, 47, 24, 12]);
        for severity in ALL {
            let (one, lasting) = (causes(&[severity]), lasting(severity));
            assert_eq!(score(&one, after(lasting)), 0, "{severity:?}");
            assert_eq!(score(&one, after(lasting - HALF_LIFE)), 1, "{severity:?}");
        }
        assert_eq!(score(&critical, Timestamp::from_millis(u64::MAX)), 0);
    }

    #[test]
    fn it_is_what_the_formula_says_and_never_grows_with_time() {
        let several = causes(&[Severity::High, Severity::Medium, Severity::Medium]);
        let mut before = u8::MAX;
        for minute in 0..6 * 24 * 60 {
            let age = Duration::from_secs(minute * 60);
            let left = f64::exp2(-age.as_secs_f64() / HALF_LIFE.as_secs_f64());
            let exact = 100.0 * (1.0 - (1.0 - 0.65 * left) * (1.0 - 0.3 * left).powi(2));
            let score = score(&several, after(age));
            assert!(
                (f64::from(score) - exact).abs() < 0.5001,
                "{minute}: {exact}"
            );
            assert!(score <= before);
            before = score;
        }
    }
}
