//! Chance that falls alike everywhere: the only source of it in the generator.
//!
//! SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014), a dozen
//! lines that no release of a crate can change under a pinned stream. What is made of its numbers is
//! whole-number arithmetic: floating point would be rounded as each platform's library pleases.
//!
//! Everybody rolls dice of their own, made of the seed, what they are for, and whom. So nobody's luck depends
//! on how often somebody else rolled, and an attack more leaves all honest people as they were.

/// What dice are for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Purpose {
    Population,
    Person,
    Day,
    Trip,
    Device,
    Attachment,
    Session,
    Lease,
    Location,
    Gathering,
    Campaign,
}

/// A share, in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Share(u32);

impl Share {
    pub(crate) const fn percent(percent: u32) -> Self {
        Self(percent * 10_000)
    }

    pub(crate) const fn per_mille(per_mille: u32) -> Self {
        Self(per_mille * 1_000)
    }

    pub(crate) const fn per_million(millionths: u32) -> Self {
        Self(millionths)
    }

    /// This share of so many, rounded down.
    pub(crate) fn of(self, all: u32) -> u32 {
        let part = u64::from(all) * u64::from(self.0) / 1_000_000;
        u32::try_from(part).unwrap_or(u32::MAX)
    }
}

/// Dice for one purpose.
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

/// 2⁶⁴ divided by the golden ratio.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// Stafford's mixing function, variant 13: the output of SplitMix64.
pub(super) const fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

impl Dice {
    /// Those of `whom`: any numbers that tell one from another.
    pub(super) fn new(seed: u64, purpose: Purpose, whom: &[u64]) -> Self {
        let start = mix(seed.wrapping_add(GOLDEN)) ^ mix(purpose as u64 + 1);
        Self(whom.iter().fold(start, |state, part| {
            mix(state.wrapping_add(GOLDEN) ^ mix(part.wrapping_add(GOLDEN)))
        }))
    }

    /// Any number.
    pub(super) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// A number below `end`, or 0 where that is 0. The bias of the multiplication (Lemire, ACM TOMACS 2019)
    /// is below one in 2³² for all ends that occur here.
    #[allow(
        clippy::cast_possible_truncation,
        reason = "less than `end`, which is a u64"
    )]
    pub(super) fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.number()) * u128::from(end)) >> 64) as u64
    }

    /// As [`Dice::below`], of 32 bits.
    #[allow(
        clippy::cast_possible_truncation,
        reason = "less than `end`, which is a u32"
    )]
    pub(super) fn below32(&mut self, end: u32) -> u32 {
        self.below(u64::from(end)) as u32
    }

    /// From the first to the second, both among them.
    pub(super) fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most.saturating_sub(least) + 1)
    }

    /// Whether something of this probability happens.
    pub(super) fn happens(&mut self, share: Share) -> bool {
        self.below(1_000_000) < u64::from(share.0)
    }

    /// One of them; the lists are written here and never empty.
    pub(super) fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.index(all.len())]
    }

    /// The index of one of so many.
    #[allow(
        clippy::cast_possible_truncation,
        reason = "less than `length`, which is a usize"
    )]
    pub(super) fn index(&mut self, length: usize) -> usize {
        self.below(length as u64) as usize
    }

    /// The index of one, each as probable as its weight says.
    pub(super) fn weighted(&mut self, weights: impl Iterator<Item = u32> + Clone) -> usize {
        let total: u64 = weights.clone().map(u64::from).sum();
        let mut left = self.below(total);
        for (n, weight) in weights.enumerate() {
            match left.checked_sub(u64::from(weight)) {
                None => return n,
                Some(rest) => left = rest,
            }
        }
        0
    }

    /// A time to wait for what comes at random, `mean` on average: exponential, by its quantiles.
    pub(super) fn wait(&mut self, mean: u64) -> u64 {
        let thousandths = *self.one_of(&EXPONENTIAL);
        mean * thousandths / 1_000 + self.below(mean / 64 + 1)
    }
}

/// The exponential distribution of mean 1,000 at the middles of 32 equally probable parts.
const EXPONENTIAL: [u64; 32] = [
    16, 48, 81, 116, 152, 189, 227, 267, 309, 352, 398, 445, 495, 548, 604, 662, 725, 792, 863,
    940, 1_023, 1_114, 1_214, 1_326, 1_451, 1_594, 1_761, 1_962, 2_213, 2_549, 3_060, 4_159,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_splitmix64() {
        // The first outputs for the seed 1234567, as other implementations publish them.
        let mut dice = Dice(1_234_567);
        let expected = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
        ];
        assert_eq!([(); 3].map(|()| dice.number()), expected);
    }

    #[test]
    fn dice_for_another_purpose_or_person_fall_otherwise() {
        let first = |purpose, whom: &[u64]| Dice::new(1, purpose, whom).number();
        let all = [
            first(Purpose::Person, &[1]),
            first(Purpose::Person, &[2]),
            first(Purpose::Day, &[1]),
            first(Purpose::Day, &[1, 0]),
            first(Purpose::Day, &[0, 1]),
        ];
        for (n, one) in all.iter().enumerate() {
            assert!(!all[n + 1..].contains(one));
        }
    }

    #[test]
    fn what_happens_happens_as_often_as_it_should() {
        let mut dice = Dice::new(1, Purpose::Person, &[]);
        let count = (0..100_000)
            .filter(|_| dice.happens(Share::percent(8)))
            .count();
        assert!((7_700..8_300).contains(&count), "{count}");
        let mean = (0..100_000).map(|_| dice.wait(1_000_000)).sum::<u64>() / 100_000;
        assert!((970_000..1_030_000).contains(&mean), "{mean}");
        let mut counts = [0; 3];
        (0..60_000).for_each(|_| counts[dice.weighted([1, 2, 3].into_iter())] += 1);
        assert!(counts[0] < counts[1] && counts[1] < counts[2], "{counts:?}");
        assert!((9_500..10_500).contains(&counts[0]), "{counts:?}");
    }
}
