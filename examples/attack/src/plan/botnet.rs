//! Many addresses try passwords on one account, a few guesses each: no single one of
//! them does anything that a forgetful customer would not.

use super::lists::password;
use super::{Attempt, Plan};
use crate::dice::Dice;
use crate::origin::Origins;
use crate::people::BOB;

const ADDRESSES: u8 = 60;
const ATTEMPTS: usize = 120;
const AT_ONCE: usize = 4;
/// The guess that is right, for whoever gets so far.
const RIGHT: usize = 100;
/// The numbers before it are taken by the attackers who work alone.
const FIRST_ADDRESS: u8 = 11;

pub(crate) fn botnet(seed: u64, origins: Origins) -> Plan {
    let mut dice = Dice::new(seed ^ 3);
    let addresses = (FIRST_ADDRESS..FIRST_ADDRESS + ADDRESSES).cycle();
    let attempts = (1..=ATTEMPTS)
        .zip(addresses)
        .map(|(number, address)| Attempt {
            from: origins.of_attacker(address),
            email: BOB.email.to_owned(),
            password: if number == RIGHT {
                BOB.password.to_owned()
            } else {
                password(&mut dice)
            },
        });
    Plan {
        name: "a botnet of 60 addresses, one account",
        attempts: attempts.collect(),
        at_once: AT_ONCE,
        mistyping: &BOB,
    }
}
