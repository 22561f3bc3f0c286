//! What an attack leaves in the file that an agent records to.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use axum::http::StatusCode;
use sqreen::Agent;
use sqreen::event::{Event, What};
use sqreen::log::Reader;

use super::{app, fails, somebody, succeeds};
use crate::support::*;

/// A folder that is gone at the end of the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("sqreen-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // One that is gone already is no matter.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn read(path: &Path) -> Vec<Event> {
    let reader = Reader::new(BufReader::new(File::open(path).unwrap())).unwrap();
    reader.collect::<Result<_, _>>().unwrap()
}

#[tokio::test]
async fn an_attack_its_decision_and_its_refusals_are_read_back_as_they_happened() {
    let folder = Folder::new("recorded");
    let path = folder.0.join("events.ndjson");
    let agent = Agent::builder().record(&path).build().unwrap();
    let app = app(&agent);
    succeeds(&app, HOME, ALICE).await;
    visit(&format!("/account/{ALICE}"))
        .from(HOME)
        .send(&app)
        .await;
    for n in 0..12 {
        fails(&app, ATTACKER, &somebody(n)).await;
    }
    assert_eq!(
        visit("/").from(ATTACKER).send(&app).await.status,
        StatusCode::FORBIDDEN
    );
    within(agent.shutdown()).await;

    let recorded = read(&path);
    let happened = agent.events().into_iter();
    let happened: Vec<_> = happened.map(|entry| Event::clone(&entry.event)).collect();
    assert_eq!(recorded, happened);
    let count =
        |is_one: fn(&What) -> bool| recorded.iter().filter(|event| is_one(&event.what)).count();
    assert_eq!(count(|what| matches!(what, What::Session(_))), 1);
    assert_eq!(count(|what| matches!(what, What::Decision(_))), 1);
    assert_eq!(count(|what| matches!(what, What::Refusal(_))), 3);
}
