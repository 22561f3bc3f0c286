//! The engine agrees with one that keeps everything and counts anew, whatever the policy.

use proptest::prelude::*;

use super::super::{Engine, Policy};
use super::naive::{Naive, Said};
use super::random::{policy, stream};

/// So much of the evidence is always there.
fn reaching(policy: &Policy, said: &Said) -> usize {
    let playbook = policy
        .playbooks()
        .iter()
        .find(|playbook| playbook.name == said.playbook);
    playbook.map_or(0, |playbook| playbook.reaching.get() as usize)
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 20_000, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn every_playbook_counts_like_an_engine_that_keeps_everything(
        policy in policy(),
        events in stream(150),
    ) {
        let mut naive = Naive::new(policy.playbooks(), 7);
        let mut engine = Engine::new(policy, 7);
        for (n, event) in events.iter().enumerate() {
            let decided: Vec<Said> = engine.observe(event).iter().map(Said::from).collect();
            let right = naive.observe(event);
            let enough = |said: &Said| reaching(engine.policy(), said);
            let agrees = decided.len() == right.len()
                && (right.iter().zip(&decided)).all(|(right, said)| right.is_said_by(said, enough(said)));
            prop_assert!(agrees, "at event {}: {:#?} instead of {:#?}", n + 1, decided, right);
        }
    }
}
