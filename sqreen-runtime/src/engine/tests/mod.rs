mod agreement;
mod apart;
mod known;
mod naive;
mod properties;
mod random;
mod risk;

use std::net::Ipv4Addr;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::event::{Ban, Origin, Timestamp};

/// A stream of logins, and what the engine says to them.
struct Stream {
    engine: Engine,
    now: Timestamp,
}

impl Stream {
    fn new(policy: Policy) -> Self {
        Self {
            engine: Engine::new(policy, 7),
            now: Timestamp::from_millis(1_000_000),
        }
    }

    fn built_in() -> Self {
        Self::new(Policy::default())
    }

    fn wait(&mut self, duration: Duration) -> &mut Self {
        self.now = self.now.plus(duration);
        self
    }

    fn login(&mut self, from: u32, user: &str, outcome: Outcome) -> Vec<Decision> {
        let event = login(self.now, from, user, outcome);
        self.engine.observe(&event)
    }

    fn fails(&mut self, from: u32, user: &str) -> Vec<Decision> {
        self.login(from, user, Outcome::Failure)
    }

    fn succeeds(&mut self, from: u32, user: &str) {
        assert_eq!(self.login(from, user, Outcome::Success), []);
    }

    fn what(&mut self, what: What) {
        let event = Event {
            at: self.now,
            origin: Origin::default(),
            what,
        };
        assert_eq!(self.engine.observe(&event), []);
    }
}

fn login(at: Timestamp, from: u32, user: &str, outcome: Outcome) -> Event {
    let user = UserIdentifiers::new("email", user).ok();
    let origin = Origin {
        address: Some(address(from)),
        user_agent: None,
        facts: None,
    };
    Event {
        at,
        origin,
        what: What::Login(Attempt::new(outcome, user)),
    }
}

fn address(n: u32) -> Address {
    Address::from(std::net::IpAddr::V4(Ipv4Addr::from_bits(0xC000_0200 + n)))
}

fn email(user: &str) -> UserIdentifiers {
    UserIdentifiers::new("email", user).unwrap()
}

fn names(decisions: &[Decision]) -> Vec<&str> {
    decisions
        .iter()
        .map(|decision| &*decision.playbook)
        .collect()
}

const ALICE: &str = "alice@example.com";

#[test]
fn the_tenth_failure_of_one_address_on_one_account_bans_the_address() {
    let mut stream = Stream::built_in();
    for _ in 0..9 {
        assert_eq!(stream.wait(Duration::from_secs(1)).fails(1, ALICE), []);
    }
    let decisions = stream.wait(Duration::from_secs(1)).fails(1, ALICE);
    let [decision] = &decisions[..] else {
        panic!("one decision: {decisions:?}")
    };
    let [
        Response::Ban {
            subject,
            reach,
            until,
            ..
        },
    ] = &*decision.responses
    else {
        panic!("one ban: {decision:?}")
    };
    assert_eq!(*subject, Subject::from(address(1)));
    assert_eq!(*reach, Reach::Everything);
    assert_eq!(*until, stream.now.plus(Duration::from_secs(900)));
    assert_eq!(decision.evidence.counted, 10);
    assert_eq!(&*decision.evidence.events, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert_eq!(
        stream.now.since(decision.evidence.since),
        Duration::from_secs(9)
    );
}

#[test]
fn failures_that_are_too_far_apart_do_not_add_up() {
    let mut stream = Stream::built_in();
    for _ in 0..100 {
        let decisions = stream.wait(Duration::from_secs(67)).fails(1, ALICE);
        assert!(!names(&decisions).contains(&"credential-cracking"));
    }
}

#[test]
fn a_success_clears_the_typing_errors_of_that_user_at_that_address_only() {
    let mut stream = Stream::built_in();
    for _ in 0..5 {
        for _ in 0..9 {
            assert_eq!(stream.fails(1, ALICE), []);
        }
        stream.succeeds(1, ALICE);
        // Somebody else's success at the same address clears nothing.
        stream.succeeds(1, "mallory@example.com");
    }
    let mut attacked = Stream::built_in();
    for _ in 0..9 {
        attacked.fails(2, ALICE);
        attacked.succeeds(2, "mallory@example.com");
    }
    assert_eq!(names(&attacked.fails(2, ALICE)), ["credential-cracking"]);
}

#[test]
fn one_address_that_fails_on_ten_accounts_is_banned() {
    let mut stream = Stream::built_in();
    for n in 0..9 {
        stream.wait(Duration::from_secs(15));
        assert_eq!(stream.fails(1, &format!("user{n}@example.com")), []);
        // The same account again is no further account.
        assert_eq!(stream.fails(1, &format!("user{n}@example.com")), []);
    }
    assert_eq!(
        names(&stream.fails(1, "user9@example.com")),
        ["credential-stuffing"]
    );
}

#[test]
fn attempts_without_a_name_count_for_their_address_as_one_more_account_and_ban_no_user() {
    let mut stream = Stream::built_in();
    for n in 0..9 {
        assert_eq!(stream.fails(1, &format!("user{n}@example.com")), []);
    }
    let decisions = stream.fails(1, "");
    assert_eq!(names(&decisions), ["credential-stuffing"]);

    let mut nameless = Stream::built_in();
    for n in 0..1_000 {
        // People are told of the client; there is no user to do anything to.
        let decisions = nameless.fails(n, "");
        assert!(
            decisions
                .iter()
                .all(|decision| decision.responses.is_empty())
        );
    }
}

#[test]
fn guesses_in_a_name_that_cannot_be_kept_count_for_their_address() {
    let mut stream = Stream::built_in();
    let decided = (1..=100).find(|_| !stream.fails(1, "").is_empty());
    assert_eq!(decided, Some(10));
}

#[test]
fn accounts_of_ones_own_hide_no_attacker() {
    let decided = |own: u32| {
        let mut stream = Stream::built_in();
        for own in 0..own {
            stream.succeeds(1, &format!("own{own}@example.com"));
        }
        (1..1_000).find(|n| {
            let victim = format!("victim{n}@example.com");
            !stream.fails(1, &victim).is_empty()
        })
    };
    assert_eq!(decided(0), Some(10));
    assert_eq!(decided(60), Some(30), "as many as their network may");
    assert_eq!(
        decided(5_000),
        Some(160),
        "and no more than sixteen times ten"
    );
}

#[test]
fn a_withheld_success_clears_nothing() {
    let mut stream = Stream::built_in();
    for _ in 0..9 {
        assert_eq!(stream.fails(1, ALICE), []);
    }
    let mut event = login(stream.now, 1, ALICE, Outcome::Success);
    let What::Login(attempt) = &mut event.what else {
        unreachable!()
    };
    attempt.withheld = true;
    stream.engine.observe(&event);
    assert_eq!(names(&stream.fails(1, ALICE)), ["credential-cracking"]);
}

#[test]
fn a_session_makes_its_place_familiar_and_nobody_the_last_to_log_in() {
    let mut stream = Stream::built_in();
    let session = crate::event::Session {
        user: email(ALICE),
        traits: crate::identity::Traits::new(),
        instead_of: None,
        session: None,
    };
    let origin = Origin {
        address: Some(address(1)),
        user_agent: None,
        facts: None,
    };
    stream.engine.observe(&Event {
        at: stream.now,
        origin,
        what: What::Session(session),
    });
    assert!(stream.engine.is_familiar(&email(ALICE), address(1)));
    assert_eq!(stream.engine.last_login_from(address(1)), None);
}

#[test]
fn an_office_of_500_people_of_whom_8_percent_mistype_is_never_banned() {
    let mut stream = Stream::built_in();
    for n in 0..5_000_u32 {
        let user = format!("user{}@example.com", n % 500);
        if n % 25 < 2 {
            assert_eq!(stream.fails(1, &user), [], "login {n}");
        }
        stream.succeeds(1, &user);
        stream.wait(Duration::from_millis(u64::from(n % 7) * 100));
    }
}

#[test]
fn an_attacker_in_that_office_is_caught_once_a_fifth_as_many_users_fail_as_are_at_home() {
    let mut stream = Stream::built_in();
    for n in 0..500 {
        stream.succeeds(1, &format!("colleague{n}@example.com"));
    }
    let decided = (1..=200).find_map(|n| {
        let decisions = stream.fails(1, &format!("victim{n}@example.com"));
        (!decisions.is_empty()).then_some((n, decisions))
    });
    let (n, decisions) = decided.unwrap();
    // A fifth of those at home, who are counted to within some.
    assert!((90..=110).contains(&n), "{n}");
    let [Response::Ban { subject, reach, .. }] = &*decisions[0].responses else {
        panic!("one ban: {decisions:?}")
    };
    // Those who are at home there are not touched.
    assert_eq!(
        (subject, *reach),
        (&Subject::from(address(1)), Reach::UnfamiliarLogins)
    );
}

#[test]
fn twenty_failures_on_one_account_close_it_to_unfamiliar_logins_only() {
    let mut stream = Stream::built_in();
    stream.succeeds(100, ALICE);
    for n in 0..19 {
        assert_eq!(stream.fails(n, ALICE), []);
    }
    let decisions = stream.fails(19, ALICE);
    assert_eq!(names(&decisions), ["distributed-credential-cracking"]);
    let [Response::Ban { subject, reach, .. }] = &*decisions[0].responses else {
        panic!("one ban: {decisions:?}")
    };
    assert_eq!(*subject, Subject::from(email(ALICE)));
    assert_eq!(*reach, Reach::UnfamiliarLogins);
    assert!(stream.engine.is_familiar(&email(ALICE), address(100)));
    assert!(!stream.engine.is_familiar(&email(ALICE), address(19)));
}

#[test]
fn the_owners_own_mistakes_at_home_do_not_close_the_account() {
    let mut stream = Stream::built_in();
    stream.succeeds(100, ALICE);
    for n in 0..19 {
        stream.fails(n, ALICE);
        assert!(!names(&stream.fails(100, ALICE)).contains(&"distributed-credential-cracking"));
    }
}

#[test]
fn a_withheld_success_makes_no_place_familiar() {
    let mut stream = Stream::built_in();
    let mut event = login(stream.now, 1, ALICE, Outcome::Success);
    let What::Login(attempt) = &mut event.what else {
        unreachable!()
    };
    attempt.withheld = true;
    stream.engine.observe(&event);
    assert!(!stream.engine.is_familiar(&email(ALICE), address(1)));
    assert_eq!(stream.engine.last_login_from(address(1)), None);
}

#[test]
fn a_place_where_a_user_has_a_session_is_theirs_by_the_name_they_type_as_well() {
    let mut stream = Stream::built_in();
    let who = UserIdentifiers::new("id", &7).unwrap();
    let event = |from, what| Event {
        at: Timestamp::from_millis(1),
        origin: Origin {
            address: Some(address(from)),
            user_agent: None,
            facts: None,
        },
        what,
    };
    let mut attempt = Attempt::new(Outcome::Success, Some(email(ALICE)));
    attempt.resolved = Some(Box::new(who.clone()));
    stream.engine.observe(&event(1, What::Login(attempt)));
    let session = crate::event::Session {
        user: who.clone(),
        traits: crate::identity::Traits::new(),
        instead_of: None,
        session: None,
    };
    stream.engine.observe(&event(2, What::Session(session)));
    for from in [1, 2] {
        assert!(stream.engine.is_familiar(&email(ALICE), address(from)));
        assert!(stream.engine.is_familiar(&who, address(from)));
    }
    assert!(!stream.engine.is_familiar(&email(ALICE), address(3)));
    assert_eq!(stream.engine.last_login_from(address(1)), Some(&who));
}

#[test]
fn a_sign_up_which_anybody_can_try_in_any_name_makes_no_place_familiar() {
    let mut stream = Stream::built_in();
    let attempt = Attempt::new(Outcome::Success, Some(email(ALICE)));
    let origin = Origin {
        address: Some(address(1)),
        user_agent: None,
        facts: None,
    };
    stream.engine.observe(&Event {
        at: stream.now,
        origin,
        what: What::SignUp(attempt),
    });
    assert!(!stream.engine.is_familiar(&email(ALICE), address(1)));
    assert_eq!(stream.engine.last_login_from(address(1)), None);
}

#[test]
fn only_failures_are_held_against_anybody() {
    let mut stream = Stream::built_in();
    for outcome in [Outcome::Error, Outcome::Cancelled, Outcome::Panicked] {
        for _ in 0..100 {
            assert_eq!(stream.login(1, ALICE, outcome), []);
        }
    }
}

#[test]
fn a_pardon_wipes_the_slate_of_its_subject() {
    let mut stream = Stream::built_in();
    for subject in [Subject::from(address(1)), Subject::from(email(ALICE))] {
        for _ in 0..9 {
            assert_eq!(stream.wait(Duration::from_secs(10)).fails(1, ALICE), []);
        }
        stream.what(What::Pardon { subject });
    }
    for _ in 0..9 {
        assert_eq!(stream.wait(Duration::from_secs(10)).fails(1, ALICE), []);
    }
    assert_eq!(names(&stream.fails(1, ALICE)), ["credential-cracking"]);
}

#[test]
fn an_allowed_address_is_never_decided_against() {
    let mut stream = Stream::built_in();
    stream.what(What::Allow {
        subject: Subject::Network("192.0.2.0/24".parse().unwrap()),
    });
    for _ in 0..19 {
        assert_eq!(stream.fails(1, ALICE), []);
    }
    // The account is another matter.
    assert_eq!(
        names(&stream.fails(1, ALICE)),
        ["distributed-credential-cracking"]
    );
}

#[test]
fn an_ipv6_attacker_counts_by_its_64() {
    let mut stream = Stream::built_in();
    let decided = (1..=100_u128).find(|n| {
        let ip = std::net::Ipv6Addr::from_bits((0x2001_0db8 << 96) | n);
        let mut event = login(stream.now, 0, ALICE, Outcome::Failure);
        event.origin.address = Some(Address::from(std::net::IpAddr::V6(ip)));
        !stream.engine.observe(&event).is_empty()
    });
    assert_eq!(decided, Some(10));
}

#[test]
fn a_playbook_that_observes_says_so() {
    let mut policy = Policy::default();
    policy.get_mut("credential-cracking").unwrap().mode = Mode::Observe;
    let mut stream = Stream::new(policy);
    let decisions: Vec<Decision> = (0..10).flat_map(|_| stream.fails(1, ALICE)).collect();
    let observed = |decision: &&Decision| &*decision.playbook == "credential-cracking";
    let decision = decisions.iter().find(observed).unwrap();
    assert!(!decision.enforced);
    // What another playbook does is done all the same.
    assert!(decisions.iter().any(|decision| decision.enforced));
}

#[test]
fn a_flood_of_other_subjects_hides_no_attacker_and_stays_within_the_capacity() {
    let mut engine = Engine::with_capacity(Policy::default(), 7, 1_000);
    let now = Timestamp::from_millis(1_000_000);
    let mut decided = None;
    for n in 0..100_000_u32 {
        engine.observe(&login(
            now,
            1_000 + n,
            &format!("user{n}@example.com"),
            Outcome::Failure,
        ));
        if n % 100 == 0 && decided.is_none() {
            let decisions = engine.observe(&login(now, 1, ALICE, Outcome::Failure));
            decided = (!decisions.is_empty()).then_some(n / 100 + 1);
        }
        // One table for each lane, three of profiles, one of repetitions and one of pardons.
        assert!(engine.memory().subjects <= (engine.lanes.len() + 5) * 1_000);
    }
    assert_eq!(decided, Some(10));
    assert!(engine.memory().forgotten > 0);
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let outcome = prop_oneof![
        8 => Just(Outcome::Failure),
        2 => Just(Outcome::Success),
        1 => Just(Outcome::Error),
    ];
    let event = (0..200_u64, 0..6_u32, 0..8_u32, outcome, 0..30_u8);
    proptest::collection::vec(event, 0..400).prop_map(|events| {
        let mut now = Timestamp::from_millis(1_000_000);
        let event = |(pause, from, user, outcome, other): (u64, u32, u32, Outcome, u8)| {
            now = now.plus(Duration::from_secs(pause));
            let what = |what| Event {
                at: now,
                origin: Origin::default(),
                what,
            };
            match other {
                0 => what(What::Pardon {
                    subject: address(from).into(),
                }),
                1 => what(What::Pardon {
                    subject: email(&user.to_string()).into(),
                }),
                _ => login(now, from, &user.to_string(), outcome),
            }
        };
        events.into_iter().map(event).collect()
    })
}

/// What the built-in playbooks should count, from a list of everything that ever happened.
fn cracking_by_the_book(events: &[Event]) -> Vec<usize> {
    let mut fired = Vec::new();
    let mut counted: Vec<(Address, UserIdentifiers, Timestamp)> = Vec::new();
    for (n, event) in events.iter().enumerate() {
        match &event.what {
            What::Pardon { subject } => counted.retain(|(address, user, _)| {
                Subject::from(*address) != *subject && Subject::from(user) != *subject
            }),
            What::Login(Attempt {
                outcome,
                user: Some(user),
                ..
            }) => {
                let from = event.origin.address.unwrap();
                let same =
                    |entry: &(Address, UserIdentifiers, _)| entry.0 == from && entry.1 == *user;
                match outcome {
                    Outcome::Success => counted.retain(|entry| !same(entry)),
                    Outcome::Failure => {
                        counted.push((from, user.clone(), event.at));
                        let recent = |entry: &&(Address, UserIdentifiers, Timestamp)| {
                            same(entry) && event.at.since(entry.2) < Duration::from_secs(600)
                        };
                        if counted.iter().filter(recent).count() == 10 {
                            fired.push(n);
                            counted.retain(|entry| !same(entry));
                        }
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    fired
}

proptest! {
    #[test]
    fn the_same_events_give_the_same_decisions(events in events()) {
        let run = || {
            let mut engine = Engine::new(Policy::default(), 99);
            let decisions: Vec<_> = events.iter().flat_map(|event| engine.observe(event)).collect();
            serde_json::to_string(&decisions).unwrap()
        };
        prop_assert_eq!(run(), run());
    }

    #[test]
    fn another_seed_gives_other_ids_and_the_same_decisions(events in events()) {
        let run = |seed| {
            let mut engine = Engine::new(Policy::default(), seed);
            let decisions = events.iter().flat_map(|event| engine.observe(event));
            decisions.map(|decision| (decision.playbook, decision.responses, decision.evidence)).collect::<Vec<_>>()
        };
        prop_assert_eq!(run(1), run(2));
    }

    #[test]
    fn credential_cracking_is_found_by_the_book(events in events()) {
        let mut engine = Engine::new(Policy::default(), 99);
        let fired: Vec<usize> = events
            .iter()
            .enumerate()
            .filter(|(_, event)| names(&engine.observe(event)).contains(&"credential-cracking"))
            .map(|(n, _)| n)
            .collect();
        prop_assert_eq!(fired, cracking_by_the_book(&events));
    }

    #[test]
    fn what_is_unrelated_does_not_matter(events in events()) {
        let run = |noise: bool| {
            // How risky a login is depends on what everybody else does.
            let playbooks = Policy::default().playbooks().to_vec();
            let playbooks = playbooks.into_iter().filter(|playbook| playbook.only_if.risk.is_none());
            let mut engine = Engine::new(Policy::new(playbooks).unwrap(), 99);
            let mut decisions = Vec::new();
            for event in &events {
                decisions.extend(engine.observe(event).into_iter().map(|d| (d.playbook, d.responses)));
                if noise {
                    let subject = Subject::from(address(200));
                    let ban = Ban { id: DecisionId::new(0, 0, 0), subject, reach: Reach::Everything, until: None, redirect: None, because: "".into() };
                    engine.observe(&Event { at: event.at, origin: Origin::default(), what: What::Ban(ban) });
                    engine.observe(&login(event.at, 201, "nobody@example.com", Outcome::Success));
                }
            }
            decisions
        };
        prop_assert_eq!(run(false), run(true));
    }
}
