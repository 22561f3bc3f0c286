//! Playbooks do not get in each other's way, nor do subjects.

use std::num::NonZeroU32;
use std::time::Duration;

use super::super::Engine;
use super::random::{address, user};
use super::{ALICE, Stream, email, login, names};
use crate::event::{
    Attempt, Custom, DigestKey, Event, EventName, Origin, Outcome, Properties, Session, Subject,
    Timestamp, UserAgent, What,
};
use crate::identity::Traits;
use crate::policy::{After, By, Conditions, Counts, Over, Playbook, Policy, When};

const MINUTE: Duration = Duration::from_secs(60);

fn at(reaching: u32) -> NonZeroU32 {
    NonZeroU32::new(reaching).unwrap()
}

fn failures(name: &str, by: By, reaching: u32) -> Playbook {
    let only_if = Conditions {
        outcome: vec![Outcome::Failure],
        ..Conditions::default()
    };
    Playbook {
        only_if,
        by,
        reaching: at(reaching),
        ..Playbook::new(name, When::Login)
    }
}

fn stream(playbooks: impl IntoIterator<Item = Playbook>) -> Stream {
    Stream::new(Policy::new(playbooks).unwrap())
}

impl Stream {
    fn resets(&mut self, of: &str) -> usize {
        let custom = Custom {
            name: EventName::new("password.reset").unwrap(),
            user: user(of),
            inferred: false,
            properties: Properties::default(),
        };
        let origin = Origin {
            address: Some(super::address(99)),
            ..Origin::default()
        };
        self.engine
            .observe(&Event {
                at: self.now,
                origin,
                what: What::Custom(custom),
            })
            .len()
    }
}

#[test]
fn what_one_playbook_counts_pushes_out_nothing_that_another_does() {
    let reset = EventName::new("password.reset").unwrap();
    let resets = Playbook {
        by: By::User,
        reaching: at(5),
        over: Over::Within(MINUTE),
        ..Playbook::new("resets", When::Custom(reset))
    };
    let mut stream = stream([failures("failures", By::User, 5), resets]);
    for n in 0..4 {
        assert_eq!(stream.fails(n, ALICE), []);
        for _ in 0..4 {
            assert_eq!(stream.resets(ALICE), 0);
        }
        stream.wait(MINUTE * 2);
    }
    assert_eq!(names(&stream.fails(9, ALICE)), ["failures"]);
}

#[test]
fn users_in_turn_hide_none_of_them() {
    let mut stream = stream([failures("pair", By::UserAndAddress, 10)]);
    let decided: Vec<usize> = (0..10)
        .map(|_| {
            ["alice", "bob", "carol", "dave"]
                .iter()
                .map(|user| stream.fails(1, user).len())
                .sum()
        })
        .collect();
    assert_eq!(decided, [0, 0, 0, 0, 0, 0, 0, 0, 0, 4]);
}

#[test]
fn a_bucket_of_a_user_at_an_address_is_that_users() {
    let leaking = Playbook {
        over: Over::Leaking(MINUTE),
        ..failures("bucket", By::UserAndAddress, 6)
    };
    let mut stream = stream([leaking]);
    for n in 0..5 {
        for user in ["alice", "bob"] {
            assert_eq!(stream.fails(1, user), [], "{user}, {n}");
        }
    }
    for user in ["alice", "bob"] {
        assert_eq!(names(&stream.fails(1, user)), ["bucket"]);
        assert_eq!(stream.fails(1, user), [], "it starts over");
    }
}

#[test]
fn a_share_of_a_user_at_an_address_is_that_users() {
    let share = Playbook {
        share: Some(90),
        ..failures("share", By::UserAndAddress, 5)
    };
    let mut stream = stream([share]);
    for _ in 0..50 {
        stream.succeeds(1, "bob");
    }
    let decided: Vec<_> = (0..5).flat_map(|_| stream.fails(1, "alice")).collect();
    assert_eq!(names(&decided), ["share"]);
}

#[test]
fn what_is_silent_about_one_user_at_an_address_is_not_about_another() {
    let each = Playbook {
        cool_down: MINUTE,
        ..failures("each", By::UserAndAddress, 1)
    };
    let mut stream = stream([each]);
    assert_eq!(names(&stream.fails(1, "alice")), ["each"]);
    assert_eq!(stream.fails(1, "alice"), []);
    assert_eq!(names(&stream.fails(1, "bob")), ["each"]);
}

#[test]
fn two_playbooks_both_see_a_session_change_hands() {
    let handovers = |name: &str| Playbook {
        by: By::Session,
        counts: Counts::Handovers,
        ..Playbook::new(name, When::Session)
    };
    let mut engine = Engine::new(
        Policy::new([handovers("one"), handovers("other")]).unwrap(),
        1,
    );
    let mut uses = |millis: u64, from: &str, agent: &str| {
        let session = Session {
            user: email(ALICE),
            traits: Traits::new(),
            instead_of: None,
            session: Some(DigestKey::new(b"a test").session(b"a")),
        };
        let origin = Origin {
            address: Some(address(from)),
            user_agent: Some(UserAgent::from_bytes(agent.as_bytes())),
            facts: None,
        };
        engine.observe(&Event {
            at: Timestamp::from_millis(millis),
            origin,
            what: What::Session(session),
        })
    };
    assert_eq!(uses(1, "192.0.2.1", "Firefox"), []);
    assert_eq!(names(&uses(2, "198.51.100.1", "curl")), ["one", "other"]);
    // In as long a time as they count in, a phone has another network and its browser another version.
    assert_eq!(uses(600_002, "192.0.2.1", "Firefox"), []);
}

#[test]
fn a_share_is_seen_where_there_were_many_before() {
    let share = Playbook {
        share: Some(90),
        over: Over::Within(MINUTE * 60),
        ..failures("share", By::Address, 5)
    };
    let mut stream = stream([share]);
    stream.succeeds(1, "alice");
    let decided = (1..100).find(|_| !stream.fails(1, "bob").is_empty());
    assert_eq!(decided, Some(9), "nine of ten");
}

#[test]
fn a_bucket_knows_a_value_no_longer_because_another_playbook_looks_back_further() {
    let bucket = || Playbook {
        counts: Counts::Users,
        over: Over::Leaking(MINUTE),
        ..failures("bucket", By::Address, 2)
    };
    let long = Playbook {
        over: Over::Within(MINUTE * 600),
        ..failures("long", By::Address, 100)
    };
    for playbooks in [vec![bucket()], vec![bucket(), long]] {
        let mut stream = stream(playbooks);
        assert_eq!(stream.fails(1, "alice"), []);
        stream.wait(MINUTE * 3);
        assert_eq!(stream.fails(1, "alice"), []);
        assert_eq!(names(&stream.fails(1, "bob")), ["bucket"]);
    }
}

#[test]
fn what_does_not_count_takes_the_place_of_nothing() {
    let after = After {
        when: When::SignUp,
        only_if: Conditions::default(),
        counts: Counts::Events,
        reaching: at(1),
        within: MINUTE,
    };
    let users = Playbook {
        counts: Counts::Users,
        after: Some(after),
        over: Over::Within(MINUTE * 60),
        ..failures("users", By::Address, 2)
    };
    let mut stream = stream([users]);
    let signs_up = |stream: &mut Stream| {
        let mut event = login(stream.now, 1, "new", Outcome::Success);
        event.what = What::SignUp(Attempt::new(Outcome::Success, user("new")));
        assert_eq!(stream.engine.observe(&event), []);
    };
    signs_up(&mut stream);
    assert_eq!(stream.fails(1, "alice"), []);
    stream.wait(MINUTE * 2);
    assert_eq!(stream.fails(1, "alice"), [], "nothing went before");
    signs_up(&mut stream);
    assert_eq!(names(&stream.fails(1, "bob")), ["users"]);
}

#[test]
fn a_pardon_of_either_frees_the_pair() {
    let devices = || Playbook {
        counts: Counts::Devices,
        reaching: at(2),
        ..failures("devices", By::UserAndAddress, 2)
    };
    let pair = Subject::UserAt {
        user: email(ALICE),
        network: super::address(1).network(),
    };
    for subject in [super::address(1).into(), email(ALICE).into(), pair] {
        let mut stream = stream([devices()]);
        let fails = |stream: &mut Stream, agent: &str| {
            let mut event = login(stream.now, 1, ALICE, Outcome::Failure);
            event.origin.user_agent = Some(UserAgent::from_bytes(agent.as_bytes()));
            stream.engine.observe(&event).len()
        };
        assert_eq!((fails(&mut stream, "a"), fails(&mut stream, "b")), (0, 1));
        assert_eq!(fails(&mut stream, "a"), 0);
        stream.what(What::Pardon {
            subject: subject.clone(),
        });
        assert_eq!(
            (fails(&mut stream, "b"), fails(&mut stream, "a")),
            (0, 1),
            "{subject}"
        );
    }
}

#[test]
fn no_decision_is_lost_where_events_come_a_little_out_of_order() {
    let mut stream = stream([failures("failures", By::User, 2)]);
    stream.fails(1, ALICE);
    assert_eq!(names(&stream.fails(1, ALICE)), ["failures"]);
    stream.now = Timestamp::from_millis(stream.now.as_millis() - 1);
    stream.fails(1, ALICE);
    assert_eq!(names(&stream.fails(1, ALICE)), ["failures"]);
}

#[test]
fn nothing_can_be_taken_out_of_a_bucket() {
    let bucket = Playbook {
        over: Over::Leaking(MINUTE),
        redeemed_by_success: true,
        ..failures("bucket", By::Address, 5)
    };
    assert_eq!(bucket.validate().unwrap_err().key(), "redeemed-by-success");
}
