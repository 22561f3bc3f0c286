//! Random events and random policies: few users, addresses and values, so that they meet.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::event::{
    Address, AddressKind, AddressKinds, Attempt, Country, Custom, DigestKey, Event, EventName,
    Facts, Origin, Outcome, Properties, Session, Subject, Timestamp, UserAgent, What,
};
use crate::identity::{Traits, UserIdentifiers};
use crate::policy::{
    After, By, Conditions, CountryIs, Counts, Habit, Mode, Over, Playbook, Policy, RiskIs, Test,
    Then, UserIs, When,
};

/// Three IPv4 addresses in two networks, and two of IPv6 that count as one.
const ADDRESSES: [&str; 5] = [
    "192.0.2.1",
    "192.0.2.2",
    "198.51.100.1",
    "2001:db8::1",
    "2001:db8::2",
];
const USERS: [&str; 4] = ["alice", "bob", "carol", ""];
const COUNTRIES: [&str; 3] = ["DE", "FR", "JP"];

pub(super) fn user(name: &str) -> Option<UserIdentifiers> {
    UserIdentifiers::new("email", name).ok()
}

pub(super) fn address(text: &str) -> Address {
    text.parse::<IpAddr>().unwrap().into()
}

/// Up to so many events, in order, some seconds or some hours apart.
pub(super) fn stream(most: usize) -> impl Strategy<Value = Vec<Event>> {
    proptest::collection::vec((pause(), origin(), what()), 1..most).prop_map(|events| {
        let mut now = Timestamp::from_millis(1_000_000_000);
        let event = |(pause, origin, what): (u64, Origin, What)| {
            now = now.plus(Duration::from_millis(pause));
            Event {
                at: now,
                origin,
                what,
            }
        };
        events.into_iter().map(event).collect()
    })
}

fn pause() -> impl Strategy<Value = u64> {
    prop_oneof![10 => 0..5_u64, 20 => 0..20_000_u64, 5 => 0..600_000_u64, 1 => 0..100_000_000_u64]
}

fn origin() -> impl Strategy<Value = Origin> {
    let from = prop_oneof![9 => select(&ADDRESSES[..]).prop_map(Some), 1 => Just(None)];
    let agent = proptest::option::of(select(&["curl", "Firefox"][..]));
    let facts = (
        proptest::option::of(select(&COUNTRIES[..])),
        proptest::option::weighted(0.2, 1..3_u32),
        subsequence(vec![AddressKind::Tor, AddressKind::Vpn], 0..=2),
    );
    (from, agent, facts).prop_map(|(at, agent, (country, system, kinds))| Origin {
        address: at.map(address),
        user_agent: agent.map(|agent| UserAgent::from_bytes(agent.as_bytes())),
        facts: Some(Box::new(Facts {
            country: country.map(|country| country.parse().unwrap()),
            system,
            location: None,
            kinds: kinds.into_iter().collect(),
        })),
    })
}

fn what() -> impl Strategy<Value = What> {
    let attempt = || {
        let outcome = prop_oneof![
            6 => Just(Outcome::Failure),
            3 => Just(Outcome::Success),
            1 => Just(Outcome::Error),
        ];
        let secret = proptest::option::of(select(&["123456", "secret"][..]));
        (
            outcome,
            select(&USERS[..]),
            secret,
            proptest::bool::weighted(0.1),
        )
            .prop_map(|(outcome, name, secret, withheld)| Attempt {
                secret: secret.map(|secret| key().secret(secret.as_bytes())),
                withheld,
                ..Attempt::new(outcome, user(name))
            })
    };
    let session = (select(&USERS[..3]), 0..3_u8).prop_map(|(name, session)| Session {
        user: user(name).unwrap(),
        traits: Traits::new(),
        instead_of: None,
        session: Some(key().session(&[session])),
    });
    let custom = (
        select(&USERS[..]),
        proptest::option::of(select(&["a", "b"][..])),
    )
        .prop_map(|(name, plan)| {
            let mut properties = Properties::default();
            if let Some(plan) = plan {
                properties.insert("plan", plan.into());
            }
            Custom {
                name: order(),
                user: user(name),
                inferred: false,
                properties,
            }
        });
    let subject = || {
        let of_user = select(&USERS[..3]).prop_map(|name| Subject::from(user(name).unwrap()));
        let of_address = select(&ADDRESSES[..]).prop_map(|at| Subject::from(address(at)));
        let of_network = Just(Subject::Network("192.0.2.0/24".parse().unwrap()));
        let of_pair =
            (select(&USERS[..3]), select(&ADDRESSES[..])).prop_map(|(name, at)| Subject::UserAt {
                user: user(name).unwrap(),
                network: address(at).network(),
            });
        prop_oneof![of_user, of_address, of_network, of_pair]
    };
    prop_oneof![
        60 => attempt().prop_map(What::Login),
        8 => attempt().prop_map(What::SignUp),
        12 => session.prop_map(What::Session),
        12 => custom.prop_map(What::Custom),
        5 => subject().prop_map(|subject| What::Pardon { subject }),
        1 => subject().prop_map(|subject| What::Allow { subject }),
    ]
}

fn key() -> DigestKey {
    DigestKey::new(b"a test")
}

fn order() -> EventName {
    EventName::new("order").unwrap()
}

/// Valid playbooks of any kind but those that compare with what is usual or ask for journeys.
pub(super) fn policy() -> impl Strategy<Value = Policy> {
    proptest::collection::vec(playbook(), 1..7).prop_map(|mut playbooks| {
        for (n, playbook) in playbooks.iter_mut().enumerate() {
            playbook.name = format!("playbook-{n}").into();
        }
        Policy::new(playbooks).unwrap()
    })
}

pub(super) fn playbook() -> impl Strategy<Value = Playbook> {
    let figures = (reaching(), over(), share(), share(), any::<[bool; 3]>());
    let what = (
        when(),
        conditions(),
        rarely(conditions()),
        by(),
        counts(),
        after(),
    );
    let then = prop_oneof![
        3 => Just(vec![Then::Notify]),
        1 => Just(vec![Then::BanAddress]),
        1 => Just(vec![Then::BanNetwork, Then::CloseSignUps]),
        1 => Just(vec![Then::BanUser]),
        1 => Just(vec![Then::CloseUser, Then::StepUp, Then::AtRisk]),
    ];
    let cool_down = select(&[0, 0, 0, 60, 4_000][..]).prop_map(Duration::from_secs);
    (what, figures, then, cool_down).prop_filter_map(
        "an invalid playbook",
        |(
            (when, only_if, unless, by, counts, after),
            (reaching, over, share, sparing, flags),
            then,
            cool_down,
        )| {
            let [redeemed, starts_over, observes] = flags;
            let mut playbook = Playbook {
                only_if,
                unless: unless.unwrap_or_default(),
                by,
                counts,
                reaching,
                over,
                after,
                share,
                sparing,
                redeemed_by_success: redeemed,
                starts_over,
                cool_down,
                then,
                at_most: Duration::from_secs(2 * 60 * 60),
                mode: if observes {
                    Mode::Observe
                } else {
                    Mode::Enforce
                },
                ..Playbook::new("playbook", when)
            };
            // Of what is more than the threshold takes only so much is known as it takes: what overflows a
            // bucket of distinct values, what is left where a success takes back the most recent.
            let distinct = playbook.counts != Counts::Events;
            if matches!(playbook.over, Over::Leaking(_)) && distinct || playbook.redeemed_by_success
            {
                playbook.starts_over = true;
            }
            // A share is known of sixteen times the threshold, which no stream here is longer than.
            if playbook.share.is_some() {
                playbook.reaching = NonZeroU32::new(10).unwrap();
            }
            // What a random playbook cannot have is left out of it, rather than the playbook.
            if playbook.when != When::Login {
                (playbook.only_if.risk, playbook.unless.risk) = (None, None);
            }
            if let Some(after) = (playbook.after.as_mut()).filter(|after| after.when != When::Login)
            {
                after.only_if.risk = None;
            }
            if playbook.validate().is_err() {
                playbook.redeemed_by_success = false;
            }
            if playbook.validate().is_err() {
                playbook.sparing = None;
            }
            if playbook.validate().is_err() {
                playbook.then = vec![Then::Notify];
            }
            if let Some(after) = playbook
                .after
                .as_mut()
                .filter(|after| after.counts != Counts::Events)
            {
                after.counts = Counts::Events;
                let (_, counts) = playbook.lane();
                if let Some(after) = playbook
                    .after
                    .as_mut()
                    .filter(|_| counts != Counts::Handovers)
                {
                    after.counts = counts;
                }
            }
            playbook.validate().is_ok().then_some(playbook)
        },
    )
}

fn reaching() -> impl Strategy<Value = NonZeroU32> {
    (1..6_u32).prop_map(|n| NonZeroU32::new(n).unwrap())
}

fn over() -> impl Strategy<Value = Over> {
    let time = || select(&[1, 10, 60, 600, 3_600, 90_000][..]).prop_map(Duration::from_secs);
    prop_oneof![3 => time().prop_map(Over::Within), 1 => time().prop_map(Over::Leaking)]
}

fn share() -> impl Strategy<Value = Option<u8>> {
    proptest::option::weighted(0.2, 1..=100_u8)
}

fn rarely<T: std::fmt::Debug>(of: impl Strategy<Value = T>) -> impl Strategy<Value = Option<T>> {
    proptest::option::weighted(0.1, of)
}

fn when() -> impl Strategy<Value = When> {
    prop_oneof![
        6 => Just(When::Login),
        1 => Just(When::SignUp),
        1 => Just(When::Session),
        1 => Just(When::Custom(order())),
    ]
}

fn by() -> impl Strategy<Value = By> {
    select(vec![
        By::Address,
        By::Address,
        By::Network,
        By::User,
        By::User,
        By::UserAndAddress,
        By::UserAndAddress,
        By::Device,
        By::Session,
        By::Secret,
        By::Property("plan".into()),
        By::Everything,
    ])
}

fn counts() -> impl Strategy<Value = Counts> {
    select(vec![
        Counts::Events,
        Counts::Events,
        Counts::Events,
        Counts::Users,
        Counts::Users,
        Counts::Addresses,
        Counts::Networks,
        Counts::Countries,
        Counts::Devices,
        Counts::Secrets,
        Counts::Property("plan".into()),
        Counts::Handovers,
    ])
}

fn habit() -> impl Strategy<Value = Option<Habit>> {
    rarely(select(&[Habit::New, Habit::Usual][..]))
}

fn conditions() -> impl Strategy<Value = Conditions> {
    let country = |text: &str| text.parse::<Country>().unwrap();
    let countries = select(vec![
        CountryIs::Habit(Habit::New),
        CountryIs::Habit(Habit::Usual),
        CountryIs::OneOf(vec![country("DE")]),
        CountryIs::NoneOf(vec![country("DE"), country("FR")]),
    ]);
    let who = select(vec![
        UserIs::Known,
        UserIs::Unknown,
        UserIs::Nobody,
        UserIs::OneOf(vec!["Alice".into()]),
    ]);
    let kinds = select(vec![
        AddressKinds::NONE,
        AddressKinds::NONE,
        AddressKind::Tor.into(),
        AddressKinds::ANONYMOUS,
    ]);
    let tests = select(vec![
        Test::Present,
        Test::Absent,
        Test::OneOf(vec!["a".into()]),
    ]);
    let habits = (habit(), habit(), habit(), habit());
    let outcome = subsequence(vec![Outcome::Failure, Outcome::Success], 0..=1);
    (
        outcome,
        rarely(who),
        habits,
        rarely(countries),
        kinds,
        rarely(Just("192.0.2.0/24")),
        (rarely(tests), rarely(select(&[7, 23, 42, 61, 83][..]))),
    )
        .prop_map(
            |(outcome, user, (place, network, device, kind), country, address, from, more)| {
                let (test, risk) = more;
                Conditions {
                    outcome,
                    user,
                    place,
                    network,
                    country,
                    device,
                    address,
                    kind: kind.filter(|_| !address.is_empty()),
                    from: from.into_iter().map(|from| from.parse().unwrap()).collect(),
                    risk: risk.map(|above| RiskIs { above }),
                    properties: test.map(|test| ("plan".into(), test)).into_iter().collect(),
                    ..Conditions::default()
                }
            },
        )
}

fn after() -> impl Strategy<Value = Option<After>> {
    let after = (
        when(),
        conditions(),
        counts(),
        reaching(),
        select(&[60, 3_600][..]),
    );
    rarely(
        after.prop_map(|(when, only_if, counts, reaching, within)| After {
            when,
            only_if,
            counts,
            reaching,
            within: Duration::from_secs(within),
        }),
    )
}
