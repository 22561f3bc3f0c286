//! One login is one event, however many functions it goes through.
//!
//! A handler with an attribute calls a password check with another, or a body calls `auth_track` itself. What
//! those inside say is kept: they know best whether the password was right. But it is the outermost that
//! knows whether the user got in, since a second factor may follow:
//!
//! - A failure is recorded where it is found, and makes the failure of the same user around it the same one.
//! - Everything else waits for the attempt around it, and so does the failure of somebody who was not named,
//!   whose name may be known there. A success that is followed by a failure was none.
//!
//! A secret is the innermost's that has one, and of a password which an attempt inside found right nothing is
//! kept, whatever else is wrong.
//!
//! Which attempt the running code is inside of is known by the thread while the attempt's body is polled,
//! and only then, so that logins which run beside each other in one request are each counted.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::event::{LoginRisk, Outcome, SecretDigest};
use crate::identity::UserIdentifiers;
use crate::request::{AttemptKind, Attempted, Request};

/// How many users' failures one attempt remembers. Beyond that it is one more failure itself.
const FAILED: usize = 16;

/// What an attempt hears of those inside it. Held by it, and by them.
#[derive(Debug, Clone)]
pub(super) struct Hearing {
    request: Arc<Request>,
    heard: Arc<Mutex<Heard>>,
}

/// The secret that an attempt was given. Those inside it may have been given none, and still be about that one.
#[derive(Debug)]
pub(super) struct Given {
    secret: SecretDigest,
    /// Whose it was to be.
    user: Option<UserIdentifiers>,
    /// Whether an attempt inside found it right.
    right: AtomicBool,
    around: Option<Arc<Given>>,
}

impl Given {
    /// This one and those around it that may be of `user`.
    fn of(&self, user: &Option<UserIdentifiers>) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |given| given.around.as_deref())
            .filter(move |given| may_be_same(&given.user, user))
    }

    /// Gives a failure the secret that was rejected, if it has none of its own. Of a success nobody's failure has
    /// the secret from here on.
    #[cold]
    fn give(&self, attempted: &mut Attempted) {
        match attempted.outcome {
            Outcome::Failure if attempted.secret.is_none() => {
                attempted.secret = self
                    .of(&attempted.user)
                    .find(|given| !given.right.load(Ordering::Relaxed))
                    .map(|given| given.secret);
            }
            Outcome::Success => self
                .of(&attempted.user)
                .for_each(|given| given.right.store(true, Ordering::Relaxed)),
            _ => {}
        }
    }
}

#[derive(Debug, Default)]
struct Heard {
    /// Whose failures are recorded.
    failed: Vec<UserIdentifiers>,
    /// How the last attempt inside ended, where that waits.
    pending: Option<Attempted>,
    given: Option<Arc<Given>>,
}

impl Hearing {
    pub(super) fn new(request: Arc<Request>) -> Self {
        Self {
            request,
            heard: Arc::default(),
        }
    }

    /// Offers those inside the attempt's own secret, and what is offered around it.
    #[cold]
    pub(super) fn offer(
        &self,
        secret: Option<SecretDigest>,
        user: Option<&UserIdentifiers>,
        around: Option<&Hearing>,
    ) {
        let around = around.and_then(|around| around.heard().given.clone());
        self.heard().given = match secret {
            Some(secret) => Some(Arc::new(Given {
                secret,
                user: user.cloned(),
                right: AtomicBool::new(false),
                around,
            })),
            None => around,
        };
    }

    /// Whether an attempt inside said anything.
    pub(super) fn heard_any(&self) -> bool {
        let heard = self.heard();
        heard.pending.is_some() || !heard.failed.is_empty()
    }

    /// An attempt inside was refused, which is as good as a failure that was recorded.
    pub(super) fn refused(&self, user: Option<UserIdentifiers>) {
        let mut heard = self.heard();
        if let Some(user) = user
            && heard.failed.len() < FAILED
            && !heard.failed.contains(&user)
        {
            heard.failed.push(user);
        }
    }

    /// An attempt inside ended.
    fn hear(&self, mut attempted: Attempted) {
        if attempted.outcome == Outcome::Failure {
            self.refused(attempted.user.clone());
        }
        let mut heard = self.heard();
        if let Some(given) = &heard.given {
            given.give(&mut attempted);
        }
        let (recorded, pending) = follow(heard.pending.take(), attempted);
        heard.pending = pending;
        drop(heard);
        for attempted in recorded.into_iter().flatten() {
            self.request.attempted(attempted);
        }
    }

    /// How the attempt ended, with what those inside have said. `decided` is whether its attribute says by
    /// itself what a success is; `unknown` is whether it could not tell.
    pub(super) fn conclude(
        &self,
        mut own: Attempted,
        decided: bool,
        unknown: bool,
        around: Option<&Hearing>,
    ) {
        let Heard {
            failed,
            pending,
            given,
        } = std::mem::take(&mut *self.heard());
        if let Some(given) = given
            && own.outcome == Outcome::Failure
        {
            given.give(&mut own);
        }
        if let Some(around) = around {
            for user in &failed {
                around.refused(Some(user.clone()));
            }
        }
        let failed = failed
            .into_iter()
            .any(|user| may_be_same(&Some(user), &own.user));
        let (inside, others) = match pending {
            Some(pending) if may_be_same(&pending.user, &own.user) => (Some(pending), None),
            pending => (None, pending),
        };
        let decided = decided && own.outcome == Outcome::Success;
        let open = unknown || own.outcome == Outcome::Success;
        let end = match inside {
            Some(inside) if inside.outcome == Outcome::Success && open => Some(own.with(inside)),
            Some(inside) if inside.outcome == Outcome::Failure && !decided => {
                Some(own.with(inside))
            }
            _ if failed && !decided => None,
            _ => Some(own),
        };
        for attempted in others.into_iter().chain(end) {
            tell(around, &self.request, attempted);
        }
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        // Nothing panics while it is held.
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is recorded, and what waits, when one attempt inside follows another.
fn follow(
    before: Option<Attempted>,
    attempted: Attempted,
) -> ([Option<Attempted>; 2], Option<Attempted>) {
    use Outcome::{Failure, Success};

    let same = |before: &Attempted| may_be_same(&before.user, &attempted.user);
    // A guess is one whatever follows, and somebody else's login has nothing to do with this one.
    let stands = |before: &Attempted| before.outcome == Failure || !same(before);
    match (before, attempted.outcome) {
        (before, Failure) if attempted.user.is_some() => {
            ([before.filter(stands), Some(attempted)], None)
        }
        // An error after a success, or after a guess, takes nothing back.
        (Some(before), outcome)
            if !matches!(outcome, Failure | Success)
                && same(&before)
                && matches!(before.outcome, Failure | Success) =>
        {
            ([None, None], Some(before))
        }
        (before, _) => ([before.filter(stands), None], Some(attempted)),
    }
}

/// Whether two names can be one user's: the same, or named by other keys, or nobody's.
fn may_be_same(a: &Option<UserIdentifiers>, b: &Option<UserIdentifiers>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a == b || !a.keys().eq(b.keys()),
        _ => true,
    }
}

/// Records how an attempt ended, or leaves that to the one around it. Returns the risk of a login that is recorded.
pub(super) fn tell(
    around: Option<&Hearing>,
    request: &Arc<Request>,
    attempted: Attempted,
) -> Option<LoginRisk> {
    let Some(around) = around else {
        return request.attempted(attempted);
    };
    around.hear(attempted);
    None
}

/// [`tell`], for an attempt that was told of by hand.
pub(in crate::sdk) fn told_by_hand(
    request: &Arc<Request>,
    attempted: Attempted,
) -> Option<LoginRisk> {
    let around = around(attempted.kind, request);
    if around.is_some() {
        // It stops here if it is banned, whenever it is recorded, and right or wrong.
        let _ = request.admit(attempted.kind, attempted.user.as_ref().into());
    }
    tell(around.as_ref(), request, attempted)
}

thread_local! {
    static AROUND: [Cell<Option<Hearing>>; 2] = const { [Cell::new(None), Cell::new(None)] };
}

/// The innermost attempt of this request that the running code is inside of. A thread that is being torn down
/// has none, and one that serves another request meanwhile is not inside of this one's.
pub(super) fn around(kind: AttemptKind, request: &Arc<Request>) -> Option<Hearing> {
    let look = |around: &[Cell<Option<Hearing>>; 2]| {
        let cell = &around[kind as usize];
        let innermost = cell.take();
        cell.set(innermost.clone());
        innermost
    };
    let innermost = AROUND.try_with(look).ok().flatten()?;
    let same = Arc::ptr_eq(&innermost.request, request)
        || !(innermost.request.is_attached() || request.is_attached());
    same.then_some(innermost)
}

/// While it is held, the running code is inside of an attempt. It is dropped on the thread it was made on.
#[derive(Debug)]
pub struct Inside<'a>(Option<(AttemptKind, &'a mut Option<Hearing>)>);

impl<'a> Inside<'a> {
    /// Inside of no attempt.
    pub(super) fn nothing() -> Self {
        Self(None)
    }

    /// `slot` is the attempt's while outside; inside it keeps the one around that.
    pub(super) fn new(kind: AttemptKind, slot: &'a mut Option<Hearing>) -> Self {
        swap(kind, slot);
        Self(Some((kind, slot)))
    }
}

impl Drop for Inside<'_> {
    #[inline]
    fn drop(&mut self) {
        if let Some((kind, slot)) = &mut self.0 {
            swap(*kind, slot);
        }
    }
}

#[cold]
fn swap(kind: AttemptKind, slot: &mut Option<Hearing>) {
    let _ = AROUND.try_with(|around| *slot = around[kind as usize].replace(slot.take()));
}
