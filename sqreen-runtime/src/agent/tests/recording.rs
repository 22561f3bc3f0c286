//! All that happens stands in the file.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;

use super::*;
use crate::event::Network;
use crate::identity::Pseudonymizer;
use crate::log::Reader;
use crate::testing::Folder;

fn read(path: &Path) -> Vec<Event> {
    let reader = Reader::new(BufReader::new(File::open(path).unwrap())).unwrap();
    reader.collect::<Result<_, _>>().unwrap()
}

fn from(address: &str, event: Event) -> Event {
    let origin = Origin {
        address: Some(address.parse().unwrap()),
        ..Origin::default()
    };
    Event { origin, ..event }
}

/// Logins that fail until an address is banned, an event from the queue, and what a person says.
async fn attack(agent: &Agent) {
    for n in 0..12 {
        agent.pipeline().record(from("203.0.113.9", failure(n)));
    }
    agent.pipeline().enqueue(from("198.51.100.7", failure(1)));
    let network: Network = "192.0.2.0/24".parse().unwrap();
    agent.ban(network, Duration::from_secs(60), "a test");
    agent.flush().await;
}

fn in_memory(agent: &Agent) -> Vec<Event> {
    let entries = agent.events().into_iter();
    entries.map(|entry| Event::clone(&entry.event)).collect()
}

#[tokio::test]
async fn all_that_happens_from_the_start_on_is_in_the_file_after_a_flush() {
    let folder = Folder::new();
    let path = folder.path("events.ndjson");
    let builder = Agent::builder().allow(["192.0.2.7"]).record(&path);
    let agent = builder.build().unwrap();
    assert_eq!(agent.recording(), Some(&*path));
    attack(&agent).await;

    let events = in_memory(&agent);
    assert_eq!(read(&path), events);
    assert!(matches!(events[0].what, What::Allow { .. }));
    let is_decision = |event: &Event| matches!(event.what, What::Decision(_));
    assert!(events.iter().any(is_decision));
    assert!(events.iter().any(|event| event.origin.facts.is_some()));

    agent.pipeline().enqueue(failure(2));
    agent.shutdown().await;
    assert_eq!(read(&path).len(), events.len() + 1);
    assert_eq!(read(&path), in_memory(&agent));
    assert_eq!(agent.diagnostics(), []);
}

#[tokio::test]
async fn users_stand_in_it_under_the_pseudonyms_that_leave_the_process() {
    let folder = Folder::new();
    let path = folder.path("events.ndjson");
    let secret = b"sixteen bytes at least";
    let builder = Agent::builder().pseudonyms(secret).record(&path);
    let agent = builder.build().unwrap();
    attack(&agent).await;
    let hide = Pseudonymizer::new(secret).unwrap();
    let hidden: Vec<_> = (in_memory(&agent).into_iter())
        .map(|event| event.pseudonymized(&hide))
        .collect();
    assert_eq!(read(&path), hidden);
    assert!(fs::read_to_string(&path).unwrap().contains("anon_"));
}

#[tokio::test]
async fn a_recording_that_is_there_stays_and_the_next_has_a_name_of_its_own() {
    let folder = Folder::new();
    let path = folder.path("events.ndjson");
    let first = Agent::builder().record(&path).build().unwrap();
    attack(&first).await;
    first.shutdown().await;
    let before = fs::read(&path).unwrap();

    let second = Agent::builder().record(&path).build().unwrap();
    second.pipeline().record(failure(1));
    second.shutdown().await;
    assert_eq!(fs::read(&path).unwrap(), before);
    let next = folder.path("events-2.ndjson");
    assert_eq!(second.recording(), Some(&*next));
    assert_eq!(read(&next), [failure(1)]);
}

#[test]
fn an_agent_that_cannot_record_does_not_start_and_says_where() {
    let folder = Folder::new();
    let path = folder.path("nowhere/events.ndjson");
    let error = Agent::builder().record(&path).build().unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("cannot record events to {}", path.display())
    );
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn an_agent_that_is_switched_off_makes_no_file() {
    let folder = Folder::new();
    let path = folder.path("events.ndjson");
    let config = Config {
        enabled: false,
        record: Some(path.clone()),
        ..Config::default()
    };
    let agent = Builder::from(config).build().unwrap();
    assert_eq!(agent.recording(), None);
    assert!(!path.exists());
}

#[test]
fn an_agent_that_does_not_start_makes_no_file() {
    let folder = Folder::new();
    let path = folder.path("events.ndjson");
    let sources = Sources::new().tor(folder.path("nowhere"));
    let builder = Agent::builder().intel(sources).record(&path);
    assert!(builder.build().is_err());
    assert!(!path.exists());
}
