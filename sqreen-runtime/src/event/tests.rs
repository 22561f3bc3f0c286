use proptest::prelude::*;

use super::*;

fn events() -> Vec<Event> {
    let at = Timestamp::from_millis(1_792_000_000_123);
    let user =
        UserIdentifiers::try_from([("email", "alice@example.com"), ("platform_id", "7")]).unwrap();
    let origin = Origin {
        address: Some("2001:db8::1".parse().unwrap()),
        user_agent: Some(UserAgent::from_bytes(b"curl/8 \xff")),
        facts: Some(Box::new(Facts {
            country: Some("FR".parse().unwrap()),
            system: Some(64_496),
            location: Some(Location::from_degrees(48.86, 2.35, 20)),
            kinds: AddressKind::Tor.into(),
        })),
    };
    let key = DigestKey::new(b"key");
    let mut properties = Properties::default();
    for (name, value) in [
        ("a", Property::from(true)),
        ("b", 7.into()),
        ("c", 1.5.into()),
        ("d", "x".into()),
    ] {
        assert!(!properties.insert(name, value));
    }
    let id = DecisionId::new(1, 2, 3);
    let subject = Subject::User(user.clone());
    let attempt = Attempt {
        outcome: Outcome::Failure,
        user: Some(user.clone()),
        resolved: Some(Box::new(UserIdentifiers::new("id", &7).unwrap())),
        traits: Traits::new().with("plan", "business"),
        withheld: true,
        secret: Some(key.secret(b"hunter2")),
    };
    let session = Session {
        user: user.clone(),
        traits: Traits::new().with("plan", "business"),
        instead_of: Some(Box::new(user.clone())),
        session: Some(key.session(b"cookie")),
    };
    let name = EventName::new("order.refunded").unwrap();
    let custom = Custom {
        name,
        user: Some(user.clone()),
        inferred: true,
        properties,
    };
    let evidence = Evidence {
        policy: "abc".into(),
        counted: 10,
        reaching: 10.try_into().unwrap(),
        within: std::time::Duration::from_millis(1_500),
        since: at,
        events: [1, 2, 3].into(),
        after: Some(20),
        usual: Some(4),
        travel: Some(Travel {
            kilometres: 1_000,
            within: std::time::Duration::from_secs(60),
        }),
        risk: LoginRisk::new(
            15.75,
            [RiskReason {
                feature: RiskFeature::Country,
                is: Familiarity::New,
            }],
        ),
    };
    let network: Network = "10.0.0.0/8".parse().unwrap();
    let responses = [
        Response::Ban {
            subject: subject.clone(),
            reach: Reach::UnfamiliarLogins,
            until: at,
            redirect: "/verify".parse().ok(),
        },
        Response::Ban {
            subject: Subject::UserAt {
                user: user.clone(),
                network,
            },
            reach: Reach::Everything,
            until: at,
            redirect: None,
        },
        Response::StepUp {
            user: user.clone(),
            until: at,
        },
        Response::AtRisk {
            user: user.clone(),
            until: at,
        },
    ];
    let decision = Decision {
        id,
        playbook: "p".into(),
        severity: Severity::High,
        enforced: true,
        responses: responses.into(),
        user: Some(user.clone()),
        suspects_user: true,
        address: origin.address,
        evidence,
    };
    let network = Subject::Network(network);
    let refusal = Refusal {
        decision: id,
        point: RefusalPoint::Login,
        user: Some(user.clone()),
    };
    [
        What::Login(attempt.clone()),
        What::SignUp(attempt),
        What::Session(session),
        What::Custom(custom),
        What::Decision(Box::new(decision)),
        What::SteppedUp { user: user.clone() },
        What::Policy(PolicyChange {
            version: "abc".into(),
            changed: ["credential-stuffing".into()].into(),
            removed: ["mine".into()].into(),
        }),
        What::Ban(Ban {
            id,
            subject: network.clone(),
            reach: Reach::SignUps,
            until: None,
            redirect: "https://example.com/contact".parse().ok(),
            because: "said so".into(),
        }),
        What::Pardon {
            subject: subject.clone(),
        },
        What::Allow { subject },
        What::Refusal(refusal),
    ]
    .map(|what| Event {
        at,
        origin: origin.clone(),
        what,
    })
    .into()
}

#[test]
fn every_kind_of_event_round_trips_through_its_wire_form() {
    for event in events() {
        let wire = serde_json::to_string(&event).unwrap();
        assert_eq!(
            serde_json::from_str::<Event>(&wire).unwrap(),
            event,
            "{wire}"
        );
    }
}

#[test]
fn the_wire_form_of_a_login_is_what_people_would_write() {
    let at = Timestamp::from_millis(5);
    let user = UserIdentifiers::new("email", "a@b").ok();
    let attempt = Attempt::new(Outcome::Success, user);
    let event = Event {
        at,
        origin: Origin::default(),
        what: What::Login(attempt),
    };
    assert_eq!(
        serde_json::to_string(&event).unwrap(),
        r#"{"at":5,"type":"login","outcome":"success","user":{"email":"a@b"}}"#
    );
}

#[test]
fn a_pseudonymized_event_names_nobody() {
    let hide = Pseudonymizer::new(b"sixteen bytes ok").unwrap();
    for event in events() {
        let wire = serde_json::to_string(&event.pseudonymized(&hide)).unwrap();
        assert!(!wire.contains("alice"), "{wire}");
    }
}

#[test]
fn names_of_custom_events_are_checked() {
    assert_eq!(EventName::new(""), Err(EventNameError::Empty));
    assert!(matches!(
        EventName::new("sq.login"),
        Err(EventNameError::Reserved { .. })
    ));
    assert_eq!(
        EventName::new("x".repeat(129)),
        Err(EventNameError::TooLong { length: 129 })
    );
    assert!(EventName::new("sqreen.login").is_ok());
}

#[test]
fn of_twenty_properties_the_first_sixteen_in_key_order_are_kept() {
    let mut properties = Properties::default();
    let dropped = (0..20)
        .rev()
        .filter(|n| properties.insert(&format!("k{n}"), (*n).into()))
        .count();
    assert_eq!(dropped, 4);
    let kept: Vec<&str> = properties.iter().map(|(name, _)| name).collect();
    let expected = [
        "k0", "k1", "k10", "k11", "k12", "k13", "k14", "k15", "k16", "k17", "k18", "k19", "k2",
        "k3", "k4", "k5",
    ];
    assert_eq!(kept, expected);
}

#[test]
fn numbers_that_json_cannot_write_become_text() {
    assert_eq!(Property::from(f64::NAN), Property::Text("NaN".into()));
    assert_eq!(
        Property::from(u64::MAX),
        Property::Text(u64::MAX.to_string().into())
    );
}

proptest! {
    #[test]
    fn decision_ids_round_trip_and_differ(seed: u64, place in 0..1_u64 << 56, n: u8) {
        let id = DecisionId::new(seed, place, n);
        prop_assert_eq!(id.to_string().parse(), Ok(id));
        prop_assert_ne!(id, DecisionId::new(seed, place, n.wrapping_add(1)));
        prop_assert_ne!(id, DecisionId::new(seed, place + 1, n));
    }

    #[test]
    fn any_text_that_is_no_id_is_refused(text in "\\PC{0,20}") {
        if let Ok(id) = text.parse::<DecisionId>() {
            prop_assert_eq!(id.to_string(), text.to_ascii_lowercase());
        }
    }

    #[test]
    fn a_user_agent_is_kept_to_its_first_bytes_whatever_they_are(bytes: Vec<u8>) {
        let kept = UserAgent::from_bytes(&bytes);
        prop_assert!(kept.as_str().len() <= 3 * UserAgent::MAX);
    }
}
