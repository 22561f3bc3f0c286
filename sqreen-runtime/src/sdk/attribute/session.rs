//! A request that is found to be a user's.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::pipeline::any_live;
use crate::registry::Site;
use crate::request::{Refused, Request};
use crate::sdk::outcome::{Somebody, Word};
use crate::sdk::{Rejected, usable, with_caller};

use super::{Parking, Stopped, Told, contained, note_panic};

/// A session function has said whose the request is.
#[derive(Debug)]
pub struct Session(Option<Box<(Refused, Arc<Request>)>>);

/// Makes the request that of the user who was returned, if one was.
#[inline]
pub fn session_of<R: Somebody>(site: &'static Site, returned: &R) -> Session {
    session(site, &mut |told| returned.somebody(told.user()))
}

/// Makes the request a user's. `who` says whether there is anybody, and who; it is asked only where an agent
/// is there.
#[inline]
pub fn session(site: &'static Site, who: &mut dyn FnMut(&mut Told) -> bool) -> Session {
    if !any_live() {
        return Session(None);
    }
    Session(look(site, who))
}

#[inline(never)]
fn look(
    site: &'static Site,
    who: &mut dyn FnMut(&mut Told) -> bool,
) -> Option<Box<(Refused, Arc<Request>)>> {
    site.runs().fetch_add(1, Ordering::Relaxed);
    let mut told = Told::default();
    let somebody = contained(|| who(&mut told));
    told.panicked |= somebody.is_none();
    // Where the attribute asked what was found, that may have been nobody.
    let somebody = somebody == Some(true) && !told.user.is_untouched();
    if !somebody && !told.panicked {
        return None;
    }
    match told.request.take() {
        Some(request) => identify(site, told, somebody, Ok(&request)),
        None => with_caller(|request| identify(site, told, somebody, request)),
    }
}

fn identify(
    site: &'static Site,
    told: Told,
    somebody: bool,
    request: Result<&Arc<Request>, Rejected>,
) -> Option<Box<(Refused, Arc<Request>)>> {
    let request = request.ok()?;
    if told.panicked {
        note_panic(request.pipeline(), site);
    }
    if !somebody {
        return None;
    }
    let user = match told.user.finish() {
        Ok(user) if !site.names_first_user() => Some(user),
        user => usable(request, user, site).0,
    };
    let session = told
        .digests
        .as_ref()
        .and_then(|digests| digests.session.as_ref());
    let refused = request.identify(user?, told.traits, session).err()?;
    Some(Box::new((refused, Arc::clone(request))))
}

/// One call in each place where a function may end, in place of all that it takes.
impl Drop for Session {
    #[inline]
    fn drop(&mut self) {
        if let Some(refused) = self.0.take() {
            end(refused);
        }
    }
}

#[cold]
#[inline(never)]
fn end(refused: Box<(Refused, Arc<Request>)>) {
    drop(refused);
}

impl Session {
    /// Why the function's caller must not go on, if so.
    #[inline]
    #[must_use]
    pub fn refused(&self) -> Option<Refused> {
        Some(self.0.as_ref()?.0.clone())
    }

    /// What a refused function returns without running, if its type has a word for that.
    #[inline]
    pub fn refusal<W: Word<R>, R>(&self, word: W) -> Option<R> {
        let _ = word;
        match &self.0 {
            Some(refused) => W::say(&refused.0),
            None => None,
        }
    }

    /// Whether the function's caller must not go on.
    #[inline]
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.0.is_some()
    }

    /// Stops an async function before its body runs, and otherwise gives what it returns without running, if
    /// its type has a word for that.
    pub async fn refuse<W: Word<R>, R>(&self, word: W) -> Option<R> {
        if W::WAITS {
            self.park().await;
        }
        self.refusal(word)
    }

    /// The rest of a refused function that has returned `value`.
    #[cold]
    pub fn stop<W: Word<R>, R>(self, word: W, value: R) -> Stopped<W, R> {
        let _ = word;
        Stopped::new(self, value)
    }

    /// Never returns where the layer polls, which drops the handler; returns at once elsewhere.
    pub fn park(&self) -> Parking {
        Parking::new(self.0.as_ref().map(|refused| &refused.1))
    }
}
