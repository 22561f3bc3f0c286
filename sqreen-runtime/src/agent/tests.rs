mod guesses;
#[cfg(feature = "ndjson")]
mod recording;
#[cfg(feature = "tower")]
mod responses;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::event::{AddressKind, Attempt, Event, ManualClock, Origin, Outcome, Timestamp};
use crate::identity::UserIdentifiers;
use crate::intel::{SourceKind, Sources};
use crate::pipeline::Trouble;

fn failure(n: u64) -> Event {
    let user = UserIdentifiers::new("id", &n).ok();
    let what = What::Login(Attempt::new(Outcome::Failure, user));
    Event {
        at: Timestamp::from_millis(n),
        origin: Origin::default(),
        what,
    }
}

#[tokio::test]
async fn a_flush_waits_for_what_is_queued_and_a_shutdown_loses_nothing() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let follower = Arc::clone(&seen);
    let agent = Agent::builder()
        .on_event(move |entry| follower.lock().unwrap().push(entry.place))
        .build()
        .unwrap();
    let threads = (0..8).map(|thread| {
        let pipeline = Arc::clone(agent.pipeline());
        std::thread::spawn(move || {
            for n in 0..200 {
                pipeline.enqueue(failure(thread * 1000 + n));
            }
        })
    });
    threads
        .collect::<Vec<_>>()
        .into_iter()
        .for_each(|thread| thread.join().unwrap());
    agent.shutdown().await;

    let places = seen.lock().unwrap().clone();
    assert_eq!(places.len(), 1600);
    assert!(places.is_sorted(), "in the order of the stream");

    agent.pipeline().record(failure(1));
    assert_eq!(agent.events().len(), 1600);
    assert_eq!(
        agent.diagnostics().len(),
        1,
        "and what comes later is counted"
    );
}

#[tokio::test]
async fn a_follower_that_panics_stops_neither_the_agent_nor_the_others() {
    let seen = Arc::new(AtomicU64::new(0));
    let other = Arc::clone(&seen);
    let agent = Agent::builder()
        .on_event(|_| panic!("a bug of the application's"))
        .on_event(move |_| {
            other.fetch_add(1, Ordering::Relaxed);
        })
        .build()
        .unwrap();
    for n in 0..3 {
        agent.pipeline().record(failure(n));
    }
    agent.flush().await;
    assert_eq!(seen.load(Ordering::Relaxed), 3);
}

#[test]
fn a_ban_is_found_by_its_id_and_ends() {
    let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1)));
    let agent = Agent::builder().clock(clock.clone()).build().unwrap();
    let user = UserIdentifiers::new("id", &7).unwrap();
    let id = agent.ban(&user, Duration::from_secs(60), "asked for it");
    let found = agent.find(id).unwrap();
    assert!(matches!(&found.event.what, What::Ban(ban) if &*ban.because == "asked for it"));
    assert_eq!(agent.bans().len(), 1);
    clock.advance(Duration::from_secs(60));
    assert_eq!(agent.bans().len(), 0);
}

#[test]
fn ids_of_people_and_of_playbooks_never_meet() {
    let agent = Agent::builder().seed(1).build().unwrap();
    let mut ids = std::collections::HashSet::new();
    for n in 0..1_000_u32 {
        let user = UserIdentifiers::new("id", &n).unwrap();
        assert!(ids.insert(agent.ban(&user, Ending::WhenPardoned, "")));
    }
}

#[test]
fn what_is_wrong_with_a_builder_is_said_when_it_builds() {
    let mistake = |builder: Builder| builder.build().unwrap_err().to_string();
    assert!(mistake(Agent::builder().allow(["10.0.0.0/33"])).contains("10.0.0.0/33"));
    assert!(
        mistake(Agent::builder().trusted_proxies(["proxy.example.com"]))
            .contains("proxy.example.com")
    );
    assert!(mistake(Agent::builder().refusal_status(200)).contains("200"));
    assert!(mistake(Agent::builder().pseudonyms(b"short")).contains("5 bytes"));
}

#[test]
fn an_agent_whose_last_handle_is_dropped_lets_go_of_everything() {
    let agent = Agent::builder().build().unwrap();
    let pipeline = Arc::downgrade(agent.pipeline());
    drop(agent);
    // Its thread takes in what is left, and ends.
    while pipeline.upgrade().is_some() {
        std::thread::yield_now();
    }
}

/// A list of Tor exits on the disk, that goes when the test does.
struct TorList(std::path::PathBuf);

impl TorList {
    fn new(text: &str) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("sqreen-agent-{}-{n}.tor", std::process::id());
        let list = Self(std::env::temp_dir().join(name));
        list.write(text);
        list
    }

    fn write(&self, text: &str) {
        std::fs::write(&self.0, text).unwrap();
    }

    fn sources(&self) -> Sources {
        Sources::new().tor(&self.0)
    }
}

impl Drop for TorList {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn failure_from(address: &str) -> Event {
    let mut event = failure(1);
    event.origin.address = Some(address.parse().unwrap());
    event
}

/// The kinds on the last event.
fn last_kinds(agent: &Agent) -> Vec<AddressKind> {
    let events = agent.events();
    let facts = events
        .last()
        .unwrap()
        .event
        .origin
        .facts
        .as_deref()
        .copied();
    facts
        .map(|facts| facts.kinds.iter().collect())
        .unwrap_or_default()
}

#[tokio::test]
async fn every_event_with_an_address_carries_what_is_known_of_it() {
    let tor = TorList::new("198.18.0.1\n");
    let agent = Agent::builder().intel(tor.sources()).build().unwrap();
    for (address, expected) in [
        ("198.18.0.1", &[AddressKind::Tor, AddressKind::Reserved][..]),
        ("192.168.0.7", &[AddressKind::Private]),
        ("1.1.1.1", &[]),
    ] {
        agent.pipeline().record(failure_from(address));
        assert_eq!(last_kinds(&agent), expected, "at once");
        agent.pipeline().enqueue(failure_from(address));
        agent.flush().await;
        assert_eq!(last_kinds(&agent), expected, "queued");
    }
    assert_eq!(agent.events().len(), 6);
    agent.pipeline().record(failure(1));
    assert!(last_kinds(&agent).is_empty(), "no address, no facts");
}

#[tokio::test]
async fn facts_that_came_with_an_event_stay() {
    let agent = Agent::builder().build().unwrap();
    let mut event = failure_from("10.0.0.1");
    event.origin.facts = Some(Box::new(Facts {
        kinds: AddressKind::Vpn.into(),
        ..Facts::default()
    }));
    agent.pipeline().record(event);
    assert_eq!(last_kinds(&agent), [AddressKind::Vpn]);
}

#[tokio::test]
async fn a_running_agent_takes_up_changed_files_and_tells_of_bad_ones() {
    let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_000_000)));
    let tor = TorList::new("1.1.1.1\n");
    let agent = Agent::builder()
        .intel(tor.sources())
        .clock(clock.clone())
        .build()
        .unwrap();
    let settle = async || {
        for _ in 0..2 {
            clock.advance(Duration::from_secs(2));
            agent.flush().await;
        }
        agent.pipeline().intel().wait();
        agent.flush().await;
    };
    let is_tor = |address: [u8; 4]| {
        let facts = agent.facts(std::net::IpAddr::from(address));
        facts.kinds.contains(AddressKind::Tor)
    };

    tor.write("1.1.1.1\n2.2.2.2\n");
    settle().await;
    assert!(is_tor([2, 2, 2, 2]));
    assert_eq!(agent.intel()[0].entries, 2);
    assert!(
        agent
            .diagnostics()
            .iter()
            .all(|one| one.trouble != Trouble::Intel)
    );

    tor.write("1.1.1.1\n2.2.2");
    settle().await;
    assert!(is_tor([2, 2, 2, 2]));
    let diagnostics = agent.diagnostics();
    let told = diagnostics
        .iter()
        .find(|one| one.trouble == Trouble::Intel)
        .unwrap();
    let status = &agent.intel()[0];
    assert_eq!(
        (told.count, &told.cause),
        (1, &status.problem.as_ref().unwrap().cause)
    );
    let expected = format!("{}:2: \"2.2.2\" is not an IP address", tor.0.display());
    assert!(told.cause.starts_with(&expected), "{}", told.cause);
    assert_eq!((status.entries, status.kind), (2, SourceKind::Tor));
}

#[test]
fn a_list_of_nonsense_at_the_start_is_told_and_a_missing_one_is_an_error() {
    let tor = TorList::new("<html>");
    let agent = Agent::builder().intel(tor.sources()).build().unwrap();
    let told = agent
        .diagnostics()
        .into_iter()
        .find(|one| one.trouble == Trouble::Intel);
    assert!(told.unwrap().cause.contains(":1: \"<html>\" is not"));

    let nowhere = Sources::new().hosting("/nowhere/hosting.txt");
    let error = Agent::builder().intel(nowhere.clone()).build().unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot read /nowhere/hosting.txt, which `hosting` of [intel] names"
    );
    let mut off = Config::default();
    (off.enabled, off.intel) = (false, nowhere);
    assert!(
        Builder::from(off).build().is_ok(),
        "switching off always works"
    );
}
