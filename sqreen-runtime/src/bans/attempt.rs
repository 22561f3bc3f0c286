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

/// What a ban says of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Refused,
    /// Unless the user has logged in from the address before.
    RefusedIfUnfamiliar,
    Open,
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
            // A user's own sign-up is nobody's way in to an account that is there.
            (Reach::UnfamiliarLogins, AttemptKind::SignUp) if !network => Verdict::Open,
            (Reach::UnfamiliarLogins, _) => match self.named {
                Named::NotYet => Verdict::Open,
                Named::Nobody => Verdict::Refused,
                Named::User(_) => Verdict::RefusedIfUnfamiliar,
            },
        }
    }
}

impl Bans {
    /// The ban that refuses an attempt, or one that does so where the user is not familiar.
    pub(super) fn look_for_attempt(
        &self,
        attempting: &Attempting<'_>,
        now: impl FnOnce() -> Timestamp,
    ) -> Option<(Arc<Standing>, Verdict)> {
        let now = LazyCell::new(now);
        let (address, user) = (attempting.address, attempting.named.user());
        let of_user = user.map(|user| user.fingerprint(&self.seed));
        let mut best = None;
        let mut look = |fingerprint: u64, is_subject: &dyn Fn(&Subject) -> bool| {
            if !self.index.may_contain(fingerprint) {
                return;
            }
            let exact = self.read();
            for ban in exact.live(fingerprint, *now) {
                if !is_subject(&ban.subject) || exact.allows(attempting, ban) {
                    continue;
                }
                match (attempting.under(ban), &best) {
                    (Verdict::Open, _)
                    | (_, Some((_, Verdict::Refused)))
                    | (Verdict::RefusedIfUnfamiliar, Some(_)) => {}
                    (verdict, _) => best = Some((Arc::clone(ban), verdict)),
                }
            }
        };
        for network in address.iter().flat_map(|at| self.prefixes.networks_of(*at)) {
            look(self.network_fingerprint(network), &|subject| {
                *subject == Subject::Network(network)
            });
        }
        let (Some(user), Some(of_user)) = (user, of_user) else {
            return best;
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
        best
    }
}
