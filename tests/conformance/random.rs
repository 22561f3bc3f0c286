//! Random logins of few users from few addresses.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use proptest::prelude::*;
use sqreen::UserIdentifiers;
use sqreen::event::{
    Address, Attempt, Event, Facts, Location, Origin, Outcome, SecretDigest, Timestamp, What,
};

pub(crate) fn user(n: u8) -> UserIdentifiers {
    UserIdentifiers::new("email", &format!("user-{n}@example.com")).unwrap()
}

pub(crate) fn address(n: u8) -> Address {
    IpAddr::V4(Ipv4Addr::new(192, 0, 2, n)).into()
}

pub(crate) fn login(millis: u64, from: u8, of: u8, outcome: Outcome) -> Event {
    Event {
        at: Timestamp::from_millis(1_000_000_000 + millis),
        origin: Origin {
            address: Some(address(from)),
            ..Origin::default()
        },
        what: What::Login(Attempt::new(outcome, Some(user(of)))),
    }
}

pub(crate) fn with_secret(mut event: Event, secret: SecretDigest) -> Event {
    if let What::Login(attempt) = &mut event.what {
        attempt.secret = Some(secret);
    }
    event
}

pub(crate) fn located(mut event: Event, latitude: f64, longitude: f64) -> Event {
    let location = Some(Location::from_degrees(latitude, longitude, 0));
    event.origin.facts = Some(Box::new(Facts {
        location,
        ..Facts::default()
    }));
    event
}

pub(crate) fn sign_up(millis: u64, from: u8, of: u8) -> Event {
    let mut event = login(millis, from, of, Outcome::Success);
    if let What::Login(attempt) = event.what {
        event.what = What::SignUp(attempt);
    }
    event
}

/// From where, as whom, how it ended: a failure in three of four.
pub(crate) fn parts(event: &Event) -> (Address, UserIdentifiers, Outcome, Timestamp) {
    match &event.what {
        What::Login(attempt) | What::SignUp(attempt) => (
            event.origin.address.unwrap(),
            attempt.user.clone().unwrap(),
            attempt.outcome,
            event.at,
        ),
        other => panic!("{other:?}"),
    }
}

/// Up to 300 logins, up to `apart` one after the other, now and then a long time.
pub(crate) fn logins(
    apart: Duration,
    addresses: u8,
    users: u8,
) -> impl Strategy<Value = Vec<Event>> {
    let apart = apart.as_millis() as u64;
    let pause = prop_oneof![20 => 0..apart, 10 => 0..apart / 10 + 1, 1 => 0..apart * 100];
    let outcome = prop_oneof![3 => Just(Outcome::Failure), 1 => Just(Outcome::Success)];
    proptest::collection::vec((pause, 0..addresses, 0..users, outcome), 0..300).prop_map(|events| {
        let mut now = 0;
        let event = |(pause, from, of, outcome): (u64, u8, u8, Outcome)| {
            now += pause;
            login(now, from, of, outcome)
        };
        events.into_iter().map(event).collect()
    })
}
