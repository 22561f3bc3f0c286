//! Somebody at the door: which bans keep them from logging in, or from opening an account.

use std::cell::LazyCell;
use std::sync::Arc;

use crate::event::{Address, Reach, Subject, Timestamp};
use crate::identity::UserIdentifiers;

use super::exact::is_user;
use super::{Bans, Standing};

/// Which of the two is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptKind {
    /// To log in.
    Login,
    /// To open an account.
    SignUp,
}

/// In whose name it is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named<'a> {
    /// That is found out by trying: nothing is held against the attempt until then.
    NotYet,
    /// Nobody's: the name is empty, missing or unusable.
    Nobody,
    /// This user's.
    User(&'a UserIdentifiers),
}

impl<'a> Named<'a> {
    pub(crate) fn user(self) -> Option<&'a UserIdentifiers> {
        match self {
            Self::User(user) => Some(user),
            Self::NotYet | Self::Nobody => None,
        }
    }
}

/// Nobody where there is no user.
impl<'a> From<Option<&'a UserIdentifiers>> for Named<'a> {
    fn from(user: Option<&'a UserIdentifiers>) -> Self {
        user.map_or(Self::Nobody, Self::User)
    }
}

/// Somebody who tries to log in or to open an account.
#[derive(Debug, Clone, Copy)]
pub struct Attempting<'a> {
    /// Which of the two.
    pub kind: AttemptKind,
    /// In whose name.
    pub named: Named<'a>,
    /// From where.
    pub address: Option<Address>,
}

/// What a ban says of an attempt, the mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    Open,
    /// Unless the user is at home at the address, or comes as they usually do.
    RefusedIfStranger,
    /// Unless the user is at home at the address.
    RefusedIfUnfamiliar,
    Refused,
}

/// Whether somebody is taken for whom they say they are, because of what they did before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standard {
    /// They have logged in from this address before.
    AtHome,
    /// That; or the address is one at which strangers come and go, they have come through such addresses before,
    /// and with this very client.
    AsUsual,
}

impl Attempting<'_> {
    /// What a ban that stands against this user, this address or the two together says.
    pub(super) fn under(&self, ban: &Standing) -> Verdict {
        let pair = matches!(ban.subject, Subject::UserAt { .. });
        let network = matches!(ban.subject, Subject::Network(_));
        match (ban.reach, self.kind) {
            // The pair is banned from logging in.
            (Reach::Everything, AttemptKind::SignUp) if pair => Verdict::Open,
            (Reach::Everything, _) | (Reach::SignUps, AttemptKind::SignUp) => Verdict::Refused,
            (Reach::SignUps, AttemptKind::Login) => Verdict::Open,
            // Opening an account is nobody's way in to one that is there.
            (Reach::UnfamiliarLogins, AttemptKind::SignUp) => Verdict::Open,
            (Reach::UnfamiliarLogins, AttemptKind::Login) => match self.named {
                Named::NotYet => Verdict::Open,
                Named::Nobody => Verdict::Refused,
                Named::User(_) if network => Verdict::RefusedIfStranger,
                // It is this account that is attacked: whoever does so may know its owner's ways.
                Named::User(_) => Verdict::RefusedIfUnfamiliar,
            },
        }
    }
}

impl Verdict {
    /// By what standard the user may yet be admitted; `None` where by none.
    pub(super) fn standard(self) -> Option<Standard> {
        match self {
            Self::Open | Self::RefusedIfStranger => Some(Standard::AsUsual),
            Self::RefusedIfUnfamiliar => Some(Standard::AtHome),
            Self::Refused => None,
        }
    }
}

impl Bans {
    /// The ban that says the worst of an attempt.
    pub(super) fn look_for_attempt(
        &self,
        attempting: &Attempting<'_>,
        now: impl FnOnce() -> Timestamp,
    ) -> Option<(Arc<Standing>, Verdict)> {
        let now = LazyCell::new(now);
        let (address, user) = (attempting.address, attempting.named.user());
        let of_user = user.map(|user| user.fingerprint(&self.seed));
        let mut worst: Option<(Arc<Standing>, Verdict)> = None;
        let mut look = |fingerprint: u64, is_subject: &dyn Fn(&Subject) -> bool| {
            if !self.index.may_contain(fingerprint) {
                return;
            }
            let exact = self.read();
            for ban in exact.live(fingerprint, *now) {
                if !is_subject(&ban.subject) || exact.allows(attempting, ban) {
                    continue;
                }
                let verdict = attempting.under(ban);
                let before = worst.as_ref().map_or(Verdict::Open, |(_, before)| *before);
                if verdict > before {
                    worst = Some((Arc::clone(ban), verdict));
                }
            }
        };
        for network in address.iter().flat_map(|at| self.prefixes.networks_of(*at)) {
            look(self.network_fingerprint(network), &|subject| {
                *subject == Subject::Network(network)
            });
        }
        let (Some(user), Some(of_user)) = (user, of_user) else {
            return worst;
        };
        look(of_user, &|subject| is_user(subject, user));
        for at in address
            .iter()
            .flat_map(|at| self.prefixes_of_pairs.networks_of(*at))
        {
            look(
                self.pair_fingerprint(of_user, at),
                &|subject| matches!(subject, Subject::UserAt { user: banned, network } if banned == user && *network == at),
            );
        }
        worst
    }
}
