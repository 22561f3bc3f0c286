//! One login event through the detection engine.

use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU32;
use std::sync::{Arc, LazyLock, Mutex};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use sqreen::UserIdentifiers;
use sqreen::engine::Engine;
use sqreen::event::{Attempt, Event, Origin, Outcome, Timestamp, UserAgent, What};
use sqreen::policy::Policy;

use crate::{Batch, CALLS, Row};

/// So many addresses, and as many users, in the small table.
pub const ENGINE_SMALL: usize = 10_000;
/// And in the large one.
pub const ENGINE_LARGE: usize = 1_000_000;

/// In which each user and each address comes up once: so seldom that nobody is ever banned.
const ROUND_MILLIS: usize = 24 * 60 * 60 * 1000;

/// How many user agents there are.
const AGENTS: usize = 500;

/// Takes turns so that no two after one another are neighbours; prime, so that all come up.
const STRIDE: usize = 7_919;

/// An engine with the built-in playbooks, and whose logins it sees.
pub struct Watched {
    engine: Engine,
    keys: usize,
    /// How many logins there were.
    seen: usize,
}

/// Users who have each logged in from an address of their own, and then failed from somebody else's.
#[must_use]
pub fn watch(keys: usize) -> Watched {
    let engine = Engine::with_capacity(Policy::default(), 1, 8 * keys);
    let mut watched = Watched {
        engine,
        keys,
        seen: 0,
    };
    for kind in [Kind::Success, Kind::Failure] {
        for _ in 0..keys {
            let event = watched.next(kind);
            // People may be told that more fails than is usual.
            let decisions = watched.engine.observe(&event);
            assert!(
                decisions
                    .iter()
                    .all(|decision| decision.responses.is_empty()),
                "nobody is banned"
            );
        }
    }
    watched
}

#[derive(Clone, Copy)]
enum Kind {
    /// Somebody logs in at home.
    Success,
    /// Somebody fails to log in from somebody else's address.
    Failure,
    /// One failure, then nine successes, as on a quiet day.
    QuietDay,
}

impl Watched {
    /// So many logins of a quiet day, one in ten of which fails.
    pub fn quiet_day(&mut self, events: usize) -> Vec<Event> {
        (0..events).map(|_| self.next(Kind::QuietDay)).collect()
    }

    /// What watches them.
    pub fn engine(&mut self) -> &mut Engine {
        &mut self.engine
    }

    fn next(&mut self, kind: Kind) -> Event {
        let n = self.seen;
        self.seen += 1;
        let who = n.wrapping_mul(STRIDE) % self.keys;
        let fails = match kind {
            Kind::Success => false,
            Kind::Failure => true,
            Kind::QuietDay => n.is_multiple_of(10),
        };
        let from = if fails {
            (who + self.keys / 2) % self.keys
        } else {
            who
        };
        let attempt = Attempt::new(
            if fails {
                Outcome::Failure
            } else {
                Outcome::Success
            },
            UserIdentifiers::new("email", &format!("user{who:08x}@example.com")).ok(),
        );
        let agent = format!(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
             Chrome/{}.0.0.0 Safari/537.36",
            who % AGENTS
        );
        Event {
            at: Timestamp::from_millis((n * ROUND_MILLIS / self.keys) as u64),
            origin: Origin {
                address: Some(address(from).into()),
                user_agent: Some(UserAgent::from_bytes(agent.as_bytes())),
                facts: None,
            },
            what: What::Login(attempt),
        }
    }
}

fn address(n: usize) -> IpAddr {
    Ipv4Addr::from_bits(u32::try_from(n).unwrap().wrapping_mul(0x9E37_79B1)).into()
}

/// A rate limiter that has seen so many addresses and turns none away.
#[must_use]
pub fn limit(keys: usize) -> DefaultKeyedRateLimiter<IpAddr> {
    let limiter = RateLimiter::keyed(Quota::per_second(NonZeroU32::new(1_000_000).unwrap()));
    for n in 0..keys {
        assert!(limiter.check_key(&address(n)).is_ok());
    }
    limiter
}

type Subject = Arc<LazyLock<Mutex<Watched>, Box<dyn FnOnce() -> Mutex<Watched> + Send>>>;

/// The engine, beside one check of a rate limiter.
pub(crate) fn rows(keys: usize) -> Vec<Row> {
    let watched: Subject = Arc::new(LazyLock::new(Box::new(move || Mutex::new(watch(keys)))));
    let limiter = Arc::new(LazyLock::new(move || limit(keys)));
    let next = {
        let watched = Arc::clone(&watched);
        move |kind| -> Vec<Event> {
            let mut watched = watched.lock().unwrap();
            (0..CALLS).map(|_| watched.next(kind)).collect()
        }
    };
    let observe = |name, kind| {
        let (next, watched) = (next.clone(), Arc::clone(&watched));
        let prepare = move || {
            let (events, watched) = (next(kind), Arc::clone(&watched));
            Batch::with(events, move |events| {
                let engine = &mut watched.lock().unwrap().engine;
                for event in &*events {
                    black_box(engine.observe(black_box(event)));
                }
            })
        };
        Row::new(name, prepare)
    };
    let check = {
        let next = next.clone();
        move || {
            let (events, limiter) = (next(Kind::Success), Arc::clone(&limiter));
            Batch::with(events, move |events| {
                let limiter = &**limiter;
                for event in &*events {
                    let address = black_box(event).origin.address.unwrap().ip();
                    black_box(limiter.check_key(&address).is_ok());
                }
            })
        }
    };
    vec![
        observe("login that succeeds, all playbooks, sqreen", Kind::Success),
        observe("login that fails, all playbooks, sqreen", Kind::Failure),
        observe(
            "login, one in ten fails, all playbooks, sqreen",
            Kind::QuietDay,
        ),
        Row::new("one rate by address, governor", check),
    ]
}
