//! Who is never banned.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::event::{Address, Network, Subject};
use crate::identity::UserIdentifiers;

/// Users and networks that no ban touches.
#[derive(Debug, Clone, Default)]
pub struct AllowList {
    users: HashSet<UserIdentifiers>,
    networks: HashSet<Network>,
    /// Users whose logins are allowed from some networks.
    users_at: HashMap<UserIdentifiers, BTreeSet<Network>>,
    /// The lengths that occur among the networks.
    lengths: BTreeSet<u8>,
}

impl AllowList {
    /// Puts somebody on the list.
    pub fn insert(&mut self, subject: Subject) {
        match subject {
            Subject::User(user) => {
                self.users.insert(user);
            }
            Subject::Network(network) => {
                self.lengths.insert(network.prefix());
                self.networks.insert(network);
            }
            Subject::UserAt { user, network } => {
                self.users_at.entry(user).or_default().insert(network);
            }
        }
    }

    /// Whether all of `subject` is on the list.
    #[must_use]
    pub fn contains(&self, subject: &Subject) -> bool {
        match subject {
            Subject::User(user) => self.contains_user(user),
            Subject::Network(network) => self.covers(network.base().into(), network.prefix()),
            Subject::UserAt { user, network } => {
                self.contains_user(user)
                    || self.covers(network.base().into(), network.prefix())
                    || self.at(user, |allowed| allowed.covers(*network))
            }
        }
    }

    /// Whether logins of this user from this address are on the list.
    pub(super) fn contains_at(&self, user: &UserIdentifiers, address: Address) -> bool {
        self.at(user, |allowed| allowed.contains(address))
    }

    fn at(&self, user: &UserIdentifiers, is_wanted: impl Fn(&Network) -> bool) -> bool {
        let networks = self.users_at.get(user);
        networks.is_some_and(|networks| networks.iter().any(is_wanted))
    }

    /// Whether the user is on the list.
    #[must_use]
    pub fn contains_user(&self, user: &UserIdentifiers) -> bool {
        !self.users.is_empty() && self.users.contains(user)
    }

    /// Whether the address is on the list.
    #[must_use]
    pub fn contains_address(&self, address: Address) -> bool {
        self.covers(address, u8::MAX)
    }

    /// Whether a listed network of at most `longest` bits holds `address`.
    fn covers(&self, address: Address, longest: u8) -> bool {
        self.lengths
            .range(..=longest)
            .any(|length| self.networks.contains(&address.network_of(*length)))
    }
}
