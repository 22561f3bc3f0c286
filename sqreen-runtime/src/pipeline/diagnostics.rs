//! Nothing is silently ignored: what an agent could not use, how often, and why.

use std::fmt;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};

/// The kinds of trouble an agent tells about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Trouble {
    /// A call came while no agent was installed. Counted once an agent is.
    NoAgent,
    /// A call came from outside of a request, so its address is unknown.
    NoRequest,
    /// The identifiers of a user were unusable.
    Identity,
    /// Login, sign-up and session name users by different keys.
    IdentityFormat,
    /// What an attribute's function returned told neither success nor failure, such as a redirect.
    Outcome,
    /// An expression of an attribute panicked.
    Attribute,
    /// A custom event had an unusable name.
    EventName,
    /// A custom event had more properties than are kept.
    Properties,
    /// One request was identified as two users.
    TwoUsers,
    /// The server does not tell the peer's address.
    NoAddress,
    /// A proxy sent an address that is none.
    BadForwarding,
    /// An event was dropped because the queue was full.
    QueueFull,
    /// An event came after the agent was shut down.
    AfterShutdown,
    /// A follower of the stream panicked or was too slow.
    Follower,
    /// A file with facts about addresses could not be used: see [`Agent::intel`](crate::Agent::intel).
    Intel,
    /// Files with playbooks changed, and are no policy now: the last good one stays.
    Policy,
    /// The stream could not be written to its file: see `record` in [`Config`](crate::config::Config). Counted
    /// for each event that is missing there, and for each time that the file could not be written out.
    Record,
}

/// All of them, in the order of their counters.
const ALL: [Trouble; 17] = [
    Trouble::NoAgent,
    Trouble::NoRequest,
    Trouble::Identity,
    Trouble::IdentityFormat,
    Trouble::Outcome,
    Trouble::Attribute,
    Trouble::EventName,
    Trouble::Properties,
    Trouble::TwoUsers,
    Trouble::NoAddress,
    Trouble::BadForwarding,
    Trouble::QueueFull,
    Trouble::AfterShutdown,
    Trouble::Follower,
    Trouble::Intel,
    Trouble::Policy,
    Trouble::Record,
];

/// How often one kind of trouble happened, and what it was the first time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind.
    pub trouble: Trouble,
    /// How often.
    pub count: u64,
    /// The cause as it was logged: that of the first time.
    pub cause: String,
}

/// The counters of one agent.
#[derive(Debug, Default)]
pub(crate) struct Diagnostics {
    counts: [AtomicU64; ALL.len()],
    causes: [Mutex<Option<String>>; ALL.len()],
}

impl Diagnostics {
    pub(crate) const fn new() -> Self {
        Self {
            counts: [const { AtomicU64::new(0) }; ALL.len()],
            causes: [const { Mutex::new(None) }; ALL.len()],
        }
    }

    /// Counts one more, and logs the cause where it is the first.
    pub(crate) fn note(&self, trouble: Trouble, cause: &dyn fmt::Display) {
        self.count(trouble, || {
            let cause = cause.to_string();
            tracing::warn!(
                target: "sqreen", trouble = ?trouble,
                "{cause} (further ones of this kind are counted, not logged)"
            );
            cause
        });
    }

    /// Counts one more, and logs the cause each time: for what no client can bring about, and people have to mend.
    pub(crate) fn note_each(&self, trouble: Trouble, cause: &str) {
        tracing::warn!(target: "sqreen", trouble = ?trouble, "{cause}");
        self.count(trouble, || cause.to_owned());
    }

    /// Counts one more, and keeps the cause where it is the first.
    fn count(&self, trouble: Trouble, cause: impl FnOnce() -> String) {
        if self.counts[trouble as usize].fetch_add(1, Ordering::Relaxed) == 0 {
            // Made before the lock is taken: whoever listens to the log may do anything.
            let cause = cause();
            *self.causes[trouble as usize]
                .lock()
                .unwrap_or_else(PoisonError::into_inner) = Some(cause);
        }
    }

    /// What there was, by kind.
    pub(crate) fn list(&self) -> Vec<Diagnostic> {
        let diagnostic = |trouble: Trouble| {
            let count = self.counts[trouble as usize].load(Ordering::Relaxed);
            let cause = self.causes[trouble as usize]
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            (count > 0).then(|| Diagnostic {
                trouble,
                count,
                cause: cause.clone().unwrap_or_default(),
            })
        };
        ALL.into_iter().filter_map(diagnostic).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_own_counter() {
        for (n, trouble) in ALL.into_iter().enumerate() {
            assert_eq!(trouble as usize, n);
        }
    }

    #[test]
    fn the_first_cause_is_kept_and_all_are_counted() {
        let diagnostics = Diagnostics::new();
        diagnostics.note(Trouble::Identity, &"first");
        diagnostics.note(Trouble::Identity, &"second");
        let [only] = &diagnostics.list()[..] else {
            panic!("one kind")
        };
        assert_eq!((only.count, &*only.cause), (2, "first"));
    }
}
