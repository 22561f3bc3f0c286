//! One address tries many passwords on one account.

use super::lists::password;
use super::{Attempt, Plan};
use crate::dice::Dice;
use crate::origin::Origins;
use crate::people::ALICE;

const ATTEMPTS: usize = 80;
/// The guess that is right, for whoever gets so far.
const RIGHT: usize = 70;

pub(crate) fn one_account(seed: u64, origins: Origins) -> Plan {
    let mut dice = Dice::new(seed ^ 1);
    let from = origins.of_attacker(1);
    let attempts = (1..=ATTEMPTS)
        .map(|number| Attempt {
            from,
            email: ALICE.email.to_owned(),
            password: if number == RIGHT {
                ALICE.password.to_owned()
            } else {
                password(&mut dice)
            },
        })
        .collect();
    Plan {
        name: "one address, one account, many passwords",
        attempts,
        at_once: 1,
        mistyping: &ALICE,
    }
}
