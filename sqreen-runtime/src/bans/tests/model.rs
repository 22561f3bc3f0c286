//! Bans of every kind, beside a list of them that is walked from end to end.

use proptest::prelude::*;

use super::*;

/// What is said about bans, one after another.
#[derive(Debug, Clone)]
enum Step {
    Wait(u64),
    Ban(Subject, Reach, Option<u64>, Option<&'static str>),
    Pardon(Subject),
    Allow(Subject),
}

/// Four users, and sixteen addresses in networks of one to sixteen.
fn subject() -> impl Strategy<Value = Subject> {
    let network = (0..16_u32, 28..=32_u8).prop_map(|(host, prefix)| {
        let ip = std::net::Ipv4Addr::from_bits(0x0A00_0000 | host);
        Network::new(ip.into(), prefix).unwrap()
    });
    (0..3_u8, 0..4_u32, network).prop_map(|(kind, id, network)| match kind {
        0 => Subject::User(user(id)),
        1 => Subject::Network(network),
        _ => Subject::UserAt {
            user: user(id),
            network,
        },
    })
}

fn step() -> impl Strategy<Value = Step> {
    let reach = prop_oneof![
        Just(Reach::Everything),
        Just(Reach::UnfamiliarLogins),
        Just(Reach::SignUps)
    ];
    let page = prop_oneof![
        Just(None),
        Just(Some("/a")),
        Just(Some("/b?c")),
        Just(Some("https://example.com/"))
    ];
    let lasting = prop_oneof![Just(None), (1..40_u64).prop_map(Some)];
    prop_oneof![
        2 => (0..30_u64).prop_map(Step::Wait),
        8 => (subject(), reach, lasting, page)
            .prop_map(|(subject, reach, lasting, page)| Step::Ban(subject, reach, lasting, page)),
        2 => subject().prop_map(Step::Pardon),
        1 => subject().prop_map(Step::Allow),
    ]
}

/// All bans and allowances there are.
#[derive(Default)]
struct Model {
    standing: Vec<Standing>,
    allowed: Vec<Subject>,
}

impl Model {
    fn ban(&mut self, ban: Standing) {
        if self
            .allowed
            .iter()
            .any(|allowed| covers(allowed, &ban.subject))
        {
            return;
        }
        let same = |other: &&mut Standing| other.subject == ban.subject && other.reach == ban.reach;
        match self.standing.iter_mut().find(same) {
            Some(present) if present.outlasts(&ban) => {}
            Some(present) => *present = ban,
            None => self.standing.push(ban),
        }
    }

    fn allows_address(&self, address: Address) -> bool {
        let holds = |subject: &Subject| matches!(subject, Subject::Network(network) if network.contains(address));
        self.allowed.iter().any(holds)
    }

    fn allows_login(&self, who: &UserIdentifiers, address: Address) -> bool {
        let holds = |subject: &Subject| matches!(subject, Subject::UserAt { user, network } if user == who && network.contains(address));
        self.allowed.iter().any(holds)
    }

    /// Whether an attempt of a user is refused.
    fn refuses(
        &self,
        kind: AttemptKind,
        who: &UserIdentifiers,
        address: Address,
        familiar: bool,
    ) -> bool {
        let login = kind == AttemptKind::Login;
        let spared = login && self.allows_login(who, address);
        self.standing
            .iter()
            .any(|ban| match (&ban.subject, ban.reach) {
                (Subject::Network(network), reach) => {
                    let stranger = !familiar && !spared;
                    network.contains(address)
                        && !self.allows_address(address)
                        && match reach {
                            Reach::Everything => true,
                            Reach::UnfamiliarLogins => login && stranger,
                            Reach::SignUps => !login,
                        }
                }
                (Subject::User(user), reach) => {
                    user == who
                        && match reach {
                            Reach::Everything => true,
                            Reach::UnfamiliarLogins => login && !familiar && !spared,
                            Reach::SignUps => !login,
                        }
                }
                (Subject::UserAt { user, network }, reach) => {
                    user == who
                        && network.contains(address)
                        && !self.allows_address(address)
                        && match reach {
                            Reach::Everything => login && !spared,
                            Reach::UnfamiliarLogins => login && !familiar && !spared,
                            Reach::SignUps => !login,
                        }
                }
            })
    }

    fn refuses_address(&self, address: Address) -> bool {
        let everything = |ban: &Standing| {
            ban.reach == Reach::Everything
                && matches!(ban.subject, Subject::Network(network) if network.contains(address))
        };
        self.standing.iter().any(everything) && !self.allows_address(address)
    }

    fn refuses_user(&self, who: &UserIdentifiers) -> bool {
        self.standing.iter().any(|ban| {
            ban.reach == Reach::Everything
                && matches!(&ban.subject, Subject::User(user) if user == who)
        })
    }
}

proptest! {
    #[test]
    fn agrees_with_a_list_of_bans_of_all_kinds(steps in proptest::collection::vec(step(), 0..30)) {
        let (bans, mut model, mut now) = (bans(), Model::default(), START);
        for step in steps {
            match step {
                Step::Wait(seconds) => now = now.plus(Duration::from_secs(seconds)),
                Step::Ban(subject, reach, lasting, page) => {
                    let ban = Ban {
                        id: DecisionId::new(0, 0, 0),
                        subject,
                        reach,
                        until: lasting.map(|lasting| now.plus(Duration::from_secs(lasting))),
                        redirect: page.and_then(|page| page.parse().ok()),
                        because: "".into(),
                    };
                    bans.apply(&event(What::Ban(ban.clone())));
                    model.ban(ban.into());
                }
                Step::Pardon(subject) => {
                    model.standing.retain(|ban| !covers(&subject, &ban.subject));
                    bans.apply(&event(What::Pardon { subject }));
                }
                Step::Allow(subject) => {
                    model.standing.retain(|ban| !covers(&subject, &ban.subject));
                    model.allowed.push(subject.clone());
                    bans.apply(&event(What::Allow { subject }));
                }
            }
            bans.sweep(now);
            model.standing.retain(|ban| ban.is_live(now));

            prop_assert_eq!(bans.count(), model.standing.len());
            for path in ["/a", "/b", "/"] {
                let is_page = model.standing.iter().any(|ban| ban.page() == Some(path));
                prop_assert_eq!(bans.is_page(path), is_page);
            }
            for host in 0..16_u32 {
                let ip = std::net::Ipv4Addr::from_bits(0x0A00_0000 | host);
                let address = Address::from(std::net::IpAddr::V4(ip));
                let refused = bans.of_address(address, || now).is_some();
                prop_assert_eq!(refused, model.refuses_address(address));
                for id in 0..4 {
                    let who = user(id);
                    prop_assert_eq!(bans.of_user(&who, || now).is_some(), model.refuses_user(&who));
                    for (kind, familiar) in [(LOGIN, true), (LOGIN, false), (SIGN_UP, true), (SIGN_UP, false)] {
                        let attempting = Attempting { kind, named: Named::User(&who), address: Some(address) };
                        let refused = bans.of_attempt(&attempting, || now, |_| familiar).is_some();
                        let expected = model.refuses(kind, &who, address, familiar);
                        prop_assert_eq!(refused, expected, "{:?} {} {}", attempting, familiar, address);
                    }
                }
            }
        }
    }
}
