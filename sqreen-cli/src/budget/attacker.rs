//! An attacker at work against an engine and its bans, in a closed loop.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use sqreen::UserIdentifiers;
use sqreen::event::{Attempt, Event, Origin, Outcome, Subject, Timestamp, What};
use sqreen::pipeline::{Replay, Replayed};
use sqreen::policy::{By, Policy};

use super::exact::{DAY, MINUTE, millis};
use super::watch::{Guess, Known, Watch};

/// When attacks begin.
const BEGIN: u64 = 1_800_000_000_000;

/// How long an attack goes on at most: two days from a few addresses, and one from many.
const ATTACK: [Duration; 2] = [Duration::from_secs(2 * 24 * 60 * 60), DAY];

/// From how many addresses on an attack goes on for a day only.
const MANY: u32 = 200;

/// An attacker who gets all that the search lets them in less time than this meets no limit.
const AT_ONCE: Duration = Duration::from_secs(60 * 60);

/// From where an attacker guesses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ground {
    /// Addresses of one IPv4 /24.
    V4(u32),
    /// Addresses, /64 each, of one IPv6 /48.
    V6(u32),
    /// Addresses, each in a network of its own.
    Scattered(u32),
}

/// On whom an attacker guesses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whom {
    /// Always the same.
    One,
    /// So many in turn.
    InTurn(u32),
    /// Somebody else after so many guesses on each.
    Fresh(u32),
    /// So many times the same, then once on each of so many others, to make the engine forget; and again.
    Hidden(u32, u32),
}

/// What an attacker does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Strategy {
    pub(super) whom: Whom,
    /// The playbooks below whose thresholds they stay, one bit each; of the others they wait out the bans.
    pub(super) below: u64,
    /// After how many bans of an address, or of an account, they begin to stay below: bans double.
    pub(super) after: u32,
    /// How long they wait between two guesses from one address, in milliseconds.
    pub(super) gap: u64,
    /// How many accounts of their own log in from each address first.
    pub(super) own: u32,
}

/// What an attack came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Spoils {
    pub(super) first_minute: u64,
    /// In the best 24 hours.
    pub(super) day: u64,
    /// In the best 24 hours on the account with the most.
    pub(super) day_on_account: u64,
    /// Whether it was stopped because it got very much in no time.
    pub(super) endless: bool,
    /// What it cost to find out, in events.
    pub(super) events: u64,
    /// The playbooks for whose sake the attacker waited, and those whose bans were waited out.
    pub(super) heeded: BTreeSet<Box<str>>,
    pub(super) banned_by: BTreeSet<Box<str>>,
}

impl Ground {
    pub(super) fn addresses(self) -> u32 {
        match self {
            Self::V4(addresses) | Self::V6(addresses) | Self::Scattered(addresses) => addresses,
        }
    }

    fn address(self, n: u32) -> IpAddr {
        match self {
            Self::V4(_) => Ipv4Addr::from_bits(0xCB00_7100 | (n & 0xFF)).into(),
            Self::V6(_) => {
                let network = 0x2001_0db8_0001_u128 << 80;
                Ipv6Addr::from_bits(network | u128::from(n & 0xFFFF) << 64 | 1).into()
            }
            Self::Scattered(_) => Ipv4Addr::from_bits(0x1000_0007_u32.wrapping_add(n << 8)).into(),
        }
    }

    fn network(self, n: u32) -> u32 {
        match self {
            Self::V4(_) | Self::V6(_) => 0,
            Self::Scattered(_) => n,
        }
    }
}

/// One attack: who does what against whom, and how far they may go.
pub(super) struct Attack<'a> {
    pub(super) policy: &'a Policy,
    pub(super) known: &'a [Known],
    pub(super) ground: Ground,
    /// How many subjects the engine's tables hold.
    pub(super) capacity: usize,
    /// After how many guesses there seems to be no end.
    pub(super) most: u64,
}

/// An attack under way.
struct Campaign<'a> {
    attack: &'a Attack<'a>,
    strategy: &'a Strategy,
    replay: Replay,
    watches: Vec<Watch<'a>>,
    /// Until when accounts are closed.
    closed: HashMap<u32, u64>,
    /// How often an account (`true`) or an address was banned.
    bans: HashMap<(bool, u32), u32>,
    /// Who is guessed on now, and how often they were in a row.
    account: u32,
    visits: u32,
    /// How many guesses on others there were since the last on the first account.
    hiding: u32,
    next_fresh: u32,
    events: u64,
    heeded: BTreeSet<Box<str>>,
    banned_by: BTreeSet<Box<str>>,
}

impl Attack<'_> {
    pub(super) fn run(&self, strategy: &Strategy) -> Spoils {
        let below = |n: usize| strategy.below >> n & 1 == 1;
        let watches = self.known.iter().enumerate().filter(|(n, _)| below(*n));
        let watches = watches.map(|(_, known)| Watch::new(known, strategy.own > 0));
        let mut campaign = Campaign {
            attack: self,
            strategy,
            replay: Replay::with_capacity(self.policy.clone(), 7, self.capacity),
            watches: watches.collect(),
            closed: HashMap::new(),
            bans: HashMap::new(),
            account: 0,
            visits: 0,
            hiding: 0,
            next_fresh: 0,
            events: 0,
            heeded: BTreeSet::new(),
            banned_by: BTreeSet::new(),
        };
        campaign.move_in();
        let (guesses, stopped) = campaign.go();
        let lasted = guesses.last().map_or(0, |(at, _)| at - BEGIN);
        Spoils {
            endless: stopped && lasted < millis(AT_ONCE),
            events: campaign.events,
            heeded: campaign.heeded,
            banned_by: campaign.banned_by,
            ..spoils(guesses)
        }
    }
}

impl Campaign<'_> {
    fn event(&self, at: u64, address: u32, user: &str, outcome: Outcome) -> Event {
        Event {
            at: Timestamp::from_millis(at),
            origin: Origin {
                address: Some(self.attack.ground.address(address).into()),
                ..Origin::default()
            },
            what: What::Login(Attempt::new(
                outcome,
                UserIdentifiers::new("email", user).ok(),
            )),
        }
    }

    /// The attacker's own accounts log in from each address.
    fn move_in(&mut self) {
        let addresses = self.attack.ground.addresses();
        let logins = (0..addresses).flat_map(|at| (0..self.strategy.own).map(move |own| (at, own)));
        for (n, (address, own)) in (1_u64..).zip(logins) {
            let user = format!("own-{own}@example.com");
            let event = self.event(BEGIN - n, address, &user, Outcome::Success);
            self.replay.take_in(&event);
            self.events += 1;
        }
    }

    /// All guesses that got through: when, and on which account.
    fn go(&mut self) -> (Vec<(u64, u32)>, bool) {
        let addresses = 0..self.attack.ground.addresses();
        let mut due: BinaryHeap<_> = addresses
            .map(|n| Reverse((BEGIN, u64::from(n), n)))
            .collect();
        let turns = u64::from(self.attack.ground.addresses())..;
        let mut guesses = Vec::new();
        let many = self.attack.ground.addresses() >= MANY;
        let end = BEGIN + millis(ATTACK[usize::from(many)]);
        let most_looks = self.attack.most.saturating_mul(8) + 100_000;
        for (turn, _) in turns.zip(0..most_looks) {
            let Some(Reverse((at, _, address))) = due.pop().filter(|due| due.0.0 < end) else {
                return (guesses, false);
            };
            let again_at = match self.pick(at, address) {
                Ok(guess) => match self.guess(guess) {
                    Ok(()) => {
                        guesses.push((at, guess.account));
                        at.saturating_add(self.strategy.gap)
                    }
                    Err(until) => until,
                },
                Err(wait) => wait,
            };
            if guesses.len() as u64 >= self.attack.most {
                return (guesses, true);
            }
            // One address goes on until it has to wait: those of one moment are used one after the other.
            let order = if again_at == at { 0 } else { turn };
            due.push(Reverse((again_at, order, address)));
        }
        (guesses, false)
    }

    /// Whom to guess on now, or when to look again. What would have to wait for the end of the day is guessed at once:
    /// the ban that follows costs nothing of the day.
    fn pick(&mut self, at: u64, address: u32) -> Result<Guess, u64> {
        let last = Guess {
            at,
            address,
            network: self.attack.ground.network(address),
            account: self.account,
        };
        self.careful(at, address).or_else(|wait| {
            let end = BEGIN + millis(DAY);
            let closed = self
                .closed
                .get(&last.account)
                .is_some_and(|until| *until > at);
            let is_last = at < end && wait >= end && !closed;
            if is_last { Ok(last) } else { Err(wait) }
        })
    }

    /// Whom to guess on now, staying below what they want to stay below, or when to look again.
    fn careful(&mut self, at: u64, address: u32) -> Result<Guess, u64> {
        let network = self.attack.ground.network(address);
        let guess = |account: u32| Guess {
            at,
            address,
            network,
            account,
        };
        let alone = self.attack.ground.addresses() == 1;
        let mut wait = u64::MAX;
        let before = (self.account, self.visits);
        let others = match self.strategy.whom {
            Whom::One => 1,
            Whom::InTurn(accounts) => accounts.clamp(1, 64),
            Whom::Fresh(_) | Whom::Hidden(..) => 2,
        };
        for _ in 0..others {
            let guess = guess(self.account);
            let of_account = self.clear_at(guess, true);
            let clear = of_account.max(self.clear_at(guess, false));
            if clear <= at {
                return Ok(guess);
            }
            wait = wait.min(clear);
            // Another address may go on with the same account.
            let hides = matches!(self.strategy.whom, Whom::Hidden(..)) && self.account == 0;
            if (!alone && of_account <= at) || hides {
                return Err(wait);
            }
            self.next_account();
        }
        // Nobody's turn has come.
        (self.account, self.visits) = before;
        Err(wait)
    }

    fn next_account(&mut self) {
        self.visits = 0;
        self.account = match self.strategy.whom {
            Whom::One => 0,
            Whom::InTurn(accounts) => (self.account + 1) % accounts.max(1),
            Whom::Hidden(_, others) if self.hiding >= others => {
                self.forget();
                0
            }
            Whom::Fresh(_) | Whom::Hidden(..) => {
                self.next_fresh += 1;
                self.next_fresh
            }
        };
    }

    /// The engine has forgotten what was counted on the first account, they think.
    fn forget(&mut self) {
        self.hiding = 0;
        for watch in &mut self.watches {
            watch.forget(0);
        }
    }

    /// When a guess stays below all they want to stay below: of what counts by user, or of all else.
    fn clear_at(&mut self, guess: Guess, by_user: bool) -> u64 {
        let mut clear_at = guess.at;
        let banned = if by_user {
            guess.account
        } else {
            guess.address
        };
        let bans = self.bans.get(&(by_user, banned)).copied().unwrap_or(0);
        let watches = match bans < self.strategy.after {
            true => &[],
            false => &self.watches[..],
        };
        for watch in watches {
            let clear = match (watch.known.by == By::User) == by_user {
                true => watch.clear_at(guess),
                false => continue,
            };
            if clear > guess.at && !self.heeded.contains(&watch.known.name) {
                self.heeded.insert(watch.known.name.clone());
            }
            clear_at = clear_at.max(clear);
        }
        let closed = self.closed.get(&guess.account).filter(|_| by_user);
        closed.map_or(clear_at, |until| clear_at.max(*until))
    }

    /// Guesses; where that is refused, until when.
    fn guess(&mut self, guess: Guess) -> Result<(), u64> {
        let user = format!("user-{}@example.com", guess.account);
        let event = self.event(guess.at, guess.address, &user, Outcome::Failure);
        self.events += 1;
        if let Replayed::TurnedAway { ban, .. } = self.replay.take_in(&event) {
            let until = ban.until.map_or(u64::MAX, Timestamp::as_millis);
            if !self.banned_by.contains(&ban.because) {
                self.banned_by.insert(ban.because.clone());
            }
            if let Subject::Network(_) = ban.subject {
                *self.bans.entry((false, guess.address)).or_default() += 1;
                return Err(until);
            }
            *self.bans.entry((true, guess.account)).or_default() += 1;
            self.closed.insert(guess.account, until);
            let alone = self.strategy.whom == Whom::One;
            return Err(if alone { until } else { guess.at });
        }
        for watch in &mut self.watches {
            watch.note(guess);
        }
        self.visits += 1;
        self.hiding = if guess.account == 0 {
            0
        } else {
            self.hiding + 1
        };
        let goes_on = match self.strategy.whom {
            Whom::One => true,
            Whom::InTurn(_) => false,
            Whom::Hidden(..) if guess.account != 0 => false,
            Whom::Hidden(each, _) | Whom::Fresh(each) => self.visits < each,
        };
        if !goes_on {
            self.next_account();
        }
        Ok(())
    }
}

/// What guesses come to, which are in the order of time.
fn spoils(mut guesses: Vec<(u64, u32)>) -> Spoils {
    let begin = guesses.first().map_or(0, |(at, _)| *at);
    let minute = guesses
        .iter()
        .take_while(|(at, _)| at - begin < millis(MINUTE));
    let first_minute = minute.count() as u64;
    let times: Vec<u64> = guesses.iter().map(|(at, _)| *at).collect();
    guesses.sort_by_key(|(at, account)| (*account, *at));
    let of_accounts = guesses.chunk_by(|one, other| one.1 == other.1);
    let on_accounts = of_accounts.map(|guesses| {
        let times: Vec<u64> = guesses.iter().map(|(at, _)| *at).collect();
        most_in_a_day(&times)
    });
    Spoils {
        first_minute,
        day: most_in_a_day(&times),
        day_on_account: on_accounts.max().unwrap_or(0),
        ..Spoils::default()
    }
}

/// The most of these times in any 24 hours.
fn most_in_a_day(times: &[u64]) -> u64 {
    let (mut first, mut most) = (0, 0);
    for (n, at) in times.iter().enumerate() {
        while at - times[first] >= millis(DAY) {
            first += 1;
        }
        most = most.max(n + 1 - first);
    }
    most as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_slides_and_ends_before_its_last_moment_comes_again() {
        let day = millis(DAY);
        assert_eq!(most_in_a_day(&[]), 0);
        assert_eq!(most_in_a_day(&[0, day]), 1);
        assert_eq!(most_in_a_day(&[0, 5, day - 1, day, day + 4]), 4);
    }

    #[test]
    fn addresses_of_a_ground_differ_and_lie_where_it_says() {
        for (ground, networks) in [
            (Ground::V4(256), 1),
            (Ground::V6(65_536), 1),
            (Ground::Scattered(1_000), 1_000),
        ] {
            let all = 0..ground.addresses();
            let addresses: std::collections::HashSet<_> =
                all.clone().map(|n| ground.address(n)).collect();
            assert_eq!(addresses.len(), ground.addresses() as usize);
            let wide = |ip: &IpAddr| match ip {
                IpAddr::V4(ip) => u128::from(ip.to_bits() >> 8),
                IpAddr::V6(ip) => ip.to_bits() >> 80,
            };
            let found: std::collections::HashSet<_> = addresses.iter().map(wide).collect();
            assert_eq!(found.len(), networks);
        }
    }
}
