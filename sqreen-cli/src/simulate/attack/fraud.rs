//! Attacks on the ways beside the login: sign-up and the request for a new password.

use super::super::dice::Share;
use super::super::rates::{self, HOUR, SECOND};
use super::super::sketch::Deed;
use super::hand::Hand;

/// Of the names of an enumeration, those with an account here. Assumed.
const GUESSED_RIGHT: Share = Share::percent(40);

fn open_account(hand: &mut Hand<'_>, at: u64, spot: super::super::geography::Spot) {
    let account = hand.nobody();
    let refused = hand.dice.happens(rates::SIGN_UP_FAILS);
    let deed = if refused {
        Deed::SignUpRefused
    } else {
        Deed::SignUp
    };
    hand.strike(at, account, spot, deed);
}

/// One address, an account every few seconds.
pub(super) fn mass_sign_up(hand: &mut Hand<'_>) {
    let spot = hand.base();
    let accounts = hand.dice.between(60, 300);
    let mut at = hand.beginning(accounts * 20 * SECOND);
    for _ in 0..accounts {
        open_account(hand, at, spot);
        at += hand.dice.between(2 * SECOND, 20 * SECOND);
    }
}

/// Hundreds of addresses, an account each, within hours.
pub(super) fn distributed_sign_up(hand: &mut Hand<'_>) {
    let accounts = hand.dice.between(300, 900);
    let lasting = hand.dice.between(HOUR, 4 * HOUR);
    let mut at = hand.beginning(lasting * 3 / 2);
    for _ in 0..accounts {
        let spot = hand.bot(at);
        open_account(hand, at, spot);
        at += hand.dice.wait(lasting / accounts);
    }
}

/// One address, a request every second or two.
pub(super) fn reset_enumeration(hand: &mut Hand<'_>) {
    let spot = hand.base();
    let requests = hand.dice.between(150, 600);
    let mut at = hand.beginning(requests * 4 * SECOND);
    for _ in 0..requests {
        let account = if hand.dice.happens(GUESSED_RIGHT) {
            hand.anybody()
        } else {
            hand.nobody()
        };
        hand.strike(at, account, spot, Deed::Reset);
        at += hand.dice.between(SECOND, 4 * SECOND);
    }
}
