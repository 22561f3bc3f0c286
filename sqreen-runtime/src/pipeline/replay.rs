//! A policy at work on a stream: what it would have decided, and which events would not have happened.
//!
//! The same engine and the same bans as in an agent, one event after the other, without its clock, its lock and
//! its log. For whoever replays a recorded stream, or one that was made up.

use std::sync::Arc;

use crate::bans::{AttemptKind, Attempting, Bans, Named, Standing};
use crate::engine::{DEFAULT_CAPACITY, Engine};
use crate::event::{Attempt, Decision, Event, Origin, Outcome, RefusalPoint, What};
use crate::policy::Policy;

/// An engine and its bans on a stream of events.
///
/// Each event is asked first whether its request would have been turned away by what was decided before it. If so,
/// the engine does not see it: under this policy it would not have happened. Otherwise the engine decides about
/// it, and the bans follow. What people did (bans, pardons, allowances) is taken over; decisions, refusals and
/// policies of the agent that recorded the stream are not.
///
/// The same seed, policy and events give the same result, byte for byte. Events count by their place among those
/// given: the third is place 3 in the evidence of a decision, whatever became of the first two.
///
/// ```
/// use sqreen_runtime::event::{Attempt, Event, Origin, Outcome, Timestamp, What};
/// use sqreen_runtime::identity::UserIdentifiers;
/// use sqreen_runtime::pipeline::{Replay, Replayed};
/// use sqreen_runtime::policy::Policy;
///
/// let attacker: std::net::IpAddr = "203.0.113.9".parse()?;
/// let guess = |second: u64| -> Result<Event, Box<dyn std::error::Error>> {
///     let alice = UserIdentifiers::new("email", "alice@example.com")?;
///     Ok(Event {
///         at: Timestamp::from_millis(second * 1000),
///         origin: Origin { address: Some(attacker.into()), ..Origin::default() },
///         what: What::Login(Attempt::new(Outcome::Failure, Some(alice))),
///     })
/// };
/// let mut replay = Replay::new(Policy::default(), 1);
/// for second in 0..10 {
///     assert!(matches!(replay.take_in(&guess(second)?), Replayed::TookPlace(_)));
/// }
/// // The tenth led to a ban, so the eleventh would not have got through.
/// assert!(matches!(replay.take_in(&guess(10)?), Replayed::TurnedAway { .. }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Replay {
    engine: Engine,
    bans: Bans,
}

/// What became of an event of a stream.
#[derive(Debug, Clone, PartialEq)]
pub enum Replayed {
    /// It took place, and led to these decisions.
    TookPlace(Vec<Decision>),
    /// Its request would have been turned away first.
    TurnedAway {
        /// The ban that does so.
        ban: Arc<Standing>,
        /// Where the request would have got to.
        point: RefusalPoint,
    },
    /// It is something the recording agent did. This one does what it thinks best.
    NotTakenOver,
}

impl Replay {
    /// Nothing has happened yet. `seed` is that of [`Engine::new`].
    #[must_use]
    pub fn new(policy: Policy, seed: u64) -> Self {
        Self::with_capacity(policy, seed, DEFAULT_CAPACITY)
    }

    /// With tables that hold at most `capacity` subjects each; see [`Engine::with_capacity`].
    #[must_use]
    pub fn with_capacity(policy: Policy, seed: u64, capacity: usize) -> Self {
        Self {
            engine: Engine::with_capacity(policy, seed, capacity),
            bans: Bans::new(seed, Bans::DEFAULT_LIMIT),
        }
    }

    /// The next event of the stream.
    pub fn take_in(&mut self, event: &Event) -> Replayed {
        if matches!(
            event.what,
            What::Decision(_) | What::Refusal(_) | What::Policy(_)
        ) {
            self.engine.pass_over();
            return Replayed::NotTakenOver;
        }
        self.bans.sweep(event.at);
        if let Some((ban, point)) = self.refusal(event) {
            self.engine.pass_over();
            return Replayed::TurnedAway { ban, point };
        }
        let decisions = match self.withheld(event) {
            Some(withheld) => self.engine.observe(&withheld),
            None => self.engine.observe(event),
        };
        self.bans.apply(event);
        for decision in &decisions {
            self.bans.apply(&Event {
                at: event.at,
                origin: Origin::default(),
                what: What::Decision(Box::new(decision.clone())),
            });
        }
        Replayed::TookPlace(decisions)
    }

    /// The ban that would turn the event's request away, and where.
    ///
    /// Whoever tells of a custom event may name somebody else as its user: only its address is looked at.
    #[must_use]
    pub fn refusal(&self, event: &Event) -> Option<(Arc<Standing>, RefusalPoint)> {
        let (at, address) = (event.at, event.origin.address);
        let of_request = || {
            let ban = self.bans.of_address(address?, || at)?;
            Some((ban, RefusalPoint::Request))
        };
        match &event.what {
            What::Login(attempt) => of_request().or_else(|| {
                let ban =
                    self.of_attempt(AttemptKind::Login, attempt.user.as_ref().into(), event)?;
                Some((ban, RefusalPoint::Login))
            }),
            What::SignUp(attempt) => of_request().or_else(|| {
                let ban =
                    self.of_attempt(AttemptKind::SignUp, attempt.user.as_ref().into(), event)?;
                Some((ban, RefusalPoint::SignUp))
            }),
            What::Session(session) => of_request().or_else(|| {
                let ban = self.bans.of_user(&session.user, || at)?;
                Some((ban, RefusalPoint::Session))
            }),
            What::Custom(_) => of_request(),
            _ => None,
        }
    }

    /// The same success with its answer withheld, where it is of somebody who is banned under the name by which
    /// the application knows them.
    fn withheld(&self, event: &Event) -> Option<Event> {
        let (kind, attempt) = match &event.what {
            What::Login(attempt) => (AttemptKind::Login, attempt),
            What::SignUp(attempt) => (AttemptKind::SignUp, attempt),
            _ => return None,
        };
        let resolved = attempt.resolved.as_deref()?;
        if attempt.outcome != Outcome::Success || attempt.withheld {
            return None;
        }
        self.of_attempt(kind, Named::User(resolved), event)?;
        let attempt = Attempt {
            withheld: true,
            ..attempt.clone()
        };
        Some(Event {
            what: match kind {
                AttemptKind::Login => What::Login(attempt),
                AttemptKind::SignUp => What::SignUp(attempt),
            },
            ..event.clone()
        })
    }

    fn of_attempt(
        &self,
        kind: AttemptKind,
        named: Named<'_>,
        event: &Event,
    ) -> Option<Arc<Standing>> {
        let attempting = Attempting {
            kind,
            named,
            address: event.origin.address,
        };
        let is_known = |standard| {
            let knows = |user| self.engine.knows(user, &event.origin, standard);
            named.user().is_some_and(knows)
        };
        self.bans.of_attempt(&attempting, || event.at, is_known)
    }

    /// The engine, as it is after the last event.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The bans, as they are after the last event.
    #[must_use]
    pub fn bans(&self) -> &Bans {
        &self.bans
    }
}

#[cfg(test)]
mod tests;
