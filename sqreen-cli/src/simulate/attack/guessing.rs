//! Attacks on passwords that the attacker does not know, or not for sure.

use super::super::dice::Share;
use super::super::geography::{Line, any_city};
use super::super::people::hosting;
use super::super::rates::{DAY, HOUR, MINUTE, SECOND};
use super::super::sketch::{Deed, popular_password};
use super::hand::Hand;

/// How often guessing at one account ends well for the attacker. Assumed.
const CRACKED: Share = Share::percent(30);
/// Who falls to a sprayed password: Microsoft finds 1 % of the accounts ("Advancing Password Spray Attack
/// Detection", 2020), here over a few passwords.
const SPRAYED: Share = Share::per_mille(3);

/// The n-th word of a dictionary: the popular passwords first.
fn word(n: u64) -> Deed {
    Deed::WrongPassword(popular_password(n))
}

/// Some hundreds of guesses, one or so a second.
pub(super) fn cracking(hand: &mut Hand<'_>) {
    let (spot, account) = (hand.base(), hand.anybody());
    let guesses = hand.dice.between(200, 800);
    let mut at = hand.beginning(guesses * 2 * SECOND);
    for n in 0..guesses {
        hand.strike(at, account, spot, word(n));
        at += hand.dice.between(200, 2 * SECOND);
    }
    if hand.dice.happens(CRACKED) {
        hand.get_in(at, account, spot);
    }
}

/// Some hundreds of stolen credentials, one every second or two.
pub(super) fn stuffing(hand: &mut Hand<'_>) {
    let spot = hand.base();
    let attempts = hand.dice.between(400, 1_500);
    let mut at = hand.beginning(attempts * 3 * SECOND);
    for _ in 0..attempts {
        hand.try_stolen(at, spot);
        at += hand.dice.between(300, 3 * SECOND);
    }
}

/// A few passwords, each on all of some hundred accounts before the next; addresses take turns and wait.
pub(super) fn spraying(hand: &mut Hand<'_>) {
    let spots: Vec<_> = (0..hand.dice.between(3, 8)).map(|_| hand.base()).collect();
    let accounts: Vec<u32> = (0..hand.dice.between(150, 400))
        .map(|_| hand.anybody())
        .collect();
    let passwords = hand.dice.between(2, 4);
    let wait = hand.dice.between(15 * SECOND, 45 * SECOND);
    let pause = HOUR;
    let mut at = hand.beginning(passwords * (accounts.len() as u64 * wait * 2 + pause));
    for password in 0..passwords {
        for (n, account) in accounts.iter().enumerate() {
            let spot = spots[n % spots.len()];
            if hand.dice.happens(SPRAYED) {
                hand.get_in(at, *account, spot);
            } else {
                hand.strike(at, *account, spot, word(password));
            }
            at += wait / 2 + hand.dice.below(wait);
        }
        at += pause;
    }
}

/// Hundreds of addresses, with two or three guesses each over the better part of a day.
pub(super) fn botnet_cracking(hand: &mut Hand<'_>) {
    let account = hand.anybody();
    let guesses = hand.dice.between(600, 1_200);
    let lasting = hand.dice.between(4 * HOUR, 20 * HOUR);
    let mut at = hand.beginning(lasting * 3 / 2);
    let bots = hand.dice.between(200, 500);
    let spots: Vec<_> = (0..bots).map(|_| hand.bot(at)).collect();
    for n in 0..guesses {
        let spot = *hand.dice.one_of(&spots);
        hand.strike(at, account, spot, word(n));
        at += hand.dice.wait(lasting / guesses);
    }
    if hand.dice.happens(CRACKED) {
        let spot = *hand.dice.one_of(&spots);
        hand.get_in(at, account, spot);
    }
}

/// Of attempts, those from an address that was used before: 1.01 attempts an address in the campaigns that
/// Datadog describes ("Managing account theft"), 1.18 in one that DataDome does.
const AGAIN: Share = Share::percent(1);

/// Thousands of addresses, one attempt each, some hundreds an hour.
pub(super) fn botnet_stuffing(hand: &mut Hand<'_>) {
    let attempts = hand.dice.between(2_000, 5_000);
    let lasting = hand.dice.between(2 * HOUR, 10 * HOUR);
    let mut at = hand.beginning(lasting * 3 / 2);
    let mut spot = hand.bot(at);
    for _ in 0..attempts {
        if !hand.dice.happens(AGAIN) {
            spot = hand.bot(at);
        }
        hand.try_stolen(at, spot);
        at += hand.dice.wait(lasting / attempts);
    }
}

/// All 256 addresses of a /24, or as many /64s of a /48, one after the other, one attempt every few seconds.
pub(super) fn network_stuffing(hand: &mut Hand<'_>) {
    let city = any_city(&mut hand.dice);
    let mut spot = match hand.dice.below(3) {
        0 => hand.customer(city, Line::Business),
        _ => hosting(city, &mut hand.dice),
    };
    if hand.dice.below(3) == 0 {
        spot = spot.with_interface(hand.dice.number());
    }
    let attempts = hand.dice.between(600, 2_000);
    let wait = hand.dice.between(2 * SECOND, 6 * SECOND);
    let mut at = hand.beginning(attempts * wait * 2);
    for n in 0..attempts {
        let turn = u32::try_from(n % 256).unwrap_or_default();
        hand.try_stolen(at, spot.neighbour(turn));
        at += wait / 2 + hand.dice.below(wait);
    }
}

/// Never two attempts within ten minutes: what CrowdSec's scenario for slow guessing looks back on.
pub(super) fn low_and_slow(hand: &mut Hand<'_>) {
    let spot = hand.base();
    let lasting = hand.dice.between(4 * DAY, 8 * DAY);
    let begun = hand.beginning(lasting);
    let mut at = begun;
    while at < begun + lasting {
        hand.try_stolen(at, spot);
        at += 10 * MINUTE + SECOND + hand.dice.wait(5 * MINUTE);
    }
}
