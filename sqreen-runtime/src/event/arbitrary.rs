//! Any event at all, for property tests of this room and of those above.

use std::net::IpAddr;
use std::time::Duration;

use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;

use super::*;
use crate::identity::Capture;

/// Any event of any kind.
pub(crate) fn events() -> impl Strategy<Value = Event> {
    (times(), origins(), whats()).prop_map(|(at, origin, what)| Event { at, origin, what })
}

/// Any point in time, most of them of our days.
pub(crate) fn times() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        3 => 1_700_000_000_000..1_900_000_000_000_u64,
        1 => any::<u64>(),
    ]
    .prop_map(Timestamp::from_millis)
}

/// Any user.
pub(crate) fn users() -> impl Strategy<Value = UserIdentifiers> {
    let odd = btree_map("(?s).{1,16}", "(?s).{1,80}", 1..4);
    let usual = "[a-z]{1,9}@example\\.(com|org)".prop_map(|email| [("email".into(), email)].into());
    prop_oneof![odd, usual].prop_map(|pairs| {
        let mut user = Capture::new();
        pairs.iter().for_each(|(key, value)| user.add(key, value));
        user.finish().unwrap()
    })
}

/// Any address of either family.
pub(crate) fn addresses() -> impl Strategy<Value = Address> {
    any::<IpAddr>().prop_map(Address::from)
}

/// Any network.
pub(crate) fn networks() -> impl Strategy<Value = Network> {
    (addresses(), 0..=128_u8).prop_map(|(address, prefix)| address.network_of(prefix))
}

/// Any origin, the unknown one among them.
pub(crate) fn origins() -> impl Strategy<Value = Origin> {
    let user_agents = vec(any::<u8>(), 0..300).prop_map(|bytes| UserAgent::from_bytes(&bytes));
    let user_agents = prop_oneof![
        user_agents,
        "(?s).{0,200}".prop_map(|text| UserAgent::from_bytes(text.as_bytes())),
    ];
    (of(addresses()), of(user_agents), of(facts())).prop_map(|(address, user_agent, facts)| {
        Origin {
            address,
            user_agent,
            facts: facts.map(Box::new),
        }
    })
}

/// Any facts.
pub(crate) fn facts() -> impl Strategy<Value = Facts> {
    let countries = "[A-Z]{2}".prop_map(|code| code.parse().unwrap());
    let locations = (-90.0..90.0_f64, -180.0..180.0_f64, any::<u16>())
        .prop_map(|(lat, long, near)| Location::from_degrees(lat, long, near));
    let kinds = vec(select(&AddressKind::ALL[..]), 0..3).prop_map(AddressKinds::from_iter);
    (of(countries), of(any::<u32>()), of(locations), kinds).prop_map(
        |(country, system, location, kinds)| Facts {
            country,
            system,
            location,
            kinds,
        },
    )
}

/// Any kind of event with anything in it.
pub(crate) fn whats() -> impl Strategy<Value = What> {
    Union::new([
        attempts().prop_map(What::Login).boxed(),
        attempts().prop_map(What::SignUp).boxed(),
        sessions().prop_map(What::Session).boxed(),
        customs().prop_map(What::Custom).boxed(),
        decisions()
            .prop_map(|decision| What::Decision(Box::new(decision)))
            .boxed(),
        bans().prop_map(What::Ban).boxed(),
        subjects()
            .prop_map(|subject| What::Pardon { subject })
            .boxed(),
        subjects()
            .prop_map(|subject| What::Allow { subject })
            .boxed(),
        refusals().prop_map(What::Refusal).boxed(),
        users().prop_map(|user| What::SteppedUp { user }).boxed(),
        policies().prop_map(What::Policy).boxed(),
    ])
}

/// Any login or sign-up.
pub(crate) fn attempts() -> impl Strategy<Value = Attempt> {
    let outcomes = select(
        &[
            Outcome::Success,
            Outcome::Failure,
            Outcome::Error,
            Outcome::Cancelled,
            Outcome::Panicked,
        ][..],
    );
    let secrets = any::<[u8; 4]>().prop_map(|secret| DigestKey::new(b"key").secret(&secret));
    (
        outcomes,
        of(users()),
        of(users()),
        traits(),
        any::<bool>(),
        of(secrets),
    )
        .prop_map(
            |(outcome, user, resolved, traits, withheld, secret)| Attempt {
                outcome,
                user,
                resolved: resolved.map(Box::new),
                traits,
                withheld,
                secret,
            },
        )
}

fn sessions() -> impl Strategy<Value = Session> {
    let digests = any::<[u8; 4]>().prop_map(|session| DigestKey::new(b"key").session(&session));
    (users(), traits(), of(users()), of(digests)).prop_map(|(user, traits, instead_of, session)| {
        Session {
            user,
            traits,
            instead_of: instead_of.map(Box::new),
            session,
        }
    })
}

fn traits() -> impl Strategy<Value = Traits> {
    vec(("(?s).{0,70}", "(?s).{0,20}"), 0..4).prop_map(|pairs| {
        let add = |traits: Traits, (name, value): (String, String)| traits.with(&name, &value);
        pairs.into_iter().fold(Traits::new(), add)
    })
}

fn customs() -> impl Strategy<Value = Custom> {
    let names = prop_oneof!["[a-z]{2}\\.[a-z]{1,9}", "(?s).{1,32}"]
        .prop_filter_map("reserved", |name| EventName::new(name).ok());
    (names, of(users()), any::<bool>(), properties()).prop_map(
        |(name, user, inferred, properties)| Custom {
            name,
            user,
            inferred,
            properties,
        },
    )
}

fn properties() -> impl Strategy<Value = Properties> {
    let values = prop_oneof![
        any::<bool>().prop_map(Property::from),
        any::<i64>().prop_map(Property::from),
        any::<f64>().prop_map(Property::from),
        "(?s).{0,40}".prop_map(Property::from),
    ];
    vec(("(?s).{0,70}", values), 0..5).prop_map(|pairs| {
        let mut properties = Properties::default();
        for (name, value) in pairs {
            properties.insert(&name, value);
        }
        properties
    })
}

/// Any user, network, or both.
pub(crate) fn subjects() -> impl Strategy<Value = Subject> {
    prop_oneof![
        users().prop_map(Subject::User),
        networks().prop_map(Subject::Network),
        (users(), networks()).prop_map(|(user, network)| Subject::UserAt { user, network }),
    ]
}

fn ids() -> impl Strategy<Value = DecisionId> {
    any::<u64>().prop_map(|place| DecisionId::new(1, place, 0))
}

fn words() -> impl Strategy<Value = Box<str>> {
    "(?s).{0,20}".prop_map(Box::from)
}

/// Any decision, with up to three responses.
pub(crate) fn decisions() -> impl Strategy<Value = Decision> {
    let severities = select(
        &[
            Severity::Low,
            Severity::Medium,
            Severity::High,
            Severity::Critical,
        ][..],
    );
    let about = (of(users()), any::<bool>(), of(addresses()));
    (
        ids(),
        words(),
        severities,
        any::<bool>(),
        vec(responses(), 0..4),
        about,
        evidence(),
    )
        .prop_map(
            |(
                id,
                playbook,
                severity,
                enforced,
                responses,
                (user, suspects_user, address),
                evidence,
            )| Decision {
                id,
                playbook,
                severity,
                enforced,
                responses: responses.into(),
                user,
                suspects_user,
                address,
                evidence,
            },
        )
}

fn responses() -> impl Strategy<Value = Response> {
    prop_oneof![
        (subjects(), reaches(), times(), of(redirects())).prop_map(
            |(subject, reach, until, redirect)| {
                Response::Ban {
                    subject,
                    reach,
                    until,
                    redirect,
                }
            }
        ),
        (users(), times()).prop_map(|(user, until)| Response::StepUp { user, until }),
        (users(), times()).prop_map(|(user, until)| Response::AtRisk { user, until }),
    ]
}

fn reaches() -> impl Strategy<Value = Reach> {
    select(&[Reach::Everything, Reach::UnfamiliarLogins, Reach::SignUps][..])
}

fn redirects() -> impl Strategy<Value = RedirectTarget> {
    "(https://example)?/[a-z?=&]{0,9}".prop_map(|target| target.parse().unwrap())
}

fn evidence() -> impl Strategy<Value = Evidence> {
    let durations = || {
        (any::<u64>(), 0..1_000_000_000_u32)
            .prop_map(|(seconds, nanos)| Duration::new(seconds, nanos))
    };
    let travels =
        (any::<u32>(), durations()).prop_map(|(kilometres, within)| Travel { kilometres, within });
    let figures = (
        any::<u32>(),
        1..=u32::MAX,
        of(any::<u32>()),
        of(any::<u32>()),
    );
    (
        words(),
        figures,
        durations(),
        times(),
        vec(any::<u64>(), 0..5),
        (of(travels), of(risks())),
    )
        .prop_map(
            |(policy, (counted, reaching, after, usual), within, since, events, (travel, risk))| {
                Evidence {
                    policy,
                    counted,
                    reaching: reaching.try_into().unwrap(),
                    within,
                    since,
                    events: events.into(),
                    after,
                    usual,
                    travel,
                    risk,
                }
            },
        )
}

fn risks() -> impl Strategy<Value = LoginRisk> {
    let features = select(
        &[
            RiskFeature::Address,
            RiskFeature::Network,
            RiskFeature::Country,
            RiskFeature::UserAgent,
            RiskFeature::Browser,
            RiskFeature::System,
            RiskFeature::Device,
            RiskFeature::Time,
        ][..],
    );
    let is = select(&[Familiarity::New, Familiarity::Rare, Familiarity::Usual][..]);
    let reasons = (features, is).prop_map(|(feature, is)| RiskReason { feature, is });
    (0.0..=f32::MAX, vec(reasons, 0..=LoginRisk::MOST_REASONS))
        .prop_map(|(ratio, reasons)| LoginRisk::new(ratio, reasons).unwrap())
}

fn bans() -> impl Strategy<Value = Ban> {
    let ends = (of(times()), of(redirects()));
    (ids(), subjects(), reaches(), ends, words()).prop_map(
        |(id, subject, reach, (until, redirect), because)| Ban {
            id,
            subject,
            reach,
            until,
            redirect,
            because,
        },
    )
}

fn refusals() -> impl Strategy<Value = Refusal> {
    let points = select(
        &[
            RefusalPoint::Request,
            RefusalPoint::Login,
            RefusalPoint::SignUp,
            RefusalPoint::Session,
            RefusalPoint::Response,
        ][..],
    );
    (ids(), points, of(users())).prop_map(|(decision, point, user)| Refusal {
        decision,
        point,
        user,
    })
}

fn policies() -> impl Strategy<Value = PolicyChange> {
    let names = || vec(words(), 0..3).prop_map(Box::from);
    (words(), names(), names()).prop_map(|(version, changed, removed)| PolicyChange {
        version,
        changed,
        removed,
    })
}
