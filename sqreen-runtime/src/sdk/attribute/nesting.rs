//! One login is one event, however many functions it goes through.
//!
//! A handler with an attribute calls a password check with another, or a body calls `auth_track` itself: the
//! innermost knows best, and the ones around it stay silent. Around what code an attempt runs is known by the
//! thread, while the body is polled and only then, so that logins which run beside each other in one request
//! are each counted.

use std::cell::Cell;

use crate::request::AttemptKind;

thread_local! {
    static AROUND: Cell<Around> = const { Cell::new(Around { login: Heard::Outside, sign_up: Heard::Outside }) };
}

/// What the attempts around the running code have heard of the code inside them.
#[derive(Clone, Copy)]
struct Around {
    login: Heard,
    sign_up: Heard,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heard {
    /// There is no attempt around.
    Outside,
    Nothing,
    /// An attempt inside has been told of.
    Told,
}

impl Around {
    fn of(&mut self, kind: AttemptKind) -> &mut Heard {
        match kind {
            AttemptKind::Login => &mut self.login,
            AttemptKind::SignUp => &mut self.sign_up,
        }
    }
}

/// An attempt has been told of: those around it need not be.
pub(in crate::sdk) fn tell(kind: AttemptKind) {
    change(|around| {
        let heard = around.of(kind);
        if *heard == Heard::Nothing {
            *heard = Heard::Told;
        }
    });
}

/// While it is held, the running code is inside of an attempt. It is dropped on the thread it was made on.
pub(super) struct Inside<'a> {
    kind: AttemptKind,
    before: Heard,
    told: &'a mut bool,
}

impl<'a> Inside<'a> {
    /// `told` becomes whether the code inside told of an attempt.
    pub(super) fn new(kind: AttemptKind, told: &'a mut bool) -> Self {
        let mut before = Heard::Outside;
        let heard = if *told { Heard::Told } else { Heard::Nothing };
        change(|around| before = std::mem::replace(around.of(kind), heard));
        Self { kind, before, told }
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        let (kind, before) = (self.kind, self.before);
        change(|around| {
            *self.told = std::mem::replace(around.of(kind), before) == Heard::Told;
        });
    }
}

/// A thread that is being torn down has nothing around it.
fn change(change: impl FnOnce(&mut Around)) {
    let _ = AROUND.try_with(|cell| {
        let mut around = cell.get();
        change(&mut around);
        cell.set(around);
    });
}
