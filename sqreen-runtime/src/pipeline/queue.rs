//! The way of events that nobody waits for, from the thread where they happen to the agent's own.
//!
//! Each thread writes to a ring of its own, so that handing an event over takes no lock and touches no
//! memory that another thread writes to.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rtrb::{Consumer, Producer, PushError, RingBuffer};

use crate::event::Event;

/// What a ring holds: at the agent's pace of some 100 drains a second, 50,000 events a second of one thread.
const RING: usize = 512;

/// The rings of one agent.
#[derive(Debug)]
pub(super) struct Queue {
    /// Tells this agent's rings from those of others in a thread's list.
    id: u64,
    rings: Mutex<Vec<Consumer<Event>>>,
}

thread_local! {
    /// This thread's end of its rings, one for each agent; as a rule there is one agent.
    static PRODUCERS: RefCell<Vec<(u64, Producer<Event>)>> = const { RefCell::new(Vec::new()) };
}

/// How an event was handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pushed {
    /// It will be taken in.
    Queued,
    /// So will it, and the ring is half full: the agent should not wait for its next tick.
    HalfFull,
    /// The ring is full; the event is lost.
    Full,
}

impl Queue {
    pub(super) fn new() -> Arc<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        Arc::new(Self {
            id,
            rings: Mutex::default(),
        })
    }

    /// Hands an event over.
    pub(super) fn push(&self, event: Event) -> Pushed {
        // A thread that is being torn down has no rings any more.
        PRODUCERS
            .try_with(|producers| match producers.try_borrow_mut() {
                Ok(mut producers) => self.push_to(&mut producers, event),
                Err(_) => Pushed::Full,
            })
            .unwrap_or(Pushed::Full)
    }

    fn push_to(&self, producers: &mut Vec<(u64, Producer<Event>)>, event: Event) -> Pushed {
        let ring = match producers.iter().position(|(id, _)| *id == self.id) {
            Some(n) => n,
            None => self.open_ring(producers),
        };
        let producer = &mut producers[ring].1;
        match producer.push(event) {
            Err(PushError::Full(_)) => Pushed::Full,
            // Asked exactly: the cached count of free slots only ever shrinks.
            Ok(()) if producer.slots() == RING / 2 => Pushed::HalfFull,
            Ok(()) => Pushed::Queued,
        }
    }

    #[cold]
    fn open_ring(&self, producers: &mut Vec<(u64, Producer<Event>)>) -> usize {
        // Rings of agents that are gone.
        producers.retain(|(_, producer)| !producer.is_abandoned());
        let (producer, consumer) = RingBuffer::new(RING);
        self.rings().push(consumer);
        producers.push((self.id, producer));
        producers.len() - 1
    }

    /// Takes out all there is; rings of threads that have ended go with their last event.
    pub(super) fn drain(&self, mut take_in: impl FnMut(Event)) {
        self.rings().retain_mut(|ring| {
            // Asked before the last event is taken: the thread may end in between.
            let ended = ring.is_abandoned();
            while let Ok(event) = ring.pop() {
                take_in(event);
            }
            !ended
        });
    }

    fn rings(&self) -> std::sync::MutexGuard<'_, Vec<Consumer<Event>>> {
        self.rings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Origin, Subject, Timestamp, What};

    fn event() -> Event {
        let subject = Subject::Network("192.0.2.1".parse().unwrap());
        Event {
            at: Timestamp::default(),
            origin: Origin::default(),
            what: What::Pardon { subject },
        }
    }

    #[test]
    fn nothing_is_lost_or_taken_twice_with_many_threads_that_come_and_go() {
        let queue = Queue::new();
        std::thread::scope(|scope| {
            let push = || {
                for _ in 0..400 {
                    assert_ne!(queue.push(event()), Pushed::Full);
                }
            };
            let threads: Vec<_> = (0..64).map(|_| scope.spawn(push)).collect();
            let mut taken = 0;
            while taken < 64 * 400 {
                queue.drain(|_| taken += 1);
            }
            assert_eq!(taken, 64 * 400);
            // Joined, because only then are a thread's own variables gone, and its ring with them.
            for thread in threads {
                thread.join().unwrap();
            }
        });
        queue.drain(|_| panic!("nothing is left"));
        assert!(queue.rings().is_empty());
    }

    #[test]
    fn a_full_ring_refuses_and_two_agents_do_not_share() {
        let (one, other) = (Queue::new(), Queue::new());
        let pushed: Vec<Pushed> = (0..=RING).map(|_| one.push(event())).collect();
        assert_eq!(
            pushed
                .iter()
                .filter(|pushed| **pushed == Pushed::HalfFull)
                .count(),
            1
        );
        assert_eq!(
            pushed
                .iter()
                .filter(|pushed| **pushed == Pushed::Full)
                .count(),
            1
        );
        assert_eq!(other.push(event()), Pushed::Queued);
        let mut taken = 0;
        other.drain(|_| taken += 1);
        assert_eq!(taken, 1);
    }
}
