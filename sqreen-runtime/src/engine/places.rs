//! Where users are: what makes an address familiar, and who logged in there last.

use smallvec::SmallVec;

use crate::identity::UserIdentifiers;

use super::Memory;
use super::subjects::Subjects;

/// How many addresses are remembered for one user, the most recent ones: home, work, phone and some more.
const PLACES: usize = 8;

/// Logins and sessions, by user and by address.
#[derive(Debug)]
pub(super) struct Places {
    /// The addresses each user was at, the most recent last.
    of_user: Subjects<SmallVec<[u64; 2]>>,
    last_at: Subjects<Option<UserIdentifiers>>,
    /// Whom the application found by a name that was typed, where it calls them otherwise.
    known_as: Subjects<Option<u64>>,
}

impl Places {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            of_user: Subjects::new(capacity),
            last_at: Subjects::new(capacity),
            known_as: Subjects::new(capacity),
        }
    }

    /// The user was at an address.
    pub(super) fn seen(&mut self, of: u64, from: u64) {
        let places = self.of_user.entry(of);
        places.retain(|place| *place != from);
        if places.len() == PLACES {
            places.remove(0);
        }
        places.push(from);
    }

    /// The user logged in from an address.
    pub(super) fn logged_in(&mut self, user: &UserIdentifiers, of: u64, from: u64) {
        self.seen(of, from);
        let last = self.last_at.entry(from);
        if last.as_ref() != Some(user) {
            *last = Some(user.clone());
        }
    }

    /// A user who logged in by one name is known by another.
    pub(super) fn resolved(&mut self, typed: u64, who: u64) {
        *self.known_as.entry(typed) = Some(who);
    }

    /// Whether the user was at an address, by this name or by the one the application has for it: sessions are
    /// of the latter, and a login is asked about by the former.
    pub(super) fn knows(&self, of: u64, from: u64) -> bool {
        let who = || self.known_as.get(of).copied().flatten();
        self.was_at(of, from)
            || self.known_as.len() > 0 && who().is_some_and(|who| self.was_at(who, from))
    }

    fn was_at(&self, of: u64, from: u64) -> bool {
        self.of_user
            .get(of)
            .is_some_and(|places| places.contains(&from))
    }

    pub(super) fn last_user(&self, from: u64) -> Option<&UserIdentifiers> {
        self.last_at.get(from)?.as_ref()
    }

    pub(super) fn memory(&self) -> Memory {
        Memory {
            subjects: self.of_user.len() + self.last_at.len() + self.known_as.len(),
            forgotten: self.of_user.forgotten()
                + self.last_at.forgotten()
                + self.known_as.forgotten(),
        }
    }
}
