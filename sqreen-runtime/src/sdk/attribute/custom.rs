//! A business event.

use std::sync::atomic::Ordering;

use crate::pipeline::any_live;
use crate::registry::Site;
use crate::sdk::track::{TrackOptions, track};
use crate::sdk::with_caller;

use super::{Told, contained, note_panic};

/// Tells of an event once the function has returned. `what` says whether it happened, and more about it; it
/// is asked only where an agent is there.
#[inline]
pub fn custom(site: &'static Site, name: &str, what: &mut dyn FnMut(&mut Told) -> bool) {
    if any_live() {
        happened(site, name, what);
    }
}

#[cold]
fn happened(site: &'static Site, name: &str, what: &mut dyn FnMut(&mut Told) -> bool) {
    site.runs().fetch_add(1, Ordering::Relaxed);
    let mut told = Told::default();
    let happened = contained(|| what(&mut told));
    let request = match told.request.take() {
        Some(request) => Ok(request),
        None => with_caller(|request| request.cloned()),
    };
    if (happened.is_none() || told.panicked)
        && let Ok(request) = &request
    {
        note_panic(request.pipeline(), site);
    }
    if happened == Some(true) {
        // What is wrong with it has been noted.
        let _ = track(request, name, TrackOptions::from(told));
    }
}

impl From<Told> for TrackOptions {
    fn from(told: Told) -> Self {
        let user = (!told.user.is_untouched()).then(|| told.user.finish());
        Self::read(told.properties, told.dropped, user)
    }
}
