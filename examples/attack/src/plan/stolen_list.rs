//! One address tries a list stolen elsewhere: many accounts, one password each.

use super::lists::{password, stranger};
use super::{Attempt, Plan};
use crate::dice::Dice;
use crate::origin::Origins;
use crate::people::{BOB, CAROL, DAVE, ERIN, FRANK};

const ATTEMPTS: usize = 80;
/// The line of somebody who uses one password everywhere.
const RIGHT: usize = 70;

pub(crate) fn stolen_list(seed: u64, origins: Origins) -> Plan {
    let mut dice = Dice::new(seed ^ 2);
    let from = origins.of_attacker(2);
    let attempts = (1..=ATTEMPTS).map(|number| {
        let (email, password) = line(number, &mut dice);
        Attempt {
            from,
            email,
            password,
        }
    });
    Plan {
        name: "one address, a stolen list of accounts",
        attempts: attempts.collect(),
        at_once: 1,
        mistyping: &DAVE,
    }
}

/// Most of such a list is about people who are no customers here. Some are, and have
/// another password here.
fn line(number: usize, dice: &mut Dice) -> (String, String) {
    match number {
        RIGHT => (CAROL.email.to_owned(), CAROL.password.to_owned()),
        9 => (DAVE.email.to_owned(), password(dice)),
        26 => (ERIN.email.to_owned(), password(dice)),
        43 => (BOB.email.to_owned(), password(dice)),
        58 => (FRANK.email.to_owned(), password(dice)),
        _ => (stranger(dice), password(dice)),
    }
}
