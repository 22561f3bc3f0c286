//! Attackers who have the right password, or a session, of somebody who is active.
//!
//! The first three are the attackers of Wiefling et al. ("Pump Up Password Security!", ACM TOPS 2022): naive,
//! through a VPN, targeted.

use super::super::clients::{Client, Machine};
use super::super::geography::{City, Line, Spot, any_city, city_where};
use super::super::people::{hosting, tor_exit, vpn};
use super::super::rates::{DAY, HOUR, MINUTE, SECOND};
use super::super::sketch::{Deed, Sketch};
use super::hand::Hand;

/// How far away somebody is at least who cannot be there.
const FAR: u64 = 3_000;

/// From another country, whichever, with whatever client.
pub(super) fn naive(hand: &mut Hand<'_>) {
    let at = hand.beginning(HOUR);
    let (victim, _) = hand.active(at);
    let home = hand.world.person(victim).home_city();
    let city = city_where(&mut hand.dice, home, false);
    let spot = hand.residential(city);
    hand.get_in(at, victim, spot);
}

/// From where many do not want to be known, in the right country.
pub(super) fn through_vpn(hand: &mut Hand<'_>) {
    let at = hand.beginning(HOUR);
    let (victim, _) = hand.active(at);
    let home = hand.world.person(victim).home_city();
    let city = city_where(&mut hand.dice, home, true);
    let mut favourite = hand.dice.clone();
    let spot = match hand.dice.below(3) {
        0 => hosting(city, &mut hand.dice),
        _ => vpn(city, &mut favourite, &mut hand.dice),
    };
    let client = hand.any_browser(at);
    hand.get_in_as(client, at, victim, spot);
}

/// From where the owner was last, with what the owner is likely to have.
pub(super) fn targeted(hand: &mut Hand<'_>) {
    let at = hand.beginning(HOUR);
    let (victim, life) = hand.active(at);
    let seen = life
        .iter()
        .rev()
        .find(|sketch| sketch.at < at && !hides(sketch.spot.line));
    let home = hand.world.home(victim, Machine::Computer, at);
    let usual = seen.map_or(home, |sketch| sketch.spot);
    let spot = hand.customer(usual.city, usual.line);
    let client = Client::popular(Machine::Computer, at / DAY);
    hand.get_in_as(client, at, victim, spot);
}

/// As the Tor browser does, which calls itself a Firefox of long support.
pub(super) fn through_tor(hand: &mut Hand<'_>) {
    let at = hand.beginning(HOUR);
    let (victim, _) = hand.active(at);
    let spot = tor_exit(&mut hand.dice);
    hand.get_in_as(Client::TOR_BROWSER, at, victim, spot);
}

/// Within the hour after a login of the owner's, at least 3,000 kilometres away.
pub(super) fn while_the_owner_is_active(hand: &mut Hand<'_>) {
    let from = hand.beginning(DAY);
    let is_seen = |sketch: &Sketch| sketch.deed == Deed::Login && !hides(sketch.spot.line);
    let (victim, seen) = active_then(hand, from, is_seen);
    let here = seen.spot.city();
    let city = far_from(hand, here);
    let spot = hand.customer(city, Line::Broadband(0));
    let at = seen.at + hand.dice.between(3 * MINUTE, HOUR);
    let client = hand.any_browser(at);
    hand.get_in_as(client, at, victim, spot);
}

/// The session of the owner's last request, from elsewhere, while the owner may still be using it.
pub(super) fn session_theft(hand: &mut Hand<'_>) {
    let from = hand.beginning(DAY);
    let is_session = |sketch: &Sketch| matches!(sketch.deed, Deed::Session(_));
    let (victim, seen) = active_then(hand, from, is_session);
    let spot = hand.base();
    let mut at = seen.at + hand.dice.between(MINUTE, 40 * MINUTE);
    let client = hand.any_browser(at);
    for _ in 0..hand.dice.between(3, 12) {
        hand.strike_as(client, at, victim, spot, seen.deed);
        at += SECOND + hand.dice.wait(30 * SECOND);
    }
}

/// Somebody active, and the first that they do after `from` that will do.
fn active_then(hand: &mut Hand<'_>, from: u64, will_do: impl Fn(&Sketch) -> bool) -> (u32, Sketch) {
    // So that what follows within the hour is still in the stream.
    let latest = (u64::from(hand.world.days) * DAY).saturating_sub(2 * HOUR);
    let mut found = None;
    for _ in 0..200 {
        let (who, life) = hand.active(from);
        let in_time = |sketch: &Sketch| (from..latest).contains(&sketch.at);
        if let Some(seen) = life
            .into_iter()
            .find(|sketch| in_time(sketch) && will_do(sketch))
        {
            return (who, seen);
        }
        found = Some(who);
    }
    // Nobody does in a stream this small: the attacker believes that they have.
    let who = found.unwrap_or_default();
    let session = Deed::Session(hand.dice.number());
    let spot = hand.world.home(who, Machine::Computer, from);
    let client = hand.world.client(who, Machine::Computer, from);
    let sketch = Sketch {
        at: from,
        account: who,
        slip: 0,
        deed: session,
        client,
        spot,
        campaign: None,
    };
    (who, sketch)
}

/// Whether whoever is there hides where they are.
fn hides(line: Line) -> bool {
    matches!(line, Line::Hosting | Line::Vpn(_) | Line::Tor)
}

fn far_from(hand: &mut Hand<'_>, here: &City) -> u16 {
    let mut city = any_city(&mut hand.dice);
    for _ in 0..1_000 {
        // What this takes for the distance is somewhat more than it is.
        let spot = Spot {
            city,
            line: Line::Business,
            slot: 0,
            interface: None,
        };
        if here.kilometres_to(spot.city()) > FAR * 3 / 2 {
            break;
        }
        city = any_city(&mut hand.dice);
    }
    city
}
