//! What one playbook has counted so far.

use crate::event::{Outcome, Timestamp};
use crate::policy::{By, Counts, Playbook};

use super::subjects::Subjects;
use super::window::{Entry, Window};
use super::{Attempted, Forgiven};

/// For a playbook that compares failing users with those who log in, how many thresholds' worth of failing
/// users a window keeps. It bounds what one busy office takes in memory; past it the comparison is between
/// the most recent.
const KEPT_THRESHOLDS: u32 = 16;

/// The counts of one playbook.
#[derive(Debug)]
pub(super) struct Counter {
    subjects: Subjects<Counted>,
}

/// What is counted for one subject.
#[derive(Debug, Default)]
struct Counted {
    failures: Window,
    /// Users who logged in, where the playbook compares.
    successes: Option<Box<Window>>,
}

/// The threshold is reached.
pub(super) struct Reached {
    pub(super) figure: u32,
    pub(super) since: Timestamp,
    pub(super) events: Box<[u64]>,
}

impl Counter {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            subjects: Subjects::new(capacity),
        }
    }

    /// Takes in an attempt; `Some` where it is the one that reaches the threshold.
    pub(super) fn count(
        &mut self,
        playbook: &Playbook,
        key: u64,
        attempted: &Attempted<'_>,
        forgiven: Forgiven,
    ) -> Option<Reached> {
        match attempted.outcome {
            Outcome::Failure => self.failure(playbook, key, attempted, forgiven),
            Outcome::Success if !attempted.withheld => {
                self.success(playbook, key, attempted);
                None
            }
            Outcome::Success | Outcome::Error | Outcome::Cancelled | Outcome::Panicked => None,
        }
    }

    fn failure(
        &mut self,
        playbook: &Playbook,
        key: u64,
        attempted: &Attempted<'_>,
        forgiven: Forgiven,
    ) -> Option<Reached> {
        let value = value(playbook.counts, attempted)?;
        let counted = self.subjects.entry(key);
        counted.slide(playbook, attempted.at, forgiven);

        let entry = Entry {
            at: attempted.at,
            place: attempted.place,
            value,
        };
        match playbook.counts {
            Counts::Events => counted.failures.push(entry),
            Counts::Users | Counts::Addresses => counted.failures.push_distinct(entry),
        }
        let figure = counted.failures.len();
        let reaching = playbook.reaching.get();
        if figure < reaching {
            return None;
        }
        if let Some(times) = playbook.outnumbering
            && figure < counted.successes().saturating_mul(times.get())
        {
            counted
                .failures
                .truncate_oldest(reaching.saturating_mul(KEPT_THRESHOLDS));
            return None;
        }
        let entries = counted.failures.take();
        self.subjects.remove(key);
        Some(Reached {
            figure,
            since: entries
                .clone()
                .next()
                .map_or(attempted.at, |oldest| oldest.at),
            events: entries.map(|entry| entry.place).collect(),
        })
    }

    fn success(&mut self, playbook: &Playbook, key: u64, attempted: &Attempted<'_>) {
        if playbook.reset_by_success {
            self.subjects.remove(key);
        }
        let (Some(times), Some(user)) = (playbook.outnumbering, attempted.keys.user) else {
            return;
        };
        let counted = self.subjects.entry(key);
        counted.slide(playbook, attempted.at, Forgiven::default());
        let entry = Entry {
            at: attempted.at,
            place: attempted.place,
            value: user,
        };
        let successes = counted.successes.get_or_insert_default();
        successes.push_distinct(entry);
        // As many as the failing users a window keeps can still outnumber: whoever logs in to many accounts
        // of their own does not become invisible.
        let most = playbook.reaching.get().saturating_mul(KEPT_THRESHOLDS) / times.get();
        successes.truncate_oldest(most);
    }

    pub(super) fn subjects(&self) -> usize {
        self.subjects.len()
    }

    pub(super) fn forgotten(&self) -> u64 {
        self.subjects.forgotten()
    }
}

impl Counted {
    fn successes(&self) -> u32 {
        self.successes
            .as_ref()
            .map_or(0, |successes| successes.len())
    }

    fn slide(&mut self, playbook: &Playbook, now: Timestamp, forgiven: Forgiven) {
        let pardoned = match playbook.by {
            By::Address => forgiven.address,
            By::User => forgiven.user,
            By::AddressAndUser => forgiven.address.max(forgiven.user),
        };
        self.failures.slide(now, playbook.within, pardoned);
        if let Some(successes) = &mut self.successes {
            successes.slide(now, playbook.within, 0);
        }
    }
}

/// What tells this attempt apart from others, for what the playbook counts. An attempt without a user is
/// still one attempt of its address: nobody in particular counts as one more user.
fn value(counts: Counts, attempted: &Attempted<'_>) -> Option<u64> {
    match counts {
        Counts::Events => Some(0),
        Counts::Users => Some(attempted.keys.user.unwrap_or(0)),
        Counts::Addresses => attempted.keys.address,
    }
}
