//! What an attacker with one address gets who knows every threshold.

use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use super::world::*;

/// How long each attack goes on.
const ATTACK: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// On whom the attacker guesses.
#[derive(Debug, Clone, Copy)]
enum Whom {
    /// Always the same.
    One,
    /// So many in turn.
    InTurn(u64),
    /// Somebody else each time.
    Everybody,
    /// Nobody: the name is missing.
    Nobody,
    /// One account, its name spelled differently each time.
    Spellings,
}

/// How long the attacker waits between two guesses.
#[derive(Debug, Clone, Copy)]
enum Pace {
    Every(Duration),
    /// So many at once, then a pause.
    Bursts(u64, Duration),
}

const WHOM: [Whom; 6] = [
    Whom::One,
    Whom::InTurn(3),
    Whom::InTurn(9),
    Whom::Everybody,
    Whom::Nobody,
    Whom::Spellings,
];

fn paces() -> Vec<Pace> {
    let every = [
        Duration::from_millis(50),
        Duration::from_millis(6_700),
        // Just less than ten in ten minutes.
        Duration::from_millis(66_700),
        Duration::from_secs(601),
        // Just less than 40, and than 20, in a day; just less than 60 in a week.
        Duration::from_secs(2_216),
        Duration::from_secs(4_548),
        Duration::from_secs(10_251),
    ];
    let bursts = [
        (9, 60),
        (9, 601),
        (19, 24 * 60 * 60 + 1),
        (39, 24 * 60 * 60 + 1),
        (39, 601),
    ];
    let bursts = bursts.map(|(n, pause)| Pace::Bursts(n, Duration::from_secs(pause)));
    every.map(Pace::Every).into_iter().chain(bursts).collect()
}

/// What an attack came to.
#[derive(Debug, Default)]
struct Spoils {
    first_minute: usize,
    any_day: usize,
}

struct Attack {
    whom: Whom,
    pace: Pace,
    /// Accounts of the attacker's own, which log in from the address at first and in between.
    own: u64,
    six: bool,
}

impl Attack {
    fn client(&self, dice: &mut Dice) -> Client {
        if self.six {
            // Another address of the same /64 each time.
            let bits = (0x2001_0db8_0001_0002_u128 << 64) | u128::from(dice.roll());
            return Client::of(IpAddr::V6(Ipv6Addr::from_bits(bits)));
        }
        Client::at("203.0.113.9")
    }

    fn victim(&self, n: u64) -> String {
        match self.whom {
            Whom::One => "victim@example.com".into(),
            Whom::InTurn(accounts) => format!("victim-{}@example.com", n % accounts),
            Whom::Everybody => format!("victim-{n}@example.com"),
            Whom::Nobody => String::new(),
            Whom::Spellings => {
                let letter = |(place, letter): (usize, char)| {
                    if n >> place & 1 == 1 {
                        letter.to_ascii_uppercase()
                    } else {
                        letter
                    }
                };
                "victimofspelling".chars().enumerate().map(letter).collect()
            }
        }
    }

    fn run(&self) -> Spoils {
        let mut world = World::new();
        let mut dice = Dice(1);
        for own in 0..self.own {
            let from = self.client(&mut dice);
            world.succeeds(&from, &format!("own-{own}@example.com"));
            world.wait(SECOND);
        }
        let begin = world.now;
        let mut spoils = Spoils::default();
        let mut day = Most::within(DAY);
        let mut guesses = 0;
        while world.now.since(begin) < ATTACK {
            let from = self.client(&mut dice);
            let victim = self.victim(guesses);
            // Whoever is refused comes back when the ban ends.
            if let Some(until) = world.refused_until(&from, &victim) {
                world.now = until;
                continue;
            }
            world.fails(&from, &victim);
            guesses += 1;
            day.count(world.now);
            if world.now.since(begin) < MINUTE {
                spoils.first_minute += 1;
            }
            if self.own > 0 && guesses % 5 == 0 {
                let own = dice.below(self.own);
                world.log_in(&from, &format!("own-{own}@example.com"), true);
            }
            world.wait(match self.pace {
                Pace::Every(time) => time,
                Pace::Bursts(n, pause) if guesses % n == 0 => pause,
                Pace::Bursts(..) => Duration::from_millis(20),
            });
        }
        spoils.any_day = day.most;
        spoils
    }
}

/// The most that any strategy gets with so many accounts of one's own.
fn most(own: u64) -> Spoils {
    let mut most = Spoils::default();
    for whom in WHOM {
        let mut line = format!("{own} own, {whom:?}:");
        for pace in paces() {
            for six in [false, true] {
                let spoils = Attack {
                    whom,
                    pace,
                    own,
                    six,
                }
                .run();
                if !six {
                    line += &format!(" {}/{}", spoils.first_minute, spoils.any_day);
                }
                most.first_minute = most.first_minute.max(spoils.first_minute);
                most.any_day = most.any_day.max(spoils.any_day);
            }
        }
        // Shown where the test fails, or by `--nocapture`.
        println!("{line}");
    }
    most
}

#[test]
fn an_attacker_with_one_address_gets_ten_guesses_in_the_first_minute_and_fifty_a_day() {
    for own in [0, 10] {
        let most = most(own);
        assert!(
            most.first_minute <= 10 && most.any_day <= 50,
            "{own} own accounts: {most:?}"
        );
    }
}

/// Many who are at home at an address make it an office, in which some fail each day: a fifth as many guesses
/// as there are.
#[test]
fn accounts_of_their_own_buy_an_attacker_no_more_than_a_fifth_as_many_guesses() {
    let (sixty, many) = (most(60), most(500));
    assert!(sixty.first_minute <= 40 && sixty.any_day <= 50, "{sixty:?}");
    assert!(many.first_minute <= 100 && many.any_day <= 110, "{many:?}");
}
