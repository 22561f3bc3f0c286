//! Who users are by what they do: where and with what each of them logs in. And whose home an address is.
//!
//! Only successful logins and sessions get in here, so that a flood of failures can push out nobody's home.

use foldhash::quality::FixedState;
use std::hash::BuildHasher;

use crate::event::{Address, AddressKind, AddressKinds, Facts, Location, Timestamp, Travel};
use crate::identity::UserIdentifiers;

use super::Memory;
use super::seen::{Keys, short};
use super::subjects::{Kept, Subjects};

/// How many addresses are remembered for one user, the most recent ones: home, work, phone and some more.
const PLACES: usize = 8;
/// How many networks, countries and user agents; and how many more addresses where only sessions were seen.
const OTHERS: usize = 4;

/// Logins and sessions, by user and by address.
#[derive(Debug)]
pub(super) struct Profiles {
    of_user: Subjects<Profile>,
    /// By address, and by network.
    at: Subjects<Residents>,
    /// Whom the application found by a name that was typed, where it calls them otherwise.
    known_as: Subjects<u64>,
}

/// What one user does.
#[derive(Debug, Clone, Copy, Default)]
struct Profile {
    places: Recent<PLACES>,
    /// Where sessions were used: they push out no place of a login.
    roamed: Recent<OTHERS>,
    networks: Recent<OTHERS>,
    countries: Recent<OTHERS>,
    devices: Recent<OTHERS>,
    kinds: AddressKinds,
    last: Option<Stop>,
}

/// Where a user was last.
#[derive(Debug, Clone, Copy)]
struct Stop {
    at: Timestamp,
    location: Location,
}

/// Who is at home at an address or in a network.
#[derive(Debug, Default)]
struct Residents {
    last: Option<Box<UserIdentifiers>>,
    /// What tells the last one from others without looking there.
    last_key: u32,
    who: Crowd,
}

/// How many different users there are, told from one bit for each of 256 kinds of them (linear counting: Whang et
/// al., ACM TODS 1990). One user is one, however often they come and go.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Crowd([u64; 4]);

/// The most recent of something, newest first; 0 is none.
#[derive(Debug, Clone, Copy)]
struct Recent<const N: usize>([u32; N]);

/// Whether what an event has is what its user does.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Habits {
    pub(super) known: bool,
    pub(super) place: bool,
    /// `None` where it is not known in which network this is; the next two likewise.
    pub(super) network: Option<bool>,
    pub(super) country: Option<bool>,
    pub(super) device: Option<bool>,
    pub(super) kinds: AddressKinds,
    /// From where the user was last to here.
    pub(super) travel: Option<Travel>,
}

impl Profiles {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            of_user: Subjects::new(capacity),
            at: Subjects::new(capacity),
            known_as: Subjects::new(capacity),
        }
    }

    /// Sends for what an event with these keys will need.
    pub(super) fn touch(&self, keys: Keys) -> u64 {
        let touch = |key: Option<u64>, to: &dyn Fn(u64) -> u64| key.map_or(0, to);
        touch(keys.user, &|key| self.of_user.touch(key))
            ^ touch(keys.address, &|key| self.at.touch(key))
    }

    /// Whether all this is what the user does, by the name they typed or the one the application has for them.
    pub(super) fn habits(
        &self,
        at: Timestamp,
        keys: Keys,
        facts: Option<&Facts>,
        state: &FixedState,
    ) -> Habits {
        let known = keys.user.and_then(|user| self.profile(user));
        let nothing = Profile::default();
        let profile = known.unwrap_or(&nothing);
        let country = facts.and_then(|facts| facts.country);
        Habits {
            known: known.is_some(),
            place: keys.address.is_some_and(|key| profile.was_at(key)),
            network: provider(keys, facts, state).map(|key| profile.networks.has(key)),
            country: country.map(|country| profile.countries.has(state.hash_one(country))),
            device: keys.device.map(|key| profile.devices.has(key)),
            kinds: profile.kinds,
            travel: profile.travel_to(at, facts),
        }
    }

    fn profile(&self, user: u64) -> Option<&Profile> {
        let who = if self.known_as.is_empty() {
            user
        } else {
            self.known_as.get(user).copied().unwrap_or(user)
        };
        self.of_user.get(who)
    }

    /// Whether the user has logged in, or had a session, at this address.
    pub(super) fn is_home(&self, user: u64, address: u64) -> bool {
        self.profile(user)
            .is_some_and(|profile| profile.was_at(address))
    }

    /// Whether the user has come through addresses of these `kinds`, which strangers share, by this provider, or
    /// through Tor, whose exits are everybody's; and with this client.
    ///
    /// By the provider alone it is not told: a proxy in a home is at the provider of all its neighbours.
    pub(super) fn comes_this_way(
        &self,
        keys: Keys,
        facts: &Facts,
        kinds: AddressKinds,
        state: &FixedState,
    ) -> bool {
        let Some(profile) = keys.user.and_then(|user| self.profile(user)) else {
            return false;
        };
        let before = profile.kinds.intersection(kinds);
        let by = provider(keys, Some(facts), state);
        let way =
            by.is_some_and(|by| profile.networks.has(by)) || before.contains(AddressKind::Tor);
        !before.is_empty()
            && way
            && keys
                .device
                .is_some_and(|device| profile.devices.has(device))
    }

    /// How many users are at home at this address, or in this network.
    pub(super) fn residents(&self, of: Option<u64>) -> u32 {
        of.and_then(|of| self.at.get(of))
            .map_or(0, |residents| residents.who.count())
    }

    pub(super) fn last_user(&self, address: u64) -> Option<&UserIdentifiers> {
        self.at.get(address)?.last.as_deref()
    }

    /// The user logged in, under the name they typed.
    pub(super) fn logged_in(
        &mut self,
        who: &UserIdentifiers,
        of: u64,
        at: Timestamp,
        keys: Keys,
        facts: Option<&Facts>,
        state: &FixedState,
    ) {
        match keys.user {
            Some(typed) if typed != of => *self.known_as.entry(typed) = of,
            Some(typed) if !self.known_as.is_empty() => self.known_as.remove(typed),
            _ => {}
        }
        let profile = self.of_user.entry(of);
        if let Some(network) = provider(keys, facts, state) {
            profile.networks.see(network);
        }
        if let Some(device) = keys.device {
            profile.devices.see(device);
        }
        if let Some(facts) = facts {
            profile.kinds = profile.kinds.union(facts.kinds);
            if let Some(country) = facts.country {
                profile.countries.see(state.hash_one(country));
            }
            profile.last = stop(at, facts).or(profile.last);
        }
        let Some(address) = keys.address else { return };
        if profile.places.see(address) {
            self.move_in(of, keys);
        }
        let residents = self.at.entry(address);
        if residents.last_key != short(of).max(1) {
            residents.last_key = short(of).max(1);
            residents.last = Some(Box::new(who.clone()));
        }
    }

    /// A session of the user was used at an address: phones change it between two logins.
    pub(super) fn seen(&mut self, of: u64, keys: Keys) {
        let Some(address) = keys.address else { return };
        let profile = self.of_user.entry(of);
        if !profile.places.has(address) && profile.roamed.see(address) {
            self.move_in(of, keys);
        }
    }

    fn move_in(&mut self, user: u64, keys: Keys) {
        for place in [keys.address, keys.network].into_iter().flatten() {
            self.at.entry(place).who.add(user);
        }
    }

    pub(super) fn memory(&self) -> Memory {
        Memory {
            subjects: self.of_user.len() + self.at.len() + self.known_as.len(),
            forgotten: self.of_user.forgotten() + self.at.forgotten() + self.known_as.forgotten(),
        }
    }
}

impl Kept for Profile {}
impl Kept for Residents {}

impl Profile {
    fn was_at(&self, address: u64) -> bool {
        self.places.has(address) || self.roamed.has(address)
    }

    fn travel_to(&self, at: Timestamp, facts: Option<&Facts>) -> Option<Travel> {
        let (from, to) = (self.last?, stop(at, facts?)?);
        let unsure = u32::from(from.location.accuracy) + u32::from(to.location.accuracy);
        let kilometres = from.location.kilometres_to(to.location);
        Some(Travel {
            kilometres: kilometres.saturating_sub(unsure),
            within: at.since(from.at),
        })
    }
}

/// Where somebody is who does not hide.
fn stop(at: Timestamp, facts: &Facts) -> Option<Stop> {
    let hidden = !facts.kinds.intersection(AddressKinds::ANONYMOUS).is_empty();
    let location = facts.location.filter(|_| !hidden)?;
    Some(Stop { at, location })
}

/// The provider where it is known, otherwise the network.
pub(super) fn provider(keys: Keys, facts: Option<&Facts>, state: &FixedState) -> Option<u64> {
    match facts.and_then(|facts| facts.system) {
        Some(system) => Some(state.hash_one(("system", system))),
        None => keys.network,
    }
}

impl Crowd {
    const KINDS: u32 = 256;

    pub(super) fn add(&mut self, user: u64) {
        let kind = short(user) % Self::KINDS;
        self.0[kind as usize / 64] |= 1 << (kind % 64);
    }

    /// How many it takes on average to have as many kinds.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "some 1,500 at most"
    )]
    pub(super) fn count(self) -> u32 {
        let kinds: u32 = self.0.iter().map(|bits| bits.count_ones()).sum();
        let all = f64::from(Self::KINDS);
        let each = |known: u32| all / (all - f64::from(known));
        (0..kinds).map(each).sum::<f64>().round() as u32
    }
}

impl<const N: usize> Default for Recent<N> {
    fn default() -> Self {
        Self([0; N])
    }
}

impl<const N: usize> Recent<N> {
    fn has(&self, key: u64) -> bool {
        self.0.contains(&short(key).max(1))
    }

    /// Puts it first. Returns whether it was not there.
    fn see(&mut self, key: u64) -> bool {
        let key = short(key).max(1);
        let place = self.0.iter().position(|other| *other == key);
        self.0[..=place.unwrap_or(N - 1)].rotate_right(1);
        self.0[0] = key;
        place.is_none()
    }
}

/// The address of an event, for whoever asks about it.
pub(super) fn address_key(address: Address, state: &FixedState) -> u64 {
    state.hash_one(address.network())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_is_counted_to_a_fifth_and_one_user_is_one() {
        let hashed = FixedState::with_seed(7);
        for size in [1_u32, 10, 60, 200, 500] {
            let mut crowd = Crowd::default();
            for _ in 0..3 {
                (0..size).for_each(|user| crowd.add(hashed.hash_one(user)));
            }
            let counted = crowd.count();
            assert!(counted.abs_diff(size) <= size / 5, "{size}: {counted}");
        }
    }

    #[test]
    fn the_most_recent_are_kept_newest_first() {
        let mut recent = Recent::<3>::default();
        for key in [1, 2, 3] {
            assert!(recent.see(key));
        }
        assert!(!recent.see(1), "it is there");
        assert!(recent.see(4), "two is the oldest and goes");
        assert_eq!(recent.0, [4, 1, 3]);
        assert!(!recent.has(2));
    }
}
