//! Who is never banned.

use std::collections::{BTreeSet, HashSet};

use crate::event::{Address, Network, Subject};
use crate::identity::UserIdentifiers;

/// Users and networks that no ban touches.
#[derive(Debug, Clone, Default)]
pub struct AllowList {
    users: HashSet<UserIdentifiers>,
    networks: HashSet<Network>,
    users_at: HashSet<(UserIdentifiers, Network)>,
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
                self.users_at.insert((user, network));
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
                    || self.users_at.contains(&(user.clone(), *network))
            }
        }
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
