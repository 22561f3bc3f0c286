//! What the risk of a login has to be, whatever came before.

use std::collections::HashMap;
use std::time::Duration;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::naive::risk::{AGENTS, Logins};
use super::*;
use crate::event::{Facts, Familiarity, LoginRisk, RiskFeature, Severity, UserAgent, arbitrary};
use crate::policy::{Conditions, CountryIs, Playbook, RiskIs, When as Waits};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const FIREFOX: &str = AGENTS[0].0;
const PHONE: &str = AGENTS[4].0;
const CURL: &str = AGENTS[5].0;

/// Where from and with what somebody logs in.
#[derive(Debug, Clone, Copy, PartialEq)]
struct From {
    address: u32,
    /// The provider.
    system: Option<u32>,
    country: Option<&'static str>,
    agent: &'static str,
}

const HOME: From = From {
    address: 1,
    system: Some(64_496),
    country: Some("FR"),
    agent: FIREFOX,
};
const AWAY: From = From {
    address: 99,
    system: Some(64_511),
    country: Some("JP"),
    agent: CURL,
};

fn event(at: Timestamp, user: &str, from: From) -> Event {
    let facts = Facts {
        country: from.country.map(|country| country.parse().unwrap()),
        system: from.system,
        ..Facts::default()
    };
    let mut event = login(at, from.address, user, Outcome::Success);
    event.origin.user_agent = Some(UserAgent::from_bytes(from.agent.as_bytes()));
    event.origin.facts = Some(Box::new(facts));
    event
}

/// An engine that nothing decides in, at some time.
struct World {
    engine: Engine,
    now: Timestamp,
}

impl World {
    fn new() -> Self {
        Self::of(Policy::new([]).unwrap())
    }

    fn of(policy: Policy) -> Self {
        Self {
            engine: Engine::new(policy, 7),
            now: Timestamp::from_millis(1_800_000_000_000),
        }
    }

    fn logs_in(&mut self, user: &str, from: From) -> Option<LoginRisk> {
        self.engine.observe(&event(self.now, user, from));
        self.engine.login_risk()
    }

    /// Ten users, each at home somewhere, each working day for four weeks.
    fn inhabited() -> Self {
        Self::inhabited_under(Policy::new([]).unwrap())
    }

    fn inhabited_under(policy: Policy) -> Self {
        let mut world = Self::of(policy);
        for day in 0..28 {
            for user in 0..10 {
                let from = From {
                    address: 10 + user,
                    system: Some(64_496 + user % 3),
                    country: Some(["FR", "FR", "DE"][user as usize % 3]),
                    agent: AGENTS[user as usize % 5].0,
                };
                if day % 7 < 5 {
                    world.logs_in(&format!("user-{user}@example.com"), from);
                }
            }
            for _ in 0..usize::from(day % 7 < 5) {
                world.logs_in(ALICE, HOME);
            }
            world.now = world.now.plus(DAY);
        }
        world
    }

    fn score(&mut self, from: From) -> u8 {
        self.logs_in(ALICE, from).unwrap().score()
    }
}

fn reasons(risk: LoginRisk) -> Vec<(RiskFeature, Familiarity)> {
    risk.reasons()
        .map(|reason| (reason.feature, reason.is))
        .collect()
}

#[test]
fn home_is_usual_and_a_stranger_is_not() {
    let home = World::inhabited().logs_in(ALICE, HOME).unwrap();
    assert!(home.score() < 10, "{home:?}");
    assert!(
        reasons(home)
            .iter()
            .all(|(_, is)| *is == Familiarity::Usual)
    );
    let stranger = World::inhabited().logs_in(ALICE, AWAY).unwrap();
    assert!(stranger.score() > 95, "{stranger:?}");
    let mut why = reasons(stranger);
    why.truncate(4);
    assert_eq!(
        why,
        [
            (RiskFeature::Country, Familiarity::New),
            (RiskFeature::Device, Familiarity::New),
            (RiskFeature::System, Familiarity::New),
            (RiskFeature::Browser, Familiarity::New),
        ]
    );
}

#[test]
fn the_more_general_what_is_new_the_higher_the_score() {
    let phone = From {
        agent: PHONE,
        ..HOME
    };
    let update = From {
        agent: AGENTS[1].0,
        ..HOME
    };
    let next_door = From { address: 2, ..HOME };
    let other_provider = From {
        system: Some(64_497),
        ..next_door
    };
    let abroad = From {
        country: Some("JP"),
        system: Some(64_511),
        ..next_door
    };
    let stranger = From {
        agent: CURL,
        ..abroad
    };
    for order in [
        [HOME, next_door, other_provider, abroad, stranger],
        [
            HOME,
            update,
            From {
                agent: AGENTS[2].0,
                ..HOME
            },
            phone,
            From {
                agent: PHONE,
                ..abroad
            },
        ],
    ] {
        let scores = order.map(|from| World::inhabited().score(from));
        assert!(scores.is_sorted(), "{scores:?}");
        assert!(scores[0] < scores[4], "{scores:?}");
    }
}

#[test]
fn a_stranger_whom_nobody_has_seen_is_no_safer_than_one_whom_many_have() {
    let unseen = From {
        address: 200,
        system: Some(65_000),
        country: Some("NZ"),
        agent: "x/1",
    };
    let of_another = From {
        address: 12,
        system: Some(64_498),
        country: Some("DE"),
        agent: AGENTS[2].0,
    };
    let scores = [unseen, of_another].map(|from| World::inhabited().score(from));
    assert!(scores[0] >= scores[1] && scores[0] > 95, "{scores:?}");
}

#[test]
fn one_thing_that_is_new_is_not_enough_however_long_everything_was_the_same() {
    let mut world = World::new();
    // Everybody has the same browser and comes at the same hour.
    for n in 0..200 {
        let other = From {
            address: 10 + n % 20,
            ..HOME
        };
        world.logs_in(&format!("{n}@example.com"), other);
        world.logs_in(ALICE, HOME);
    }
    let abroad = From {
        agent: FIREFOX,
        ..AWAY
    };
    let risk = world.logs_in(ALICE, abroad).unwrap();
    assert!(risk.score() > 50 && risk.score() < 90, "{risk:?}");
}

#[test]
fn a_playbook_responds_above_its_figure_and_carries_the_risk() {
    let risk = World::inhabited().logs_in(ALICE, AWAY).unwrap();
    let decided = |above| {
        let playbook = Playbook {
            only_if: Conditions {
                risk: Some(RiskIs { above }),
                ..Conditions::default()
            },
            ..Playbook::new("risky", Waits::Login)
        };
        let mut world = World::inhabited_under(Policy::new([playbook]).unwrap());
        let decisions = world.engine.observe(&event(world.now, ALICE, AWAY));
        decisions.first().map(|decision| decision.evidence.risk)
    };
    assert_eq!(decided(risk.score() - 1), Some(Some(risk)));
    assert_eq!(decided(risk.score()), None);
}

#[test]
fn who_is_alone_is_judged_by_themselves() {
    let mut world = World::new();
    assert_eq!(world.logs_in(ALICE, HOME), None, "she is new");
    for _ in 0..10 {
        assert!(world.score(HOME) < 10);
    }
    assert!(world.score(AWAY) > 90);
}

#[test]
fn the_first_logins_of_an_account_prove_little() {
    let mut world = World::inhabited();
    world.logs_in("new@example.com", HOME);
    let second = world.logs_in("new@example.com", AWAY).unwrap();
    assert!(second.score() < 90, "{second:?}");
}

#[test]
fn a_network_that_is_not_known_to_be_in_a_country_is_judged_without_one() {
    let nowhere = |from| From {
        country: None,
        ..from
    };
    let mut world = World::new();
    for _ in 0..20 {
        world.logs_in(ALICE, nowhere(HOME));
        world.logs_in("bob@example.com", nowhere(From { address: 2, ..HOME }));
    }
    let risk = world.logs_in(ALICE, nowhere(AWAY)).unwrap();
    assert_eq!(reasons(risk)[0], (RiskFeature::Network, Familiarity::New));
    assert!(risk.score() > 95, "{risk:?}");
}

#[test]
fn the_time_of_day_tips_what_is_in_doubt_and_decides_nothing() {
    let mut by_day = World::inhabited();
    let mut by_night = World::inhabited();
    by_night.now = by_night.now.plus(DAY / 2);
    let [day, night] =
        [&mut by_day, &mut by_night].map(|world| world.logs_in(ALICE, HOME).unwrap());
    assert!(reasons(night).contains(&(RiskFeature::Time, Familiarity::New)));
    assert!(night.ratio() > day.ratio());
    assert!(night.ratio() <= day.ratio() * 2.25 + 1e-6);
    assert!(night.score() < 20, "{night:?}");
}

#[test]
fn only_what_the_user_did_is_learnt() {
    let strange = |teach: &dyn Fn(&mut World)| {
        let mut world = World::inhabited();
        for _ in 0..5 {
            teach(&mut world);
        }
        world.score(AWAY)
    };
    let of = |world: &World, change: fn(&mut Attempt)| {
        let mut event = event(world.now, ALICE, AWAY);
        if let What::Login(attempt) = &mut event.what {
            change(attempt);
        }
        event
    };
    let unknown = strange(&|_| {});
    for change in [
        (|attempt| attempt.outcome = Outcome::Failure) as fn(&mut Attempt),
        |attempt| attempt.outcome = Outcome::Error,
        |attempt| attempt.withheld = true,
    ] {
        let after = strange(&|world: &mut World| {
            let event = of(world, change);
            world.engine.observe(&event);
            assert_eq!(world.engine.login_risk(), None);
        });
        assert_eq!(after, unknown);
    }
    let stepped_up = strange(&|world: &mut World| {
        let mut event = event(world.now, ALICE, AWAY);
        event.what = What::SteppedUp { user: email(ALICE) };
        world.engine.observe(&event);
    });
    assert!(stepped_up < 50, "{stepped_up}");
    let once_more = From {
        agent: AGENTS[1].0,
        ..HOME
    };
    let usual = |world: &mut World| world.logs_in(ALICE, once_more).unwrap().ratio();
    let mut world = World::inhabited();
    assert!(usual(&mut world) > usual(&mut world));
}

#[test]
fn whoever_is_hardly_the_user_stays_so_for_a_week() {
    let mut world = World::inhabited();
    for day in 0..20 {
        let scores = [(); 10].map(|()| world.score(AWAY));
        assert_eq!(
            scores.iter().any(|score| *score > 90),
            day <= 7,
            "{day}: {scores:?}"
        );
        world.now = world.now.plus(DAY);
    }
}

#[test]
fn what_a_thief_does_is_not_learnt() {
    let thief = Playbook {
        only_if: Conditions {
            country: Some(CountryIs::OneOf(vec!["JP".parse().unwrap()])),
            ..Conditions::default()
        },
        by: By::User,
        then: vec![Then::AtRisk],
        severity: Severity::High,
        ..Playbook::new("thief", Waits::Login)
    };
    let mut world = World::of(Policy::new([thief]).unwrap());
    for _ in 0..20 {
        world.logs_in(ALICE, HOME);
    }
    let first = world.logs_in(ALICE, AWAY).unwrap();
    for _ in 0..20 {
        assert_eq!(world.logs_in(ALICE, AWAY), Some(first));
    }
}

#[test]
fn what_was_long_ago_is_forgotten() {
    let after = |years: u32| {
        let mut world = World::inhabited();
        world.now = world.now.plus(DAY * 364 * years);
        for user in 0..10 {
            world.logs_in(&format!("user-{user}@example.com"), HOME);
        }
        world.logs_in(ALICE, AWAY).unwrap().ratio()
    };
    assert!(after(0) > after(1) && after(1) > after(3));
    // Beyond all memory she is as good as new, and only known to log in seldom.
    assert!(after(100) <= 3.0 && after(100_000) <= 3.0, "{}", after(100));
}

#[test]
fn a_flood_of_users_and_places_is_bounded() {
    let mut engine = Engine::with_capacity(Policy::new([]).unwrap(), 7, 100);
    for n in 0..5_000 {
        let from = From {
            address: n,
            system: Some(n),
            ..AWAY
        };
        let mut event = event(Timestamp::from_millis(1), &format!("{n}@example.com"), from);
        event.origin.user_agent = Some(UserAgent::from_bytes(format!("{n}/{n}").as_bytes()));
        engine.observe(&event);
        // Users, their places and who they are, whom they are known as; users again, what they share,
        // and what their browsers are.
        assert!(engine.memory().subjects <= 6 * 100, "{:?}", engine.memory());
    }
    assert!(engine.memory().forgotten > 10_000);
}

/// The published code (das-group/rba-algorithm), line by line, for what it computes without smoothing: the user's
/// own share of each level, everybody's of each level, smoothed at the first, and the quarter where a user has
/// nothing in common with a login.
fn published(logs: &[(usize, [&'static str; 7])], user: usize, login: [&'static str; 7]) -> f64 {
    let own: Vec<_> = logs.iter().filter(|(who, _)| *who == user).collect();
    let users: std::collections::HashSet<_> = logs.iter().map(|(who, _)| who).collect();
    let count = |logs: &[&(usize, [&'static str; 7])]| {
        let mut counts = [
            HashMap::<&str, f64>::new(),
            HashMap::new(),
            HashMap::new(),
            HashMap::new(),
            HashMap::new(),
            HashMap::new(),
            HashMap::new(),
        ];
        for (_, values) in logs {
            for (counts, value) in counts.iter_mut().zip(values) {
                *counts.entry(value).or_default() += 1.0;
            }
        }
        counts
    };
    let (of_user, of_all) = (count(&own), count(&logs.iter().collect::<Vec<_>>()));
    let (n_user, n_all) = (own.len() as f64, logs.len() as f64);
    let mut risk = 1.0;
    for (levels, weights) in [
        (0..3, &[0.6, 0.3, 0.1][..]),
        (
            3..7,
            &[0.538_665_384, 0.268_045_150, 0.188_182_951, 0.005_106_515],
        ),
    ] {
        let (mut local, mut global) = (0.0, 0.0);
        let first = levels.start;
        for (level, weight) in levels.clone().zip(weights) {
            let seen = |counts: &[HashMap<&str, f64>; 7]| {
                counts[level].get(login[level]).copied().unwrap_or(0.0)
            };
            local += weight * seen(&of_user) / n_user;
            let unseen = 1.0
                + levels
                    .clone()
                    .skip(1)
                    .map(|level| of_all[level].len() as f64)
                    .sum::<f64>();
            global += weight
                * match seen(&of_all) {
                    0.0 if level == first => 1.0 / (n_all + unseen),
                    n if level == first => {
                        let within = levels.len() as f64;
                        n / n_all
                            * (1.0 - unseen / (n_all + unseen))
                            * (1.0 - within / (n + within))
                    }
                    n => n / n_all,
                };
        }
        if local == 0.0 {
            local = global / 4.0;
        }
        risk *= global / local;
    }
    risk * (1.0 / users.len() as f64) / (n_user / n_all)
}

#[test]
fn where_much_is_known_and_no_bound_is_reached_it_is_the_published_score() {
    let agents: [usize; 5] = [0, 2, 3, 4, 3];
    let countries = ["FR", "DE", "GB"];
    let values = |from: From| -> [&'static str; 7] {
        let leak = |text: String| -> &'static str { text.leak() };
        let (text, parts) = AGENTS
            .into_iter()
            .find(|(text, _)| *text == from.agent)
            .unwrap();
        [
            leak(from.address.to_string()),
            leak(from.system.unwrap().to_string()),
            from.country.unwrap(),
            text,
            parts[0],
            parts[1],
            parts[2],
        ]
    };
    // On three working days, as no more than twenty logins count on one.
    let on = |day: u32| Timestamp::from_millis(1_800_000_000_000).plus(DAY * (3 + day));
    let (mut events, mut logs) = (Vec::new(), Vec::new());
    for round in 0..60 {
        for user in 0..200 {
            let n = user as u32;
            let at_work = round % 3 == 0;
            let from = From {
                address: if at_work { 1 + n % 25 } else { 100 + n },
                system: Some(if at_work { 1 + n % 5 } else { 10 + n % 8 }),
                country: Some(countries[user % 3 * usize::from(!at_work)]),
                agent: AGENTS[agents[user % 5]].0,
            };
            let at = on(round / 20);
            events.push(event(at, &format!("user-{user}@example.com"), from));
            logs.push((user, values(from)));
        }
    }
    let said = |from: From| {
        let last = event(on(2), "user-0@example.com", from);
        f64::from(after(&events, &last, 7).unwrap().ratio())
    };
    let home = From {
        address: 100,
        system: Some(10),
        country: Some("FR"),
        agent: AGENTS[0].0,
    };
    for from in [
        home,
        From {
            address: 1,
            system: Some(1),
            ..home
        },
        From {
            address: 9_999,
            ..home
        },
        From {
            address: 9_999,
            system: Some(11),
            ..home
        },
        From {
            agent: AGENTS[2].0,
            ..home
        },
        From {
            address: 101,
            system: Some(11),
            agent: AGENTS[2].0,
            ..home
        },
    ] {
        let (said, right) = (said(from), published(&logs, 0, values(from)));
        assert!(
            (said / right - 1.0).abs() < 0.1,
            "{from:?}: {said} instead of {right}"
        );
    }
    assert!(said(AWAY) >= published(&logs, 0, values(AWAY)));
}

/// Logins of a few users over some months.
fn logins(most: usize) -> impl Strategy<Value = Vec<(String, From, Duration)>> {
    let pause = prop_oneof![3 => 0..100_000_u64, 2 => 0..1_000_000_000_u64];
    let login = (select(&["alice", "bob", "carol"][..]), from(), pause);
    let named = login.prop_map(|(name, from, pause)| {
        (
            format!("{name}@example.com"),
            from,
            Duration::from_millis(pause),
        )
    });
    vec(named, 1..most)
}

fn from() -> impl Strategy<Value = From> {
    let agents: Vec<&'static str> = AGENTS.iter().map(|(text, _)| *text).collect();
    (
        0..4_u32,
        option::weighted(0.8, 1..3_u32),
        option::weighted(0.8, select(&["FR", "DE", "JP"][..])),
        select(agents),
    )
        .prop_map(|(address, system, country, agent)| From {
            address,
            system,
            country,
            agent,
        })
}

fn all(logins: &[(String, From, Duration)]) -> Vec<Event> {
    let mut now = Timestamp::from_millis(1_800_000_000_000);
    let event = |(user, from, pause): &(String, From, Duration)| {
        now = now.plus(*pause);
        event(now, user, *from)
    };
    logins.iter().map(event).collect()
}

/// What is said of one more login after all those.
fn after(events: &[Event], last: &Event, seed: u64) -> Option<LoginRisk> {
    let mut engine = Engine::new(Policy::new([]).unwrap(), seed);
    for event in events {
        engine.observe(event);
    }
    engine.observe(last);
    engine.login_risk()
}

/// A login whose last so many levels of place, and whose browser, nobody has ever seen.
fn made_new(mut from: From, place: u8, client: bool) -> From {
    if place > 0 {
        from.address = 9_999;
    }
    if place > 1 {
        from.system = Some(65_000);
    }
    if place > 2 {
        from.country = Some("NZ");
    }
    if client {
        let changed = ["Firefox/14", "Chrome/14", "curl/"]
            .into_iter()
            .fold(from.agent.to_owned(), |agent, browser| {
                agent.replace(browser, &format!("{browser}9"))
            });
        from.agent = changed.leak();
    }
    from
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_is_what_the_formula_says(logins in logins(60)) {
        let mut engine = Engine::new(Policy::new([]).unwrap(), 7);
        let mut direct = Logins::default();
        for event in all(&logins) {
            engine.observe(&event);
            let (said, right) = (engine.login_risk(), direct.risk(&event));
            direct.learn(&event);
            prop_assert_eq!(said.is_some(), right.is_some());
            if let (Some(said), Some(right)) = (said, right) {
                let ratio = f64::from(said.ratio());
                prop_assert!((ratio / right - 1.0).abs() < 1e-4, "{} instead of {}", ratio, right);
            }
        }
    }

    #[test]
    fn what_is_new_is_never_safer_than_what_is_usual(
        logins in logins(60),
        place in 0..=3_u8,
        client: bool,
    ) {
        let events = all(&logins);
        let (user, from, _) = logins.last().unwrap();
        let at = events.last().unwrap().at;
        let usual = after(&events, &event(at, user, *from), 7).unwrap();
        let new_too =
            |(what, is)| is == Familiarity::New && what != RiskFeature::Time;
        prop_assume!(!reasons(usual).into_iter().any(new_too), "it was not learnt");
        let from = made_new(*from, place, client);
        let new = after(&events, &event(at, user, from), 7).unwrap();
        prop_assert!(new.ratio() >= usual.ratio() * 0.999_999, "{:?} {:?}", new, usual);
    }

    // As many ways to log in as are remembered of one user.
    #[test]
    fn the_more_often_somebody_was_there_the_safer(
        logins in logins(60),
        ways in vec(from(), 6),
        from in from(),
    ) {
        let mut events = all(&logins);
        for (n, event) in events.iter_mut().enumerate() {
            event.origin = self::event(event.at, "", ways[n % 6]).origin;
        }
        let (user, ..) = logins.last().unwrap();
        let last = event(events.last().unwrap().at, user, from);
        let before = after(&events, &last, 7).unwrap();
        events.push(last.clone());
        let then = after(&events, &last, 7).unwrap();
        prop_assert!(then.ratio() <= before.ratio() * 1.000_001, "{:?} {:?}", then, before);
    }

    #[test]
    fn the_same_events_give_the_same_score_by_any_fingerprints(
        logins in logins(60),
        // Of 65,000 pairs of browsers two are taken for one, which those here are not by these seeds.
        seed in 8..12_u64,
    ) {
        let events = all(&logins);
        let (last, before) = events.split_last().unwrap();
        let said = after(before, last, 7);
        prop_assert_eq!(after(before, last, 7), said);
        prop_assert_eq!(after(before, last, seed), said);
    }

    #[test]
    fn whatever_comes_it_is_a_number(
        events in vec((arbitrary::times(), arbitrary::origins(), 0..3_u8, arbitrary::whats()), 0..40),
    ) {
        let mut engine = Engine::with_capacity(Policy::default(), 7, 20);
        for (at, origin, user, what) in events {
            let name = ["alice", "bob", "carol"][usize::from(user)];
            let login = What::Login(Attempt::new(Outcome::Success, Some(email(name))));
            for what in [what, login] {
                engine.observe(&Event { at, origin: origin.clone(), what });
                if let Some(risk) = engine.login_risk() {
                    prop_assert!(risk.ratio().is_finite() && risk.ratio() > 0.0 && risk.score() <= 100);
                }
            }
        }
    }
}

#[test]
fn who_logs_in_to_one_account_all_day_does_not_change_what_everybody_does() {
    let nearby = From {
        address: 77,
        system: Some(64_499),
        agent: CURL,
        ..HOME
    };
    let scores = |often: u32| {
        [HOME, nearby].map(|from| {
            let mut world = World::inhabited();
            for n in 0..often {
                let address = 5_000 + n % 50;
                world.logs_in("mallory@example.com", From { address, ..AWAY });
            }
            world.score(from)
        })
    };
    assert_eq!(scores(20_000), scores(20));
}
