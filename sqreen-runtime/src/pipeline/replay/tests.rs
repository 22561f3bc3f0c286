use std::net::IpAddr;
use std::time::Duration;

use super::*;
use crate::event::{Custom, EventName, PolicyChange, Properties, Session, Subject, Timestamp};
use crate::identity::{Traits, UserIdentifiers};

const MINUTE: Duration = Duration::from_secs(60);
const ALICE: &str = "alice@example.com";

fn user(email: &str) -> UserIdentifiers {
    UserIdentifiers::new("email", email).unwrap()
}

fn event(minute: u32, from: &str, what: What) -> Event {
    Event {
        at: Timestamp::from_millis(1_800_000_000_000).plus(MINUTE * minute),
        origin: Origin {
            address: Some(from.parse::<IpAddr>().unwrap().into()),
            ..Origin::default()
        },
        what,
    }
}

fn login(minute: u32, from: &str, outcome: Outcome, email: &str) -> Event {
    event(
        minute,
        from,
        What::Login(Attempt::new(outcome, Some(user(email)))),
    )
}

fn session(minute: u32, from: &str, email: &str) -> Event {
    let session = Session {
        user: user(email),
        traits: Traits::new(),
        instead_of: None,
        session: None,
    };
    event(minute, from, What::Session(session))
}

fn point(replayed: &Replayed) -> Option<RefusalPoint> {
    match replayed {
        Replayed::TurnedAway { point, .. } => Some(*point),
        _ => None,
    }
}

/// Alice's account is guessed at from 20 addresses, until it is closed to strangers.
fn closed_account() -> Replay {
    let mut replay = Replay::new(Policy::default(), 1);
    replay.take_in(&login(0, "198.51.100.7", Outcome::Success, ALICE));
    for n in 0..20 {
        let from = format!("203.0.{n}.9");
        let replayed = replay.take_in(&login(1, &from, Outcome::Failure, ALICE));
        assert!(matches!(replayed, Replayed::TookPlace(_)), "{n}");
    }
    replay
}

#[test]
fn what_a_ban_would_have_turned_away_is_not_seen_by_the_engine() {
    let mut replay = closed_account();
    let stranger = login(2, "203.0.99.9", Outcome::Success, ALICE);
    assert_eq!(point(&replay.take_in(&stranger)), Some(RefusalPoint::Login));
    let address = stranger.origin.address.unwrap();
    assert!(!replay.engine().is_familiar(&user(ALICE), address));
}

#[test]
fn whoever_is_at_home_gets_in_although_the_account_is_closed() {
    let mut replay = closed_account();
    let owner = login(2, "198.51.100.7", Outcome::Success, ALICE);
    assert!(matches!(replay.take_in(&owner), Replayed::TookPlace(_)));
}

#[test]
fn a_ban_ends_with_its_time() {
    let mut replay = closed_account();
    let later = login(17, "203.0.99.9", Outcome::Failure, ALICE);
    assert_eq!(point(&replay.take_in(&later)), None);
}

#[test]
fn a_name_under_which_the_application_knows_somebody_banned_withholds_the_answer() {
    let mut replay = closed_account();
    let mut attempt = Attempt::new(Outcome::Success, Some(user("ALICE")));
    attempt.resolved = Some(Box::new(user(ALICE)));
    let stranger = event(2, "203.0.99.9", What::Login(attempt));
    assert_eq!(replay.take_in(&stranger), Replayed::TookPlace(Vec::new()));
    let address = stranger.origin.address.unwrap();
    assert!(!replay.engine().is_familiar(&user(ALICE), address));
}

#[test]
fn a_persons_bans_and_pardons_are_taken_over() {
    let mut replay = Replay::new(Policy::none(), 1);
    let alice = Subject::User(user(ALICE));
    let ban = What::Ban(crate::event::Ban {
        id: crate::event::DecisionId::new(1, 1, 1),
        subject: alice.clone(),
        reach: crate::event::Reach::Everything,
        until: None,
        redirect: None,
        because: "".into(),
    });
    replay.take_in(&event(0, "192.0.2.1", ban));
    let before = replay.take_in(&session(1, "198.51.100.7", ALICE));
    assert_eq!(point(&before), Some(RefusalPoint::Session));
    replay.take_in(&event(2, "192.0.2.1", What::Pardon { subject: alice }));
    let after = replay.take_in(&session(3, "198.51.100.7", ALICE));
    assert_eq!(point(&after), None);
}

#[test]
fn a_banned_address_gets_nothing_through() {
    let mut replay = Replay::new(Policy::default(), 1);
    for _ in 0..10 {
        replay.take_in(&login(0, "203.0.113.9", Outcome::Failure, ALICE));
    }
    let custom = What::Custom(Custom {
        name: EventName::new("order.placed").unwrap(),
        user: None,
        inferred: false,
        properties: Properties::default(),
    });
    for what in [custom, session(1, "203.0.113.9", "bob@example.com").what] {
        let refused = replay.take_in(&event(1, "203.0.113.9", what));
        assert_eq!(point(&refused), Some(RefusalPoint::Request));
    }
}

#[test]
fn evidence_names_events_by_their_place_in_the_stream_whatever_became_of_others() {
    let mut replay = Replay::new(Policy::default(), 1);
    let recorded = What::Policy(PolicyChange {
        version: "0".into(),
        changed: Box::default(),
        removed: Box::default(),
    });
    assert_eq!(
        replay.take_in(&event(0, "192.0.2.1", recorded)),
        Replayed::NotTakenOver
    );
    let mut decisions = Vec::new();
    for _ in 0..10 {
        if let Replayed::TookPlace(made) =
            replay.take_in(&login(1, "203.0.113.9", Outcome::Failure, ALICE))
        {
            decisions.extend(made);
        }
    }
    assert_eq!(decisions[0].evidence.events.last(), Some(&11));
    for _ in 0..5 {
        replay.take_in(&login(2, "203.0.113.9", Outcome::Failure, ALICE));
    }
    assert_eq!(replay.engine().seen(), 16);
}

/// Whether a tenth account is opened at an address where somebody is at home, by a policy that bans for the ninth.
fn opens_another(by: crate::policy::By, then: crate::policy::Then) -> bool {
    use crate::policy::{Playbook, When};
    let playbook = Playbook {
        by,
        reaching: 9.try_into().unwrap(),
        then: vec![then],
        ..Playbook::new("nine-accounts", When::SignUp)
    };
    let mut replay = Replay::new(Policy::new([playbook]).unwrap(), 1);
    replay.take_in(&login(0, "203.0.113.9", Outcome::Success, ALICE));
    let sign_up = |n: u32| {
        let attempt = Attempt::new(
            Outcome::Success,
            Some(user(&format!("new-{n}@example.com"))),
        );
        event(1, "203.0.113.9", What::SignUp(attempt))
    };
    for n in 0..9 {
        assert_eq!(point(&replay.take_in(&sign_up(n))), None);
    }
    point(&replay.take_in(&sign_up(9))).is_none()
}

#[test]
fn what_bans_for_sign_ups_stops_sign_ups_wherever_somebody_is_at_home() {
    use crate::policy::{By, Then};
    assert!(!opens_another(By::Address, Then::BanAddress));
    assert!(!opens_another(By::Network, Then::BanNetwork));
}

#[test]
fn a_playbook_that_is_about_tor_turns_away_who_has_just_come_through_it() {
    let mut templates = Policy::templates();
    templates.retain(|template| &*template.name == "tor-blocked");
    let mut replay = Replay::new(Policy::new(templates).unwrap(), 1);
    let through_tor = |event: Event| Event {
        origin: Origin {
            facts: Some(Box::new(crate::event::Facts {
                kinds: crate::event::AddressKind::Tor.into(),
                ..crate::event::Facts::default()
            })),
            ..event.origin
        },
        ..event
    };
    let thief = login(0, "203.0.113.9", Outcome::Success, ALICE);
    assert_eq!(point(&replay.take_in(&through_tor(thief))), None);
    for next in [
        session(1, "203.0.113.9", ALICE),
        login(1, "203.0.113.9", Outcome::Success, ALICE),
    ] {
        let replayed = replay.take_in(&through_tor(next));
        assert_eq!(point(&replayed), Some(RefusalPoint::Request));
    }
}
