//! The attacks: which kinds there are, and the campaigns of a stream.
//!
//! A campaign is planned whole before the stream begins, from dice of its own and from what honest people are
//! and do. Nothing of it looks at what a policy decides.

mod fraud;
mod guessing;
mod hand;
mod kind;
mod takeover;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use sqreen::UserIdentifiers;
use sqreen::event::Timestamp;

use self::hand::Hand;
pub use self::kind::{AttackKind, UnknownAttack};
use super::people::World;
use super::rates::{BEGINNING, DAY};
use super::sketch::{Deed, Sketch};

/// The number of a campaign in its stream, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CampaignId(pub u32);

impl fmt::Display for CampaignId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One attacker's undertaking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    /// What labels call it.
    pub id: CampaignId,
    /// What it is.
    pub kind: AttackKind,
    /// When its first event is.
    pub first: Timestamp,
    /// When its last event is.
    pub last: Timestamp,
    /// How many events it has.
    pub events: u64,
    /// From how many addresses they come.
    pub addresses: u64,
    /// How many accounts they name, those among them that do not exist.
    pub accounts: u64,
    /// Whose accounts it gets into, by a right password or a stolen session: people of the stream, in order.
    pub victims: Vec<UserIdentifiers>,
}

/// A campaign, planned.
#[derive(Debug)]
pub(super) struct Attack {
    id: CampaignId,
    kind: AttackKind,
    sketches: Vec<Sketch>,
}

impl Attack {
    /// Its events, in order of time.
    pub(super) fn into_sketches(self) -> impl Iterator<Item = Sketch> {
        self.sketches.into_iter()
    }

    pub(super) fn campaign(&self, world: &World) -> Campaign {
        let time = |sketch: Option<&Sketch>| {
            Timestamp::from_millis(BEGINNING + sketch.map_or(0, |sketch| sketch.at))
        };
        let addresses: BTreeSet<_> = self
            .sketches
            .iter()
            .map(|sketch| sketch.spot.address())
            .collect();
        let accounts: BTreeSet<u32> = self.sketches.iter().map(|sketch| sketch.account).collect();
        let inside = |sketch: &&Sketch| matches!(sketch.deed, Deed::Login | Deed::Session(_));
        let taken: BTreeSet<u32> = { self.sketches.iter() }
            .filter(inside)
            .map(|sketch| sketch.account)
            .filter(|account| *account < world.count())
            .collect();
        Campaign {
            id: self.id,
            kind: self.kind,
            first: time(self.sketches.first()),
            last: time(self.sketches.last()),
            events: self.sketches.len() as u64,
            addresses: addresses.len() as u64,
            accounts: accounts.len() as u64,
            victims: taken
                .into_iter()
                .map(|account| world.accounts.user(account, 0))
                .collect(),
        }
    }
}

/// Plans so many campaigns of each kind.
pub(super) fn plan(world: &World, kinds: &[AttackKind], of_each: u32) -> Vec<Attack> {
    let all = kinds.iter().flat_map(|kind| (0..of_each).map(|_| *kind));
    let mut drawn: BTreeMap<AttackKind, u32> = BTreeMap::new();
    let planned = (0..).zip(all).map(|(id, kind)| {
        // What a campaign is does not depend on which other kinds there are.
        let nth = drawn.entry(kind).or_default();
        let sketches = sketches(world, CampaignId(id), kind, *nth);
        *nth += 1;
        Attack {
            id: CampaignId(id),
            kind,
            sketches,
        }
    });
    planned.collect()
}

fn sketches(world: &World, id: CampaignId, kind: AttackKind, nth: u32) -> Vec<Sketch> {
    let mut hand = Hand::new(world, id, kind, nth);
    match kind {
        AttackKind::CredentialCracking => guessing::cracking(&mut hand),
        AttackKind::CredentialStuffing => guessing::stuffing(&mut hand),
        AttackKind::PasswordSpraying => guessing::spraying(&mut hand),
        AttackKind::BotnetCracking => guessing::botnet_cracking(&mut hand),
        AttackKind::BotnetStuffing => guessing::botnet_stuffing(&mut hand),
        AttackKind::NetworkStuffing => guessing::network_stuffing(&mut hand),
        AttackKind::LowAndSlow => guessing::low_and_slow(&mut hand),
        AttackKind::StolenPasswordNaive => takeover::naive(&mut hand),
        AttackKind::StolenPasswordVpn => takeover::through_vpn(&mut hand),
        AttackKind::StolenPasswordTargeted => takeover::targeted(&mut hand),
        AttackKind::TorTakeover => takeover::through_tor(&mut hand),
        AttackKind::ImpossibleTravel => takeover::while_the_owner_is_active(&mut hand),
        AttackKind::SessionTheft => takeover::session_theft(&mut hand),
        AttackKind::MassSignUp => fraud::mass_sign_up(&mut hand),
        AttackKind::DistributedSignUp => fraud::distributed_sign_up(&mut hand),
        AttackKind::ResetEnumeration => fraud::reset_enumeration(&mut hand),
    }
    let end = u64::from(world.days) * DAY;
    let mut sketches = hand.finish();
    sketches.retain(|sketch| sketch.at < end);
    sketches.sort_by_key(|sketch| sketch.at);
    sketches
}
