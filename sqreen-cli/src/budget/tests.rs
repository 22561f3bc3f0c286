use std::fs;
use std::num::NonZeroU32;
use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use sqreen::event::Outcome;
use sqreen::policy::{Conditions, Counts, Habit, Limit, Limits, Mode, Over, Playbook, Then, When};

use super::*;

/// Set to write the table of the document instead of comparing it.
const WRITE: &str = "WRITE_DOCUMENTS";

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/budget.md");

const SMALL: Effort = Effort {
    events: 4_000,
    patience: 5,
};

fn with(name: &str, change: impl FnOnce(&mut Playbook)) -> Policy {
    let mut policy = Policy::default();
    change(policy.get_mut(name).unwrap());
    policy
}

fn limits(limit: Limit, guesses: u64) -> Limits {
    [(limit, guesses)].into_iter().collect()
}

/// One figure only: all of them take longer.
fn from_one_address(policy: &Policy) -> Figure {
    Under::new(policy, SMALL).in_all(Addresses::One, None)
}

fn at(reaching: u32) -> NonZeroU32 {
    reaching.try_into().unwrap()
}

#[test]
fn the_table_of_the_document_is_that_of_the_built_in_policy() {
    let document = fs::read_to_string(DOCUMENT).unwrap();
    let (begin, end) = ("<!-- budget -->\n", "<!-- end of budget -->");
    let (before, rest) = document.split_once(begin).unwrap();
    let (now, after) = rest.split_once(end).unwrap();
    let budget = Budget::of(&Policy::default(), Effort::QUICK, |_| {});
    let wanted = format!("\n{}\n", budget.markdown());
    if std::env::var_os(WRITE).is_some() {
        fs::write(DOCUMENT, [before, begin, &wanted, end, after].concat()).unwrap();
    } else {
        assert!(
            now == wanted,
            "the table is not that of the code: run this with {WRITE}=1\n{wanted}"
        );
    }
}

#[test]
fn the_example_of_the_document_is_read_and_every_limit_is_explained() {
    let document = fs::read_to_string(DOCUMENT).unwrap();
    let (_, rest) = document.split_once("```toml\n").unwrap();
    let (example, _) = rest.split_once("```").unwrap();
    let mut config = Config::default();
    config.read_toml(example, "budget.md".as_ref()).unwrap();
    assert_eq!(config.limits.iter().count(), 3);
    assert_ne!(config.policy, Policy::default());
    for limit in Limit::ALL {
        let key = limit.key();
        let end = key.strip_prefix("guesses-a-day-on-an-account-");
        let short = end.map(|end| format!("`…-{end}`"));
        let explained = document.contains(&format!("`{key}`"))
            || short.is_some_and(|short| document.contains(&short));
        assert!(explained, "{key}");
    }
}

#[test]
fn without_playbooks_there_is_no_bound_and_the_check_says_so() {
    let figure = from_one_address(&Policy::none());
    assert!(figure.no_bound);
    assert_eq!(figure.to_string(), "no bound");
    let exceeded = check(&Policy::none(), &Limits::none());
    assert_eq!(exceeded.len(), 2);
    let told = exceeded[0].to_string();
    assert!(
        told.contains("`guesses-a-day-from-an-address = 50` is exceeded: nothing limits them"),
        "{told}"
    );
    assert!(
        told.contains("No playbook limits it: add one such as `guessing-all-day`"),
        "{told}"
    );
}

#[test]
fn a_weaker_threshold_is_refused_by_name_of_the_playbook_to_tighten() {
    let weaker = with("guessing-all-day", |playbook| playbook.reaching = at(55));
    let figure = from_one_address(&weaker);
    assert_eq!(figure.to_string(), "56");
    let exceeded = Exceeded {
        limit: Limit::DayFromAddress,
        allows: 50,
        figure,
    };
    let told = exceeded.to_string();
    assert!(
        told.starts_with("`guesses-a-day-from-an-address = 50` is exceeded: an attacker gets 56 ("),
        "{told}"
    );
    assert!(
        told.contains(
            "Tighten what limits it: `guessing-all-day` (at most 56), `low-and-slow` (at most 61)"
        ),
        "{told}"
    );

    let off = with("guessing-all-day", |playbook| playbook.mode = Mode::Observe);
    let figure = from_one_address(&off);
    assert_eq!(figure.to_string(), "61");
    assert_eq!(&*figure.bounded_by[0].playbook, "low-and-slow");
}

#[test]
fn the_limits_that_are_set_are_those_that_are_checked() {
    let policy = Policy::default();
    for (limit, found) in [
        (Limit::MinuteFromAddress, 10),
        (Limit::DayFromAddress, 41),
        (Limit::DayFrom1000, 41_000),
        (Limit::DayOnAccountFromAddress, 21),
        (Limit::DayOnAccountFrom24, 71),
    ] {
        assert_eq!(check(&policy, &limits(limit, found)), [], "{limit:?}");
        let exceeded = check(&policy, &limits(limit, found - 1));
        assert_eq!((exceeded.len(), exceeded[0].limit), (1, limit));
    }
}

#[test]
fn the_built_in_policy_stays_within_the_limits_of_whoever_sets_none() {
    assert_eq!(check(&Policy::default(), &Limits::none()), []);
}

#[test]
fn a_figure_says_whether_it_is_exact() {
    let figure = |at_least, at_most, no_bound| {
        let (strategy, bounded_by) = (String::new(), Vec::new());
        let figure = Figure {
            at_least,
            at_most,
            no_bound,
            strategy,
            bounded_by,
        };
        figure.to_string()
    };
    assert_eq!(figure(41, Some(41), false), "41");
    assert_eq!(figure(1_038, Some(10_040), false), "≥ 1,038, ≤ 10,040");
    assert_eq!(figure(38, None, false), "≥ 38");
    assert_eq!(figure(500_000, None, true), "no bound");
}

#[test]
fn a_ban_that_an_earlier_playbook_says_is_not_doubled_and_attackers_know() {
    let constant = Playbook {
        only_if: Conditions {
            outcome: vec![Outcome::Failure],
            ..Conditions::default()
        },
        reaching: at(10),
        over: Over::Within(Duration::from_secs(60 * 60)),
        then: vec![Then::BanAddress],
        ..Playbook::new("constant", When::Login)
    };
    let doubling = Playbook {
        name: "doubling".into(),
        at_most: DAY,
        ..constant.clone()
    };
    let effort = Effort {
        events: 60_000,
        patience: 5,
    };
    let got = |playbooks: &[&Playbook]| {
        let policy = Policy::new(playbooks.iter().copied().cloned()).unwrap();
        Under::new(&policy, effort).in_all(Addresses::One, None)
    };
    let (alone, both) = (got(&[&doubling]), got(&[&constant, &doubling]));
    assert!(alone.is_exact() && both.is_exact(), "{alone}, {both}");
    assert_eq!(both.at_least, 960, "96 bans of a quarter of an hour");
    assert!(alone.at_least < 300, "{alone}");
}

#[test]
fn the_same_policy_gives_the_same_budget() {
    let policy = with("guessing-all-day", |playbook| playbook.share = Some(10));
    assert_eq!(from_one_address(&policy), from_one_address(&policy));
}

#[test]
fn accounts_that_fill_the_memory_of_an_address_are_found() {
    // Nine guesses on each of thirty accounts, from one address: more than the engine keeps of it for this playbook.
    let policy = Policy::new([Playbook {
        only_if: Conditions {
            outcome: vec![Outcome::Failure],
            ..Conditions::default()
        },
        by: By::UserAndAddress,
        reaching: at(10),
        over: Over::Within(DAY),
        then: vec![Then::BanAddress],
        ..Playbook::new("each", When::Login)
    }])
    .unwrap();
    let bounds = Bounds::of(&policy, 0);
    assert_eq!(bounds.on_account(Addresses::One.reach(), DAY), []);
    let under = Under {
        policy: &policy,
        bounds,
        effort: Effort {
            events: 200_000,
            patience: 5,
        },
    };
    let figure = under.on_account(Addresses::One);
    assert!(figure.at_least > 20, "{figure:?}");
}

#[test]
fn what_is_forgotten_among_much_else_at_an_address_is_no_bound() {
    let playbook = |name: &str, by, reaching, within: Duration| Playbook {
        only_if: Conditions {
            outcome: vec![Outcome::Failure],
            ..Conditions::default()
        },
        by,
        reaching: at(reaching),
        over: Over::Within(within),
        then: vec![Then::BanAddress],
        at_most: DAY / 2,
        ..Playbook::new(name, When::Login)
    };
    let each = playbook("each", By::UserAndAddress, 3, DAY * 7);
    let all = playbook("all", By::Address, 150, DAY / 24);
    let policy = Policy::new([each, all]).unwrap();
    let reach = Addresses::One.reach();
    let bounds = Bounds::of(&policy, 0).on_account(reach, DAY);
    assert!(bounds.iter().all(|bound| *bound.playbook == *"all"));

    // By itself it would allow 21: three guesses, and as many after each of the six bans that fit into a day.
    let known = known(&policy, 0);
    let attack = attacker::Attack {
        policy: &policy,
        known: &known,
        ground: Ground::Scattered(1),
        capacity: capacity(),
        most: 10_000,
    };
    let spoils = attack.run(&attacker::Strategy {
        whom: Whom::InTurn(130),
        below: 0b10,
        after: 0,
        gap: 0,
        own: 0,
    });
    assert!(spoils.day_on_account > 21, "{spoils:?}");
}

fn playbooks() -> impl Strategy<Value = Playbook> {
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    let over = (
        select(vec![10, 60, 6 * 60, 24 * 60, 3 * 24 * 60]),
        any::<bool>(),
    );
    let counting = (
        select(vec![By::Address, By::Network, By::User, By::UserAndAddress]),
        select(vec![
            Counts::Events,
            Counts::Events,
            Counts::Users,
            Counts::Addresses,
        ]),
        1_u32..=12,
        over,
    );
    let refined = (
        proptest::option::of(1_u8..=100),
        any::<[bool; 3]>(),
        select(vec![0, 10, 60]),
    );
    let does = (
        subsequence(
            vec![
                Then::Notify,
                Then::BanAddress,
                Then::BanNetwork,
                Then::CloseUser,
                Then::BanUser,
            ],
            1..=3,
        )
        .prop_shuffle(),
        select(vec![15, 60, 12 * 60]),
        select(vec![60, 12 * 60, 24 * 60]),
    );
    (counting, refined, does).prop_map(move |(counting, refined, does)| {
        let (by, counts, reaching, (window, leaks)) = counting;
        let (sparing, [elsewhere, redeemed_by_success, starts_over], cool_down) = refined;
        let (then, lasting, at_most) = does;
        let over = match leaks {
            true => Over::Leaking(minutes(window) / reaching),
            false => Over::Within(minutes(window)),
        };
        let place = elsewhere.then_some(Habit::New);
        Playbook {
            only_if: Conditions {
                outcome: vec![Outcome::Failure],
                place,
                ..Conditions::default()
            },
            by,
            counts,
            reaching: at(reaching),
            over,
            sparing,
            redeemed_by_success,
            starts_over,
            cool_down: minutes(cool_down),
            then,
            lasting: minutes(lasting),
            at_most: minutes(at_most.max(lasting)),
            ..Playbook::new("x", When::Login)
        }
    })
}

/// Valid policies of one to four playbooks.
fn policies() -> impl Strategy<Value = Policy> {
    proptest::collection::vec(playbooks(), 1..=4).prop_filter_map("not valid", |playbooks| {
        let named = playbooks
            .into_iter()
            .enumerate()
            .map(|(n, playbook)| Playbook {
                name: format!("playbook-{n}").into(),
                ..playbook
            });
        let valid = named.filter(|playbook| playbook.validate().is_ok());
        Policy::new(valid)
            .ok()
            .filter(|policy| !policy.playbooks().is_empty())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_attack_gets_more_than_is_proven(policy in policies()) {
        let bounds = Bounds::of(&policy, OWN_ACCOUNTS);
        let grounds = [
            (Ground::Scattered(1), Reach { addresses: 1, networks: 1 }),
            (Ground::Scattered(3), Reach { addresses: 3, networks: 3 }),
            (Ground::V4(3), Reach { addresses: 3, networks: 1 }),
        ];
        for (ground, reach) in grounds {
            for (aim, bounds) in [
                (Aim::InAll, bounds.in_all(reach, DAY)),
                (Aim::FirstMinute, bounds.in_all(reach, MINUTE)),
                (Aim::OnAccount, bounds.on_account(reach, DAY)),
            ] {
                let Some(bound) = bounds.first() else { continue };
                let search = Search {
                    policy: &policy,
                    ground,
                    capacity: capacity(),
                    aim,
                    at_most: Some(bound.at_most),
                    effort: SMALL,
                };
                let found = search.best();
                prop_assert!(found.guesses <= bound.at_most, "{aim:?} from {ground:?}: {found:?}, but {bound:?}");
            }
        }
    }
}
