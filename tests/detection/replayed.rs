//! A stream that an agent recorded, replayed: the same decisions, and nothing refused that was not.

use axum::http::StatusCode;
use sqreen::Agent;
use sqreen::event::{Decision, Event, What};
use sqreen::pipeline::{Replay, Replayed};
use sqreen::policy::Policy;

use super::{MINUTE, app, somebody, succeeds};
use crate::support::*;

/// The decisions of a stream, without the ids under which they are found.
fn plain(decisions: Vec<Decision>) -> Vec<Decision> {
    let of_nobody = |mut decision: Decision| {
        decision.id = "0000000000000000".parse().unwrap();
        decision
    };
    decisions.into_iter().map(of_nobody).collect()
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

#[tokio::test]
async fn what_an_agent_decided_is_decided_again_when_its_stream_is_replayed() {
    let clock = clock();
    let agent = Agent::builder()
        .clock(clock.clone())
        .seed(7)
        .build()
        .unwrap();
    let app = app(&agent);
    let mut dice = Dice(1);
    for n in 0..20 {
        succeeds(&app, &format!("198.51.100.{}", n % 5), &somebody(n)).await;
    }
    let mut refused = 0;
    for step in 0..2_500_u64 {
        // Few attackers, some of whom share an address with people.
        let from = match dice.below(4) {
            0 => format!("198.51.100.{}", dice.below(5)),
            1 => format!("203.0.113.{}", dice.below(3)),
            2 => format!("192.0.2.{}", dice.below(60)),
            _ => format!("10.1.{}.9", dice.below(200)),
        };
        let user =
            somebody(usize::try_from(dice.below(if step % 3 == 0 { 3 } else { 60 })).unwrap());
        let call = match dice.below(20) {
            0..13 => submit(&format!("/login/{user}/wrong")),
            13..15 => submit(&format!("/login/{user}/right")),
            15 => submit(&format!("/sign-up/new-{step}@example.com")),
            _ => visit(&format!("/account/{user}")),
        };
        let browser = format!("Firefox/{}", 140 + dice.below(3));
        let answer = call
            .from(&from)
            .header("user-agent", &browser)
            .send(&app)
            .await;
        refused += u32::from(answer.status == StatusCode::FORBIDDEN);
        // Sessions come through a queue.
        agent.flush().await;
        if dice.below(50) == 0 {
            clock.advance(MINUTE * u32::try_from(dice.below(40)).unwrap());
        } else {
            clock.advance(MINUTE / 60);
        }
        if step == 1_500 {
            agent.pardon(user_of(0));
            agent.allow(address("203.0.113.1"));
        }
    }
    let stream: Vec<Event> = events(&agent)
        .await
        .iter()
        .map(|event| Event::clone(event))
        .collect();
    let live: Vec<Decision> = (stream.iter())
        .filter_map(|event| match &event.what {
            What::Decision(decision) => Some(Decision::clone(decision)),
            _ => None,
        })
        .collect();
    let mut replay = Replay::new(Policy::default(), 1);
    let mut again = Vec::new();
    for (n, event) in stream.iter().enumerate() {
        match replay.take_in(event) {
            Replayed::TookPlace(decisions) => again.extend(decisions),
            Replayed::TurnedAway { ban, point } => panic!("{n}: {event:?} {point:?} {ban:?}"),
            Replayed::NotTakenOver => {}
        }
    }
    assert!(live.len() > 20 && refused > 100, "{} {refused}", live.len());
    let (live, again) = (plain(live), plain(again));
    for (one, other) in live.iter().zip(&again) {
        assert_eq!(one, other);
    }
    assert_eq!(live.len(), again.len());
}

fn user_of(n: usize) -> sqreen::UserIdentifiers {
    user(&somebody(n))
}
