//! Who is shown the stream, on the agent's own thread, and what waits to be shown.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::bans::StepUp;
use crate::event::{Decision, Event, What};
use crate::identity::Pseudonymizer;
use crate::log::Entry;

/// How many events wait for followers at most.
const OUTBOX: usize = 100_000;

type Hook<T> = Box<dyn FnMut(&T) + Send>;

/// What the application gave to be called.
#[derive(Default)]
pub(crate) struct Followers {
    /// For each event of the stream, in order.
    pub(crate) events: Vec<Hook<Entry>>,
    /// For each decision, those that are only observed included.
    pub(crate) decisions: Vec<Hook<Decision>>,
    /// For each user who has to prove themselves once more.
    pub(crate) step_ups: Vec<Hook<StepUp>>,
}

/// Which events anybody follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Followed {
    Nothing,
    Decisions,
    Everything,
}

impl Followed {
    fn wants(self, what: &What) -> bool {
        match self {
            Self::Nothing => false,
            Self::Decisions => matches!(what, What::Decision(_)),
            Self::Everything => true,
        }
    }
}

impl Followers {
    pub(crate) fn followed(&self) -> Followed {
        if !self.events.is_empty() {
            Followed::Everything
        } else if self.decisions.is_empty() && self.step_ups.is_empty() {
            Followed::Nothing
        } else {
            Followed::Decisions
        }
    }

    /// Shows an event to everybody who follows it, and says how many of them panicked. `asked` is what the
    /// event asks of users, under their own names: whoever has to ask them needs those. All else is shown
    /// under pseudonyms, where there are some.
    pub(super) fn show(
        &mut self,
        mut entry: Entry,
        asked: &[StepUp],
        hide: Option<&Pseudonymizer>,
    ) -> usize {
        let mut panicked = 0;
        let mut call = |run: &mut dyn FnMut()| {
            panicked += usize::from(catch_unwind(AssertUnwindSafe(run)).is_err());
        };
        for step_up in asked {
            for ask in &mut self.step_ups {
                call(&mut || ask(step_up));
            }
        }
        if let Some(hide) = hide {
            let event = Event::clone(&entry.event).pseudonymized(hide);
            entry.event = Arc::new(event);
        }
        if let What::Decision(decision) = &entry.event.what {
            for notify in &mut self.decisions {
                call(&mut || notify(decision));
            }
        }
        for follower in &mut self.events {
            call(&mut || follower(&entry));
        }
        panicked
    }
}

/// What waits to be shown.
pub(super) struct Outbox {
    followed: Followed,
    entries: Vec<Entry>,
    /// How many events found it full.
    unshown: u64,
}

impl Outbox {
    pub(super) fn new(followed: Followed) -> Self {
        Self {
            followed,
            entries: Vec::new(),
            unshown: 0,
        }
    }

    pub(super) fn push(&mut self, entry: Entry) {
        if !self.followed.wants(&entry.event.what) {
            return;
        }
        if self.entries.len() < OUTBOX {
            self.entries.push(entry);
        } else {
            self.unshown += 1;
        }
    }

    /// What waits, and how many could not.
    pub(super) fn take(&mut self) -> (Vec<Entry>, u64) {
        (
            std::mem::take(&mut self.entries),
            std::mem::take(&mut self.unshown),
        )
    }
}
