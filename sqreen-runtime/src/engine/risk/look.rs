//! What a login looks like: where from, with what and when, each from the particular to the general.

use std::hash::BuildHasher;

use foldhash::quality::FixedState;

use crate::engine::profiles::provider;
use crate::engine::seen::{Keys, short};
use crate::engine::subjects::{Kept, Subjects};
use crate::event::{Origin, RiskFeature, Timestamp};

use super::agent::{Agent, told};

/// What a user agent says of browser, system and device; 0 before it was asked.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Told([u16; 3]);

impl Kept for Told {}

impl Told {
    fn by(text: &str, state: &FixedState) -> Self {
        let agent = Agent::of(text);
        let [browser, system] = [agent.browser, agent.system].map(|part| told(part, state).max(1));
        Self([browser, system, agent.device as u16])
    }
}

/// What a login looks like. What is not known is 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::engine) struct Look {
    pub(super) address: u32,
    pub(super) network: u32,
    pub(super) agent: u32,
    pub(super) country: u16,
    pub(super) browser: u16,
    pub(super) system: u16,
    pub(super) device: u16,
}

/// When a login was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) struct When {
    /// Days since 1970.
    pub(super) day: u32,
    pub(super) hour: Hour,
}

/// An hour of a working day, or of one of a weekend: less than [`Hour::ALL`]. In UTC, as nobody tells where the
/// user's clock is; all of one user's are shifted alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hour(pub(super) u8);

/// How many features a look has: all but the time, in their order.
pub(super) const FEATURES: usize = RiskFeature::Time as usize;

/// All of them, from the first on.
pub(super) const ALL: [RiskFeature; FEATURES] = [
    PLACE[0].feature,
    PLACE[1].feature,
    PLACE[2].feature,
    CLIENT[0].feature,
    CLIENT[1].feature,
    CLIENT[2].feature,
    CLIENT[3].feature,
];

/// A login of a user.
#[derive(Debug, Clone, Copy)]
pub(in crate::engine) struct Login {
    /// The user's fingerprint.
    pub(super) user: u64,
    pub(super) look: Look,
    pub(super) when: When,
    /// For each feature, the key of its look; these are asked for several times.
    pub(super) keys: [Option<u64>; FEATURES],
}

/// One thing that logins have or do not have in common, with what it weighs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Level {
    pub(super) feature: RiskFeature,
    pub(super) weight: f64,
}

const fn level(feature: RiskFeature, weight: f64) -> Level {
    Level { feature, weight }
}

/// Where from. The weights are those of Wiefling et al., as published with their data (`das-group/rba-algorithm`).
pub(super) const PLACE: [Level; 3] = [
    level(RiskFeature::Address, 0.6),
    level(RiskFeature::Network, 0.3),
    level(RiskFeature::Country, 0.1),
];

/// With what; the weights from there too.
pub(super) const CLIENT: [Level; 4] = [
    level(RiskFeature::UserAgent, 0.5387),
    level(RiskFeature::Browser, 0.2680),
    level(RiskFeature::System, 0.1882),
    level(RiskFeature::Device, 0.0051),
];

impl Look {
    /// `None` for what comes from no address: there is nothing to compare. Many have the same user agent, and what
    /// it says is read once.
    pub(super) fn of(
        origin: &Origin,
        keys: Keys,
        agents: &mut Subjects<Told>,
        state: &FixedState,
    ) -> Option<Self> {
        let (address, agent) = (short(keys.address?).max(1), keys.device?);
        let facts = origin.facts.as_deref();
        let told_by = agents.entry(agent);
        if told_by.0[0] == 0 {
            let text = origin.user_agent.as_ref();
            *told_by = Told::by(text.map_or("", |agent| agent.as_str()), state);
        }
        let Told([browser, system, device]) = *told_by;
        Some(Self {
            address,
            network: provider(keys, facts, state).map_or(0, |key| short(key).max(1)),
            agent: short(agent).max(1),
            country: facts
                .and_then(|facts| facts.country)
                .map_or(0, |country| told((country.as_str(), ""), state).max(1)),
            browser,
            system,
            device,
        })
    }

    pub(super) fn get(&self, feature: RiskFeature) -> u32 {
        match feature {
            RiskFeature::Address => self.address,
            RiskFeature::Network => self.network,
            RiskFeature::UserAgent => self.agent,
            RiskFeature::Country => self.country.into(),
            RiskFeature::Browser => self.browser.into(),
            RiskFeature::System => self.system.into(),
            RiskFeature::Device => self.device.into(),
            RiskFeature::Time => 0,
        }
    }

    /// Under which everybody's logins with a feature are counted; `None` where it is not known.
    pub(super) fn key(&self, feature: RiskFeature, state: &FixedState) -> Option<u64> {
        let value = self.get(feature);
        (value != 0).then(|| state.hash_one((feature as u8, value)))
    }

    /// For each feature, whether both have it in common. What is not known is not.
    pub(super) fn shared(&self, other: &Self) -> [bool; FEATURES] {
        [
            self.address == other.address,
            self.network == other.network,
            self.country == other.country && self.country != 0,
            self.agent == other.agent,
            self.browser == other.browser,
            self.system == other.system,
            self.device == other.device,
        ]
    }
}

impl When {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "hours of a day; a time beyond 11 million years is the last of them"
    )]
    pub(in crate::engine) fn of(at: Timestamp) -> Self {
        let hours = at.as_millis() / (60 * 60 * 1000);
        let (day, hour) = (hours / 24, (hours % 24) as u8);
        // 1970 began on a Thursday.
        let at_a_weekend = matches!((day + 4) % 7, 0 | 6);
        Self {
            day: u32::try_from(day).unwrap_or(u32::MAX),
            hour: Hour(hour + 24 * u8::from(at_a_weekend)),
        }
    }
}

impl Hour {
    /// How many there are.
    pub(super) const ALL: usize = 48;
    /// How many parts a day has: night, morning, afternoon and evening, six hours each.
    pub(super) const PARTS: usize = 4;

    /// Which part of the day it is in, on whatever day.
    pub(super) fn part(self) -> u8 {
        self.0 % 24 / 6
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weights_of_a_feature_are_one() {
        for weights in [&PLACE[..], &CLIENT[..]] {
            let sum: f64 = weights.iter().map(|level| level.weight).sum();
            assert!((sum - 1.0).abs() < 1e-9, "{sum}");
        }
    }

    #[test]
    fn features_are_in_their_order() {
        let places = ALL.map(|feature| feature as usize);
        assert_eq!(places, std::array::from_fn(|place| place));
    }

    #[test]
    fn weekends_have_hours_of_their_own() {
        let when = |millis| When::of(Timestamp::from_millis(millis));
        // 2027-01-15, a Friday, 08:00 UTC.
        let friday = when(1_800_000_000_000);
        assert_eq!(
            (friday.day, friday.hour, friday.hour.part()),
            (20_833, Hour(8), 1)
        );
        let day = 24 * 60 * 60 * 1000;
        assert_eq!(when(1_800_000_000_000 + day).hour, Hour(24 + 8));
        assert_eq!(when(1_800_000_000_000 + 2 * day).hour, Hour(24 + 8));
        assert_eq!(when(1_800_000_000_000 + 3 * day).hour, Hour(8));
        assert_eq!(when(u64::MAX).day, u32::MAX);
        assert!((when(u64::MAX).hour.0 as usize) < Hour::ALL);
    }
}
