//! All there is to know about the bans, behind the index and a lock.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use smallvec::SmallVec;

use crate::event::{Subject, Timestamp};
use crate::identity::UserIdentifiers;

use super::{AllowList, AttemptKind, Attempting, Standing};

/// The bans themselves.
#[derive(Debug, Default)]
pub(super) struct Exact {
    /// By fingerprint: as a rule one, more where a subject is banned from more than one thing.
    pub(super) standing: HashMap<u64, SmallVec<[Arc<Standing>; 1]>>,
    /// When each ban ends, soonest first, with its fingerprint. One that is gone, or ends later by now, has no
    /// entry left here: bans made again and again take no more memory.
    pub(super) ends: BTreeSet<(Timestamp, u64)>,
    /// Paths of this site that the banned are sent to, and by how many bans.
    pub(super) pages: HashMap<Box<str>, usize>,
    pub(super) allowed: AllowList,
    pub(super) evicted: u64,
}

impl Exact {
    /// The ban with this fingerprint that has not ended and is wanted.
    #[inline]
    pub(super) fn find(
        &self,
        fingerprint: u64,
        now: Timestamp,
        wanted: impl Fn(&Standing) -> bool,
    ) -> Option<Arc<Standing>> {
        let standing = self.standing.get(&fingerprint)?;
        let found = standing
            .iter()
            .find(|ban| ban.is_live(now) && wanted(ban))?;
        Some(Arc::clone(found))
    }

    /// The bans with this fingerprint that have not ended; now and then somebody else's.
    pub(super) fn live(
        &self,
        fingerprint: u64,
        now: Timestamp,
    ) -> impl Iterator<Item = &Arc<Standing>> {
        let standing = self.standing.get(&fingerprint).into_iter().flatten();
        standing.filter(move |ban| ban.is_live(now))
    }

    /// A ban with this fingerprint, which does not stand any more, ends at no time.
    pub(super) fn forget_end(&mut self, fingerprint: u64, ban: &Standing) {
        let Some(until) = ban.until else { return };
        let standing = self.standing.get(&fingerprint).into_iter().flatten();
        // Another of the same subject may end at the same time.
        if standing
            .map(|other| other.until)
            .all(|end| end != Some(until))
        {
            self.ends.remove(&(until, fingerprint));
        }
    }

    /// A ban begins to send people to a page of the same site, if it does. Returns whether it does.
    pub(super) fn open_page(&mut self, ban: &Standing) -> bool {
        let Some(path) = ban.page() else { return false };
        *self.pages.entry(path.into()).or_default() += 1;
        true
    }

    /// The ban is gone.
    pub(super) fn close_page(&mut self, ban: &Standing) -> bool {
        let Some(path) = ban.page() else { return false };
        if let Some(bans) = self.pages.get_mut(path) {
            *bans -= 1;
            if *bans == 0 {
                self.pages.remove(path);
            }
        }
        true
    }

    /// Whether the allow list takes an attempt out of a ban that is wider than what is allowed.
    pub(super) fn allows(&self, attempting: &Attempting<'_>, ban: &Standing) -> bool {
        let Some(address) = attempting.address else {
            return false;
        };
        let of_address = !matches!(ban.subject, Subject::User(_));
        let login = attempting.kind == AttemptKind::Login && !ban.is_of_everything();
        (of_address && self.allowed.contains_address(address))
            || (login
                && attempting
                    .named
                    .user()
                    .is_some_and(|user| self.allowed.contains_at(user, address)))
    }
}

#[inline]
pub(super) fn is_user(subject: &Subject, user: &UserIdentifiers) -> bool {
    matches!(subject, Subject::User(banned) if banned == user)
}

/// Whether allowing or pardoning `subject` lifts a ban on `banned`.
pub(super) fn covers(subject: &Subject, banned: &Subject) -> bool {
    match (subject, banned) {
        (
            Subject::Network(wide),
            Subject::Network(narrow)
            | Subject::UserAt {
                network: narrow, ..
            },
        ) => wide.covers(*narrow),
        (Subject::User(user), Subject::User(banned) | Subject::UserAt { user: banned, .. }) => {
            user == banned
        }
        (
            Subject::UserAt { user, network },
            Subject::UserAt {
                user: banned,
                network: narrow,
            },
        ) => user == banned && network.covers(*narrow),
        (Subject::User(_), Subject::Network(_))
        | (Subject::Network(_), Subject::User(_))
        | (Subject::UserAt { .. }, Subject::User(_) | Subject::Network(_)) => false,
    }
}
