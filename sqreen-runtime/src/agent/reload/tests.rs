use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::Agent;
use crate::config::Config;
use crate::event::{
    Attempt, Clock as _, Decision, Event, ManualClock, Origin, Outcome, Timestamp, What,
};
use crate::identity::UserIdentifiers;
use crate::log::Entry;
use crate::pipeline::Trouble;
use crate::policy::{Mode, Policy};
use crate::testing::Folder;

/// An agent whose playbooks are those of a file.
struct Followed {
    agent: Agent,
    clock: Arc<ManualClock>,
    folder: Folder,
    shown: Arc<Mutex<Vec<Entry>>>,
}

const FILE: &str = "playbooks.toml";

impl Followed {
    /// With the first look at the file behind it.
    async fn new(playbooks: &str) -> Self {
        let folder = Folder::new();
        let path = folder.write(FILE, playbooks);
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_000_000)));
        let shown = Arc::new(Mutex::new(Vec::new()));
        let follower = Arc::clone(&shown);
        let agent = Agent::builder()
            .policy(Policy::none())
            .policy_file(path)
            .clock(clock.clone())
            .on_event(move |entry| follower.lock().unwrap().push(entry.clone()))
            .build()
            .unwrap();
        agent.flush().await;
        Self {
            agent,
            clock,
            folder,
            shown,
        }
    }

    /// Lets the time pass in which a change is noticed, and read.
    async fn wait(&self) {
        for _ in 0..2 {
            self.clock.advance(super::LOOKED_EVERY);
            self.agent.flush().await;
        }
    }

    async fn replace(&self, playbooks: &str) {
        self.folder.replace(FILE, playbooks);
        self.wait().await;
    }

    fn fail(&self) {
        let user = UserIdentifiers::new("id", &7).ok();
        self.agent.pipeline().record(Event {
            at: self.clock.now(),
            origin: Origin::default(),
            what: What::Login(Attempt::new(Outcome::Failure, user)),
        });
    }

    fn decisions(&self) -> Vec<Decision> {
        let decision = |entry: Entry| match &entry.event.what {
            What::Decision(decision) => Some(Decision::clone(decision)),
            _ => None,
        };
        self.agent
            .events()
            .into_iter()
            .filter_map(decision)
            .collect()
    }

    fn deciders(&self) -> Vec<String> {
        let name = |decision: &Decision| decision.playbook.to_string();
        self.decisions().iter().map(name).collect()
    }

    fn troubles(&self) -> Vec<String> {
        let diagnostics = self.agent.diagnostics().into_iter();
        let policy = diagnostics.filter(|diagnostic| diagnostic.trouble == Trouble::Policy);
        policy.map(|diagnostic| diagnostic.cause).collect()
    }
}

/// Both count what one user fails.
const BOTH: &str = r#"
    [playbooks.kept]
    when = "login"
    by = "user"
    reaching = 3

    [playbooks.changed]
    when = "login"
    by = "user"
    reaching = 3
    within = "20m"
"#;

#[tokio::test]
async fn over_a_reload_unchanged_playbooks_keep_their_counts_and_changed_ones_begin_anew() {
    let followed = Followed::new(BOTH).await;
    followed.fail();
    followed.fail();
    let before = followed.agent.policy().version();
    followed.replace(&BOTH.replace("20m", "30m")).await;
    let after = followed.agent.policy().version();
    assert_ne!(before, after);

    followed.fail();
    assert_eq!(followed.deciders(), ["kept"]);
    assert_eq!(followed.decisions()[0].evidence.policy, after);
    followed.fail();
    assert_eq!(followed.deciders(), ["kept"]);
    followed.fail();
    assert_eq!(followed.deciders(), ["kept", "changed"]);
}

#[tokio::test]
async fn a_changed_policy_is_an_event_in_order_with_all_others() {
    let followed = Followed::new(BOTH).await;
    followed.fail();
    followed
        .replace("[playbooks.kept]\nwhen = \"login\"\nby = \"user\"\nreaching = 3")
        .await;
    followed.fail();
    followed.agent.flush().await;

    let shown = followed.shown.lock().unwrap();
    let [login, policy, another] = &shown[..] else {
        panic!("{shown:?}")
    };
    assert!(login.place < policy.place && policy.place < another.place);
    let What::Policy(change) = &policy.event.what else {
        panic!("{policy:?}")
    };
    assert_eq!(change.version, followed.agent.policy().version());
    assert_eq!(
        (&*change.changed, &*change.removed),
        (&[][..], &["changed".into()][..])
    );
}

#[tokio::test]
async fn a_broken_file_changes_nothing_and_is_told() {
    let followed = Followed::new(BOTH).await;
    let before = followed.agent.policy();
    followed.fail();
    followed.replace(&BOTH.replace("\"20m\"", "20")).await;
    assert_eq!(followed.agent.policy(), before);
    let [told] = &followed.troubles()[..] else {
        panic!("{:?}", followed.troubles())
    };
    assert!(
        told.contains(
            "playbooks.toml:11: `playbooks.changed.within` is 20, but should be a duration"
        ),
        "{told}"
    );
    assert!(
        told.ends_with("(the playbooks stay as they were before the change)"),
        "{told}"
    );

    followed.fail();
    followed.fail();
    assert_eq!(followed.deciders(), ["kept", "changed"], "and still counts");

    followed.replace("").await;
    assert_eq!(
        followed.agent.policy(),
        Policy::none(),
        "the next good one is taken"
    );
}

#[tokio::test]
async fn a_file_that_is_gone_leaves_the_playbooks_as_they_were() {
    let followed = Followed::new(BOTH).await;
    let before = followed.agent.policy();
    std::fs::remove_file(followed.folder.path(FILE)).unwrap();
    followed.wait().await;
    assert_eq!(followed.agent.policy(), before);
    assert!(followed.troubles()[0].contains("cannot read"));
}

#[tokio::test]
async fn a_file_that_is_being_written_is_left_alone() {
    let followed = Followed::new(BOTH).await;
    let before = followed.agent.policy();
    for written in 1..BOTH.len() / 20 {
        followed.folder.write(FILE, &BOTH[..written * 20]);
        followed.clock.advance(super::LOOKED_EVERY);
        followed.agent.flush().await;
        assert_eq!(followed.agent.policy(), before);
    }
    assert!(followed.troubles().is_empty(), "{:?}", followed.troubles());
}

#[tokio::test]
async fn what_code_sets_stands_until_the_file_changes() {
    let followed = Followed::new(BOTH).await;
    let mut policy = followed.agent.policy();
    policy.get_mut("kept").unwrap().mode = Mode::Observe;
    let change = followed.agent.set_policy(policy.clone()).unwrap();
    assert_eq!(*change.changed, ["kept".into()]);
    followed.wait().await;
    assert_eq!(followed.agent.policy(), policy);

    followed.replace(&BOTH.replace("20m", "40m")).await;
    assert_eq!(
        followed.agent.policy().get_mut("kept").unwrap().mode,
        Mode::Enforce
    );
}

#[tokio::test]
async fn the_same_policy_is_no_event_and_a_wrong_one_is_refused() {
    let followed = Followed::new(BOTH).await;
    let mut policy = followed.agent.policy();
    assert_eq!(
        followed.agent.set_policy(policy.clone()).unwrap().version,
        policy.version()
    );
    assert!(followed.agent.events().is_empty());

    policy.get_mut("kept").unwrap().lasting = Duration::MAX;
    assert!(followed.agent.set_policy(policy.clone()).is_err());
    assert_ne!(followed.agent.policy(), policy);
}

#[test]
fn an_agent_does_not_start_with_a_broken_file_unless_it_is_switched_off() {
    let folder = Folder::new();
    let mut config = Config {
        policy_file: Some(folder.write(FILE, "[playbooks.tor]\nwhen = 3")),
        ..Config::default()
    };
    let start = |config: &Config| crate::Builder::from(config.clone()).build();
    let mistake = start(&config).unwrap_err().to_string();
    assert!(
        mistake.contains("playbooks.toml:2: `playbooks.tor.when` is 3"),
        "{mistake}"
    );
    config.enabled = false;
    assert!(start(&config).is_ok());
}
