//! Any valid playbook, for property tests.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::Duration;

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::written::Word;
use super::{
    After, By, Conditions, CountryIs, Counts, Habit, Mode, Over, Playbook, Policy, RiskIs, Test,
    Then, TravelIs, UserIs, When,
};
use crate::event::{AddressKind, Country, EventName, Network, Outcome, Severity};

/// Any valid policy of up to six playbooks.
pub(crate) fn policies() -> impl Strategy<Value = Policy> {
    vec(playbooks(), 0..6).prop_map(|playbooks| {
        let named: BTreeMap<_, _> = (playbooks.into_iter())
            .map(|playbook| (playbook.name.clone(), playbook))
            .collect();
        Policy::new(named.into_values()).unwrap()
    })
}

/// Any valid playbook.
pub(crate) fn playbooks() -> impl Strategy<Value = Playbook> {
    let what = (name(), ".{0,20}", whens(), conditions(), conditions());
    let counted = (bys(), counts(), thresholds(), overs(), option::of(afters()));
    let refined = (
        option::of(1_u8..=100),
        option::of(1_u8..=100),
        option::of(thresholds()),
        any::<[bool; 2]>(),
        prop_oneof![Just(Duration::ZERO), times(7)],
    );
    let does = (
        subsequence(words::<Then>(), 1..=3).prop_shuffle(),
        option::of("/[a-z]{0,9}|https://[a-z]{1,9}\\.example/"),
        times(1),
        times(1),
        select(words::<Severity>()),
        select(vec![Mode::Enforce, Mode::Observe]),
    );
    (what, counted, refined, does).prop_map(|(what, counted, refined, does)| {
        let (name, about, when, only_if, unless) = what;
        let (by, counts, reaching, over, after) = counted;
        let (share, sparing, above_usual, [redeemed_by_success, starts_over], cool_down) = refined;
        let (then, redirect, one, another, severity, mode) = does;
        mended(Playbook {
            about: about.into(),
            only_if,
            unless,
            by,
            counts,
            reaching,
            over,
            after,
            share,
            sparing,
            above_usual,
            redeemed_by_success,
            starts_over,
            cool_down,
            then,
            redirect: redirect.map(|target| target.parse().unwrap()),
            lasting: one.min(another),
            at_most: one.max(another),
            severity,
            mode,
            ..Playbook::new(&name, when)
        })
    })
}

/// What does not fit the rest, left out.
fn mended(mut playbook: Playbook) -> Playbook {
    while let Err(error) = playbook.validate() {
        match error.key() {
            "if" => playbook.only_if = Conditions::default(),
            "unless" => playbook.unless = Conditions::default(),
            "after" => playbook.after = None,
            "by" | "when" => {
                playbook.by = By::Address;
                playbook.counts = Counts::Events;
            }
            "counts" => playbook.counts = Counts::Events,
            "redeemed-by-success" => playbook.redeemed_by_success = false,
            "sparing" => playbook.sparing = None,
            "above-usual" | "within" => playbook.above_usual = None,
            "leaking" => playbook.over = Over::Within(Duration::from_secs(60)),
            "then" => playbook.then = vec![Then::Notify],
            "redirect" => playbook.redirect = None,
            key => panic!("{key}: {error}"),
        }
    }
    playbook
}

fn words<W: Word>() -> Vec<W> {
    W::WORDS.iter().map(|(_, word)| word.clone()).collect()
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z]{1,9}(-[a-z]{1,9})?", "\\PC{1,12}"]
}

fn texts() -> impl Strategy<Value = Vec<Box<str>>> {
    let text = prop_oneof![
        "[a-z]{0,5}",
        "\\PC{0,8}",
        "-?[0-9]{1,4}",
        "true|false|known|new"
    ];
    vec(text.prop_map(Into::into), 0..4)
}

fn times(days: u64) -> impl Strategy<Value = Duration> {
    let longest = days * 24 * 60 * 60;
    prop_oneof![
        (1..=longest).prop_map(Duration::from_secs),
        (1..=longest * 1000).prop_map(Duration::from_millis),
        (1..=longest * 1_000_000_000).prop_map(Duration::from_nanos),
    ]
}

fn thresholds() -> impl Strategy<Value = NonZeroU32> {
    (1..=Playbook::MAX_REACHING).prop_map(|number| number.try_into().unwrap())
}

fn whens() -> impl Strategy<Value = When> {
    let event = prop_oneof![
        "[a-z]{1,6}\\.[a-z]{1,6}",
        "login|sign-up|signup|session|sesion|logins",
        "\\PC{1,9}"
    ];
    let custom = event.prop_map(|name| match EventName::new(name) {
        Ok(name) => When::Custom(name),
        Err(_) => When::Login,
    });
    prop_oneof![select(words::<When>()), custom]
}

fn bys() -> impl Strategy<Value = By> {
    prop_oneof![
        select(words::<By>()),
        "\\PC{0,9}".prop_map(|name| By::Property(name.into()))
    ]
}

fn counts() -> impl Strategy<Value = Counts> {
    prop_oneof![
        select(words::<Counts>()),
        "\\PC{0,9}".prop_map(|name| Counts::Property(name.into()))
    ]
}

fn overs() -> impl Strategy<Value = Over> {
    prop_oneof![
        times(7).prop_map(Over::Within),
        times(7).prop_map(Over::Leaking)
    ]
}

fn afters() -> impl Strategy<Value = After> {
    (whens(), conditions(), counts(), thresholds(), times(7)).prop_map(
        |(when, only_if, counts, reaching, within)| After {
            when,
            only_if,
            counts,
            reaching,
            within,
        },
    )
}

fn habits() -> impl Strategy<Value = Option<Habit>> {
    option::weighted(0.2, select(words::<Habit>()))
}

fn conditions() -> impl Strategy<Value = Conditions> {
    let countries = || {
        let country = select(vec!["FR", "DE", "US", "XK", "ZZ", "GB"]);
        vec(
            country.prop_map(|code| code.parse::<Country>().unwrap()),
            0..3,
        )
    };
    let country = prop_oneof![
        select(words::<Habit>()).prop_map(CountryIs::Habit),
        countries().prop_map(CountryIs::OneOf),
        countries().prop_map(CountryIs::NoneOf),
    ];
    let user = prop_oneof![select(words::<UserIs>()), texts().prop_map(UserIs::OneOf)];
    let network = (any::<std::net::IpAddr>(), 0_u8..=32).prop_map(|(address, prefix)| {
        let text = format!("{address}/{prefix}");
        text.parse::<Network>()
            .unwrap_or_else(|_| "192.0.2.0/24".parse().unwrap())
    });
    let travel =
        (any::<u32>(), any::<u32>()).prop_map(|(kilometres, kilometres_an_hour)| TravelIs {
            kilometres,
            kilometres_an_hour,
        });
    let risk = (0..=100_u8).prop_map(|above| RiskIs { above });
    let kinds = subsequence(words::<AddressKind>(), 0..=3);
    (
        (
            prop_oneof![3 => Just(Vec::new()), 1 => subsequence(words::<Outcome>(), 0..=5)],
            option::weighted(0.2, user),
            habits(),
            habits(),
            option::weighted(0.2, country),
            habits(),
        ),
        (
            prop_oneof![3 => Just(Vec::new()), 1 => kinds],
            habits(),
            prop_oneof![3 => Just(Vec::new()), 1 => vec(network, 0..3)],
            option::weighted(0.1, travel),
            option::weighted(0.1, risk),
            tests(),
            tests(),
        ),
    )
        .prop_map(|((outcome, user, place, network, country, device), more)| {
            let (address, kind, from, travel, risk, properties, traits) = more;
            Conditions {
                outcome,
                user,
                place,
                network,
                country,
                device,
                address: address.into_iter().collect(),
                kind,
                from,
                travel,
                risk,
                properties,
                traits,
            }
        })
}

fn tests() -> impl Strategy<Value = BTreeMap<Box<str>, Test>> {
    let number = || any::<f64>().prop_filter("a number", |number| number.is_finite());
    let test = prop_oneof![
        Just(Test::Present),
        Just(Test::Absent),
        texts().prop_map(Test::OneOf),
        texts().prop_map(Test::NoneOf),
        number().prop_map(Test::Above),
        number().prop_map(Test::Below),
        "\\PC{0,9}".prop_map(|end| Test::EndsWith(end.into())),
        "\\PC{0,9}".prop_map(|end| Test::EndsNotWith(end.into())),
    ];
    let named = btree_map("\\PC{0,9}".prop_map(Into::into), test, 1..3);
    prop_oneof![3 => Just(BTreeMap::new()), 1 => named]
}
