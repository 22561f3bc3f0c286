use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::event::{Attempt, Event, ManualClock, Origin, Outcome};
use crate::identity::UserIdentifiers;

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
