//! How much likelier an attacker than the owner is to have made a login, and by what.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

/// How much likelier an attacker than the account's owner is to log in like this.
///
/// It is judged by where the user and everybody else log in from, with what, and when, after Freeman et al. (NDSS
/// 2016) and Wiefling et al. (ACM TOPS 2022); `docs/risk.md` tells how. It says nothing about passwords, and
/// nothing about an attacker who sits in the user's own network with the user's own browser.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LoginRisk {
    /// Finite, and not negative.
    ratio: f32,
    /// Worst first; those that are not there at the end.
    reasons: [Option<RiskReason>; Self::MOST_REASONS],
}

// Its ratio is a number: where one is made or read, nothing else gets through.
impl Eq for LoginRisk {}

impl LoginRisk {
    /// How many reasons there are at most.
    pub(crate) const MOST_REASONS: usize = 5;

    /// `None` where the ratio is not finite, or negative. Of the reasons, worst first, the first five are kept.
    pub(crate) fn new(ratio: f32, reasons: impl IntoIterator<Item = RiskReason>) -> Option<Self> {
        let mut risk = Self {
            // Zero has a sign.
            ratio: ratio.abs(),
            reasons: [None; Self::MOST_REASONS],
        };
        for (place, reason) in risk.reasons.iter_mut().zip(reasons) {
            *place = Some(reason);
        }
        (ratio.is_finite() && ratio >= 0.0).then_some(risk)
    }

    /// From 0 to 100: 50 where an attacker is as likely as the owner, 80 where four times, 90 where nine times as
    /// likely. It is 100 · ratio / (1 + ratio), without the fraction.
    #[must_use]
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "from 0 to 100"
    )]
    pub fn score(&self) -> u8 {
        let ratio = f64::from(self.ratio);
        (100.0 * ratio / (1.0 + ratio)) as u8
    }

    /// How much likelier an attacker is than the owner: 1 where both are as likely.
    #[must_use]
    pub fn ratio(&self) -> f32 {
        self.ratio
    }

    /// What it rests on, worst first: what is new for the user, or rare, or else that it is usual.
    pub fn reasons(&self) -> impl Iterator<Item = RiskReason> {
        self.reasons.into_iter().flatten()
    }
}

/// One thing that a [`LoginRisk`] rests on; as text, for people.
///
/// ```
/// use sqreen_runtime::event::{Familiarity, RiskFeature, RiskReason};
///
/// let reason = RiskReason { feature: RiskFeature::Country, is: Familiarity::New };
/// assert_eq!(reason.to_string(), "a country this user has never logged in from");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RiskReason {
    /// What of the login.
    pub feature: RiskFeature,
    /// How the user is known to do it.
    pub is: Familiarity,
}

/// What of a login is compared with those before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RiskFeature {
    /// The address, or its /64.
    Address,
    /// The provider, or else the /24 or /48.
    Network,
    /// The country.
    Country,
    /// The whole text that the client calls itself by.
    UserAgent,
    /// The browser and its major version.
    Browser,
    /// The operating system and its version.
    System,
    /// The kind of device: a desktop, a phone, a tablet, a program.
    Device,
    /// The time of day, on working days and at weekends.
    Time,
}

/// How a user is known for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Familiarity {
    /// Of no login that is remembered.
    New,
    /// Of less than a tenth of them.
    Rare,
    /// Of more.
    Usual,
}

impl fmt::Display for RiskReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use RiskFeature::{Address, Browser, Country, Device, Network, System, Time, UserAgent};
        let what = match self.feature {
            Address => "an address",
            Network => "a network",
            Country => "a country",
            UserAgent => "a user agent",
            Browser => "a browser",
            System => "an operating system",
            Device => "a kind of device",
            Time => "a time of day",
        };
        let does = match (self.feature, self.is) {
            (Address | Network | Country, Familiarity::New) => "has never logged in from",
            (Address | Network | Country, Familiarity::Rare) => "seldom logs in from",
            (Address | Network | Country, Familiarity::Usual) => "often logs in from",
            (UserAgent | Browser | System | Device, Familiarity::New) => "has never used",
            (UserAgent | Browser | System | Device, Familiarity::Rare) => "seldom uses",
            (UserAgent | Browser | System | Device, Familiarity::Usual) => "often uses",
            (Time, Familiarity::New) => "has never logged in at",
            (Time, Familiarity::Rare) => "seldom logs in at",
            (Time, Familiarity::Usual) => "often logs in at",
        };
        write!(f, "{what} this user {does}")
    }
}

/// As it is written: the score is there for people, and is not read.
#[derive(Serialize)]
struct Written {
    score: u8,
    ratio: f32,
    reasons: Vec<RiskReason>,
}

impl Serialize for LoginRisk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let written = Written {
            score: self.score(),
            ratio: self.ratio,
            reasons: self.reasons().collect(),
        };
        written.serialize(serializer)
    }
}

#[derive(Deserialize)]
struct Read {
    ratio: f32,
    reasons: Vec<RiskReason>,
}

/// Not the risk of a login.
#[derive(Debug, Error)]
#[error("the ratio of a risk is a number, and not negative")]
struct NoRatio;

impl<'de> Deserialize<'de> for LoginRisk {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = Read::deserialize(deserializer)?;
        Self::new(read.ratio, read.reasons).ok_or_else(|| serde::de::Error::custom(NoRatio))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn score(ratio: f32) -> u8 {
        LoginRisk::new(ratio, []).unwrap().score()
    }

    #[test]
    fn fifty_is_as_likely_an_attacker_as_the_owner() {
        assert_eq!(
            [0.0, 0.25, 1.0, 4.0, 9.0, 99.0, f32::MAX].map(score),
            [0, 20, 50, 80, 90, 99, 100]
        );
    }

    #[test]
    fn what_is_no_number_is_no_risk() {
        for ratio in [f32::NAN, f32::INFINITY, -0.5] {
            assert_eq!(LoginRisk::new(ratio, []), None, "{ratio}");
        }
        let read = serde_json::from_str::<LoginRisk>;
        assert!(read(r#"{"score":7,"ratio":-1,"reasons":[]}"#).is_err());
        assert!(read(r#"{"ratio":1e39,"reasons":[]}"#).is_err());
    }

    #[test]
    fn it_is_written_for_people_too() {
        let reason = |feature, is| RiskReason { feature, is };
        let reasons = [
            reason(RiskFeature::Country, Familiarity::New),
            reason(RiskFeature::UserAgent, Familiarity::Rare),
            reason(RiskFeature::Time, Familiarity::Usual),
        ];
        let risk = LoginRisk::new(15.75, reasons).unwrap();
        let sentences: Vec<_> = risk.reasons().map(|reason| reason.to_string()).collect();
        assert_eq!(
            sentences,
            [
                "a country this user has never logged in from",
                "a user agent this user seldom uses",
                "a time of day this user often logs in at"
            ]
        );
        assert_eq!(
            serde_json::to_string(&risk).unwrap(),
            r#"{"score":94,"ratio":15.75,"reasons":[{"feature":"country","is":"new"},{"feature":"user_agent","is":"rare"},{"feature":"time","is":"usual"}]}"#
        );
    }

    proptest! {
        #[test]
        fn the_likelier_an_attacker_the_higher_the_score(one in 0.0..1e6_f32, other in 0.0..1e6_f32) {
            prop_assert_eq!(score(one).cmp(&score(other)).is_gt() && one < other, false);
        }
    }
}
