//! Passwords and addresses as such lists have them. All invented here; the domains are
//! reserved for examples.

use crate::dice::Dice;

const WORDS: [&str; 16] = [
    "summer", "winter", "dragon", "sunshine", "monkey", "shadow", "coffee", "tiger", "guitar",
    "pepper", "rocket", "silver", "banana", "cookie", "flower", "castle",
];
const ENDINGS: [&str; 5] = ["", "!", "?", "#1", "xx"];
const NAMES: [&str; 16] = [
    "ada", "ben", "chloe", "dirk", "elif", "fynn", "gita", "hugo", "ines", "jon", "kaya", "luca",
    "mina", "nils", "olga", "paul",
];
const DOMAINS: [&str; 3] = ["example.com", "example.net", "example.org"];

pub(super) fn password(dice: &mut Dice) -> String {
    format!(
        "{}{}{}",
        dice.one_of(&WORDS),
        dice.between(1, 2030),
        dice.one_of(&ENDINGS)
    )
}

/// Somebody of whom the shop has never heard: its customers have no digits in their address.
pub(super) fn stranger(dice: &mut Dice) -> String {
    format!(
        "{}{}@{}",
        dice.one_of(&NAMES),
        dice.between(10, 9999),
        dice.one_of(&DOMAINS)
    )
}
