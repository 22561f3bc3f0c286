//! What holds of every policy: the same events give the same decisions, who is unrelated does not matter, a
//! pardon frees, a ban ends, another policy keeps what still counts.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::Engine;
use super::naive::Said;
use super::random::{address, playbook, policy, stream, user};
use crate::event::{Event, Origin, Subject, What};
use crate::identity::UserIdentifiers;
use crate::policy::{By, Conditions, Playbook, Policy, When};

fn decided(engine: &mut Engine, events: &[Event]) -> Vec<Said> {
    let decisions = events.iter().flat_map(|event| engine.observe(event));
    decisions.map(|decision| Said::from(&decision)).collect()
}

/// The same event in another place and another user's name.
fn elsewhere(event: &Event) -> Event {
    let mut event = event.clone();
    let at = event
        .origin
        .address
        .map(|at| match at.to_string().as_str() {
            "192.0.2.1" => address("203.0.113.1"),
            "192.0.2.2" => address("203.0.113.2"),
            "198.51.100.1" => address("10.0.0.1"),
            _ => address("2001:db8:ffff::1"),
        });
    event.origin.address = at;
    let other = |name: &mut UserIdentifiers| {
        *name = user(&format!("other-{}", name.primary_key().1)).unwrap()
    };
    match &mut event.what {
        What::Login(attempt) | What::SignUp(attempt) => attempt.user.iter_mut().for_each(other),
        What::Session(session) => {
            other(&mut session.user);
            session.session = None;
        }
        What::Custom(custom) => custom.user.iter_mut().for_each(other),
        _ => {}
    }
    event
}

/// Whether all that a playbook keeps is kept of a user or a place. How risky a login is, is learnt of everybody.
fn is_about_somebody(playbook: &Playbook) -> bool {
    let after = playbook.after.as_ref().map(|after| &after.only_if);
    let mut asked = [&playbook.only_if, &playbook.unless]
        .into_iter()
        .chain(after);
    let of_one = matches!(
        playbook.by,
        By::Address | By::Network | By::User | By::UserAndAddress
    );
    of_one && asked.all(|conditions| conditions.risk.is_none())
}

/// By subject, what was decided about it, with neither ids nor places in the stream.
fn by_subject(engine: &mut Engine, events: &[Event]) -> BTreeMap<String, Vec<String>> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for event in events {
        for decision in engine.observe(event) {
            let evidence = &decision.evidence;
            let said = format!(
                "{} {:?} {} {:?} {:?}",
                decision.playbook,
                decision.responses,
                evidence.counted,
                evidence.since,
                evidence.after
            );
            all.entry(format!("{:?} {:?}", decision.user, decision.address))
                .or_default()
                .push(said);
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_events_give_the_same_decisions_byte_for_byte(policy in policy(), events in stream(100)) {
        let run = || {
            let mut engine = Engine::new(policy.clone(), 99);
            let decisions: Vec<_> = events.iter().flat_map(|event| engine.observe(event)).collect();
            serde_json::to_string(&decisions).unwrap()
        };
        prop_assert_eq!(run(), run());
    }

    #[test]
    fn the_order_of_unrelated_events_does_not_matter(
        playbooks in proptest::collection::vec(playbook().prop_filter("about somebody", is_about_somebody), 1..5),
        events in stream(60),
        order in any::<u64>(),
    ) {
        let playbooks = playbooks.into_iter().enumerate().map(|(n, playbook)| Playbook {
            name: format!("playbook-{n}").into(),
            ..playbook
        });
        let policy = Policy::new(playbooks).unwrap();
        let known = |event: &&Event| {
            // Who allows a whole network or names nobody concerns more than one.
            !matches!(event.what, What::Allow { .. } | What::Pardon { .. })
        };
        let ours: Vec<Event> = events.iter().filter(known).cloned().collect();
        let theirs: Vec<Event> = ours.iter().map(elsewhere).collect();
        let (mut one, mut other) = (Vec::new(), Vec::new());
        for (n, pair) in ours.iter().zip(&theirs).enumerate() {
            one.extend([pair.0.clone(), pair.1.clone()]);
            let swapped = order >> (n % 64) & 1 == 1;
            other.extend(if swapped { [pair.1.clone(), pair.0.clone()] } else { [pair.0.clone(), pair.1.clone()] });
        }
        let mut engines = [Engine::new(policy.clone(), 1), Engine::new(policy, 1)];
        let [first, second] = &mut engines;
        prop_assert_eq!(by_subject(first, &one), by_subject(second, &other));
    }

    #[test]
    fn a_pardon_frees_whomever_it_is_about(
        playbook in playbook().prop_filter("counts what is pardoned", |playbook| {
            is_about_somebody(playbook)
                && playbook.only_if.is_empty()
                && playbook.unless.is_empty()
                && playbook.sparing.is_none()
                && playbook.after.as_ref().is_none_or(|after| after.only_if == Conditions::default())
        }),
        events in stream(40),
    ) {
        // All of it happens to Alice at one place.
        let pinned = |event: &Event| {
            let mut event = event.clone();
            event.origin.address = Some(address("192.0.2.1"));
            match &mut event.what {
                What::Login(attempt) | What::SignUp(attempt) => attempt.user = user("alice"),
                What::Session(session) => session.user = user("alice").unwrap(),
                What::Custom(custom) => custom.user = user("alice"),
                What::Pardon { .. } | What::Allow { .. } => return None,
                _ => {}
            }
            Some(event)
        };
        let events: Vec<Event> = events.iter().filter_map(pinned).collect();
        let (before, after) = events.split_at(events.len() / 2);
        let at = address("192.0.2.1");
        let subject = match playbook.by {
            By::Address => at.into(),
            By::Network => Subject::Network("192.0.2.0/24".parse().unwrap()),
            By::User => user("alice").unwrap().into(),
            _ => Subject::UserAt { user: user("alice").unwrap(), network: at.network() },
        };
        let policy = Policy::new([Playbook { then: vec![crate::policy::Then::Notify], ..playbook }]).unwrap();
        let mut pardoned = Engine::new(policy.clone(), 1);
        decided(&mut pardoned, before);
        let now = before.last().map_or(Default::default(), |event| event.at);
        pardoned.observe(&Event { at: now, origin: Origin::default(), what: What::Pardon { subject } });
        let mut new = Engine::new(policy, 1);
        // At the same places in the stream.
        for event in before {
            let nothing = What::Pardon { subject: address("203.0.113.200").into() };
            new.observe(&Event { at: event.at, origin: Origin::default(), what: nothing });
        }
        new.observe(&Event { at: now, origin: Origin::default(), what: What::SteppedUp { user: user("bob").unwrap() } });
        prop_assert_eq!(decided(&mut pardoned, after), decided(&mut new, after));
    }

    #[test]
    fn a_ban_always_ends(policy in policy(), events in stream(100)) {
        let mut engine = Engine::new(policy.clone(), 1);
        for event in &events {
            for decision in engine.observe(event) {
                let playbook = policy.playbooks().iter().find(|playbook| playbook.name == decision.playbook);
                for response in &decision.responses {
                    let lasts = response.until().since(event.at);
                    prop_assert!(lasts > std::time::Duration::ZERO && lasts <= playbook.unwrap().at_most);
                    prop_assert!(lasts <= Playbook::MAX_LASTING, "{:?}", response);
                }
            }
        }
    }

    #[test]
    fn a_new_policy_keeps_what_unchanged_playbooks_have_counted(
        (before, kept, added) in (policy(), policy(), policy()),
        events in stream(100),
    ) {
        let named = |policy: &Policy, name: &str| -> Vec<Playbook> {
            let named = policy.playbooks().iter().enumerate().map(|(n, playbook)| Playbook {
                name: format!("{name}-{n}").into(),
                // Each says what it says, whatever others do, and all that it counted.
                starts_over: true,
                then: vec![crate::policy::Then::Notify],
                ..playbook.clone()
            });
            named.collect()
        };
        let (before, kept, added) = (named(&before, "before"), named(&kept, "kept"), named(&added, "added"));
        let (Ok(old), Ok(new)) = (
            Policy::new(before.iter().chain(&kept).cloned()),
            Policy::new(added.iter().chain(&kept).cloned()),
        ) else {
            return Ok(());
        };
        let (first, second) = events.split_at(events.len() / 2);
        let of_kept = |said: Vec<Said>| -> Vec<Said> {
            let kept = said.into_iter().filter(|said| said.playbook.starts_with("kept"));
            // More than is enough to have gone before may be forgotten.
            kept.map(Said::without_what_went_before).collect()
        };
        let mut changing = Engine::new(old, 1);
        let mut always = Engine::new(Policy::new(kept).unwrap(), 1);
        prop_assert_eq!(of_kept(decided(&mut changing, first)), of_kept(decided(&mut always, first)));
        changing.adopt(new);
        prop_assert_eq!(of_kept(decided(&mut changing, second)), of_kept(decided(&mut always, second)));
    }
}

/// What a playbook that is there from the first is to one that is added: the same, once what it missed is past.
#[test]
fn a_playbook_that_is_added_begins_to_count() {
    let failures = |name: &str| Playbook {
        reaching: 3.try_into().unwrap(),
        ..Playbook::new(name, When::Login)
    };
    let mut engine = Engine::new(Policy::new([failures("old")]).unwrap(), 1);
    let login = |n: u64| {
        super::login(
            crate::event::Timestamp::from_millis(n),
            1,
            "alice",
            crate::event::Outcome::Failure,
        )
    };
    assert_eq!(decided(&mut engine, &[login(1), login(2)]).len(), 0);
    let change = engine.adopt(Policy::new([failures("new"), failures("old")]).unwrap());
    assert_eq!(
        (&*change.changed, &*change.removed),
        (&["new".into()][..], &[][..])
    );
    assert_eq!(super::names(&engine.observe(&login(3))), ["old"]);
    assert_eq!(super::names(&engine.observe(&login(4))), [""; 0]);
    assert_eq!(super::names(&engine.observe(&login(5))), ["new"]);
}
