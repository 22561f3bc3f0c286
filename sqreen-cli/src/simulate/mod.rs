//! A made-up application and everybody who comes to it, honest people and attackers, with labels that tell
//! which is which.
//!
//! The ground truth that detection is scored on. The only place that knows how people and attackers behave;
//! what is measured of them, and by whom, stands in `rates` and in `docs/simulation.md`. It knows no playbook
//! and no policy: attackers go on as their tools do, whoever refuses them (the loop is open).
//!
//! ```
//! use sqreen_cli::simulate::{AttackKind, Label, Scenario};
//!
//! let scenario = Scenario {
//!     people: 200,
//!     days: 7,
//!     attacks: vec![AttackKind::CredentialStuffing],
//!     ..Scenario::default()
//! };
//! let attack = &scenario.campaigns()[0];
//! let of_attack = scenario
//!     .events()
//!     .filter(|labelled| labelled.label == Label::Attack(attack.id))
//!     .count();
//! assert_eq!(of_attack as u64, attack.events);
//! ```

mod accounts;
mod attack;
mod clients;
mod command;
mod dice;
mod geography;
pub mod labels;
mod life;
mod people;
mod rates;
mod sketch;
mod stream;

pub use attack::{AttackKind, Campaign, CampaignId, UnknownAttack};
pub use command::{Command, SimulateError};

use sqreen::event::Event;

use self::people::World;
use self::stream::Stream;

/// What to make up. The same scenario gives the same events, byte for byte, on every platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// What chance starts from: another seed, other people.
    pub seed: u64,
    /// How many people have accounts, or open one while the stream runs; at most [`Scenario::MAX_PEOPLE`].
    pub people: u32,
    /// For how many days the stream runs; at most [`Scenario::MAX_DAYS`].
    pub days: u32,
    /// The kinds of attack in it.
    pub attacks: Vec<AttackKind>,
    /// How many campaigns there are of each kind; at most [`Scenario::MAX_CAMPAIGNS`].
    pub campaigns: u32,
}

/// 10,000 people for 28 days, and one campaign of every kind.
impl Default for Scenario {
    fn default() -> Self {
        Self {
            seed: 1,
            people: 10_000,
            days: 28,
            attacks: AttackKind::all().to_vec(),
            campaigns: 1,
        }
    }
}

impl Scenario {
    /// The most people: the largest city's homes still have an address each.
    pub const MAX_PEOPLE: u32 = 1_000_000;
    /// The most days: ten years.
    pub const MAX_DAYS: u32 = 3_650;
    /// The most campaigns of one kind.
    pub const MAX_CAMPAIGNS: u32 = 1_000;

    /// Another seed.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// So many people.
    #[must_use]
    pub fn people(self, people: u32) -> Self {
        Self { people, ..self }
    }

    /// So many days.
    #[must_use]
    pub fn days(self, days: u32) -> Self {
        Self { days, ..self }
    }

    /// These kinds of attack, and no other.
    #[must_use]
    pub fn attacks(self, attacks: impl IntoIterator<Item = AttackKind>) -> Self {
        Self {
            attacks: attacks.into_iter().collect(),
            ..self
        }
    }

    /// So many campaigns of each kind.
    #[must_use]
    pub fn campaigns_of_each(self, campaigns: u32) -> Self {
        Self { campaigns, ..self }
    }

    /// The events in order of time, each with its label. They are made as they are asked for: memory grows
    /// with the people, and with the attacks that are under way, not with the days.
    ///
    /// Honest people do the same whatever attacks there are.
    pub fn events(&self) -> impl Iterator<Item = Labelled> + use<> {
        let world = self.world();
        let attacks = attack::plan(&world, &self.attacks, self.of_each());
        Stream::new(world, attacks)
    }

    /// The campaigns of the stream, by their ids: the order of [`Scenario::attacks`].
    #[must_use]
    pub fn campaigns(&self) -> Vec<Campaign> {
        let world = self.world();
        let attacks = attack::plan(&world, &self.attacks, self.of_each());
        attacks
            .into_iter()
            .map(|attack| attack.campaign(&world))
            .collect()
    }

    fn world(&self) -> World {
        let people = self.people.clamp(1, Self::MAX_PEOPLE);
        World::new(self.seed, people, self.days.clamp(1, Self::MAX_DAYS))
    }

    fn of_each(&self) -> u32 {
        self.campaigns.min(Self::MAX_CAMPAIGNS)
    }
}

/// An event, and whose it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Labelled {
    /// What an application would have told.
    pub event: Event,
    /// What no application knows.
    pub label: Label,
}

/// Whose an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Label {
    /// Somebody's in their own name.
    Honest,
    /// An attacker's, of this campaign.
    Attack(CampaignId),
}

#[cfg(test)]
mod tests;
