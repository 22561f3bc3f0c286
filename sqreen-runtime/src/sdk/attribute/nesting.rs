//! One login is one event, however many functions it goes through.
//!
//! A handler with an attribute calls a password check with another, or a body calls `auth_track` itself: the
//! innermost knows best, and the ones around it stay silent. Which attempt the running code is inside of is
//! known by the thread while the attempt's body is polled, and only then, so that logins which run beside
//! each other in one request are each counted.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::request::AttemptKind;

/// Whether code inside of an attempt has told of one. Held by the attempt, and by those inside of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Told(Arc<AtomicBool>);

impl Told {
    /// An attempt inside ended: the one outside is the same.
    pub(super) fn tell(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_told(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

thread_local! {
    static AROUND: [Cell<Option<Told>>; 2] = const { [Cell::new(None), Cell::new(None)] };
}

/// The innermost attempt that the running code is inside of. A thread that is being torn down has none.
pub(super) fn around(kind: AttemptKind) -> Option<Told> {
    let look = |around: &[Cell<Option<Told>>; 2]| {
        let cell = &around[kind as usize];
        let innermost = cell.take();
        cell.set(innermost.clone());
        innermost
    };
    AROUND.try_with(look).ok().flatten()
}

/// An attempt has been told of by hand: those around it need not be.
pub(in crate::sdk) fn tell(kind: AttemptKind) {
    if let Some(around) = around(kind) {
        around.tell();
    }
}

/// While it is held, the running code is inside of an attempt. It is dropped on the thread it was made on.
#[derive(Debug)]
pub struct Inside<'a>(Option<(AttemptKind, &'a mut Option<Told>)>);

impl<'a> Inside<'a> {
    /// Inside of no attempt.
    pub(super) fn nothing() -> Self {
        Self(None)
    }

    /// `slot` is the attempt's while outside; inside it keeps the one around that.
    pub(super) fn new(kind: AttemptKind, slot: &'a mut Option<Told>) -> Self {
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
fn swap(kind: AttemptKind, slot: &mut Option<Told>) {
    let _ = AROUND.try_with(|around| *slot = around[kind as usize].replace(slot.take()));
}
