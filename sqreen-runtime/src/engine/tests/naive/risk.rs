//! The risk of a login from all logins that there were, in plain maps and by the formula as it is written down.

use std::collections::{HashMap, VecDeque};

use crate::event::{Event, Outcome, What};
use crate::identity::UserIdentifiers;

/// What user agents of tests are: browser, system and device.
pub(in crate::engine::tests) const AGENTS: [(&str, [&str; 3]); 6] = [
    (
        "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0",
        ["Firefox 140", "Linux", "desktop"],
    ),
    (
        "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.1",
        ["Firefox 140", "Linux", "desktop"],
    ),
    (
        "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/141.0",
        ["Firefox 141", "Linux", "desktop"],
    ),
    (
        "Mozilla/5.0 (Windows NT 10.0) Chrome/141.0.0.0 Safari/537.36",
        ["Chrome 141", "Windows 10", "desktop"],
    ),
    (
        "Mozilla/5.0 (Linux; Android 14) Chrome/141.0.0.0 Mobile Safari/537.36",
        ["Chrome 141", "Android 14", "phone"],
    ),
    ("curl/8.15.0", ["curl 8", "", "program"]),
];

/// The levels of a place and of a client, in this order, and what they weigh.
const WEIGHTS: [&[f64]; 2] = [&[0.6, 0.3, 0.1], &[0.5387, 0.2680, 0.1882, 0.0051]];
const LEAST: [f64; 2] = [0.0, 0.125];

/// All logins that somebody was at home at.
#[derive(Default)]
pub(in crate::engine::tests) struct Logins {
    all: Vec<Login>,
    users: HashMap<UserIdentifiers, Remembered>,
}

/// A place and a client, by their levels.
type Look = [Vec<Option<String>>; 2];

struct Login {
    look: Look,
    day: u64,
}

/// What is not forgotten of one user.
#[derive(Default)]
struct Remembered {
    /// Seven looks at most, in the order in which they came, and the days of each.
    looks: Vec<(Look, Vec<u64>)>,
    hours: VecDeque<u64>,
    /// The day of the last login, and how many there were on it.
    last: (u64, u32),
    /// From which network there was a login that nobody believes, and on which day.
    doubted: Option<(Option<String>, u64)>,
}

impl Logins {
    pub(in crate::engine::tests) fn learn(&mut self, event: &Event) {
        let Some((user, look, day, hour)) = read(event) else {
            return;
        };
        let is_doubted = self.risk(event).is_some_and(|ratio| ratio > 9.0);
        let remembered = self.users.entry(user).or_default();
        let today = if remembered.last.0 == day {
            remembered.last.1
        } else {
            0
        };
        if today >= 20 {
            return;
        }
        if is_doubted && !remembered.is_there_still(&look[0][1], day) {
            return;
        }
        remembered.last = (day, today + 1);
        remembered.learn(&look, day);
        remembered.hours.push_back(hour);
        if remembered.hours.len() > 16 {
            remembered.hours.pop_front();
        }
        self.all.push(Login { look, day });
    }

    /// How much likelier an attacker is than the user.
    pub(in crate::engine::tests) fn risk(&self, event: &Event) -> Option<f64> {
        let (user, look, day, hour) = read(event)?;
        let own = self.users.get(&user)?;
        let all: f64 = self.all.iter().map(|login| left(login.day, day)).sum();
        let logins = own.weigh(day, |_| true);
        let mut ratio = (all / self.users.len() as f64 / logins).clamp(0.5, 2.0);
        let was_at = |level: usize| {
            own.weigh(day, |one| {
                one[0][level].is_some() && one[0][level] == look[0][level]
            }) > 0.0
        };
        for (part, mut least) in LEAST.into_iter().enumerate() {
            if part == 0 && !was_at(0) && !was_at(1) {
                least = 0.5;
            }
            ratio *= self.factor(part, own, &look, day).clamp(least, 8.0);
        }
        Some(ratio * self.time(own, hour).clamp(1.0 / 1.5, 1.5))
    }

    fn factor(&self, part: usize, own: &Remembered, look: &Look, day: u64) -> f64 {
        let levels = 0..WEIGHTS[part].len();
        let like = |level: usize, other: &Look| {
            own.weigh(day, |one| {
                one[part][level].is_some() && one[part][level] == other[part][level]
            })
        };
        let is_known = |level: &usize| look[part][*level].is_some();
        let ratio = |other: &Look| {
            let logins = own.weigh(day, |_| true);
            let all: f64 = self.all.iter().map(|login| left(login.day, day)).sum();
            let (mut of_user, mut of_all) = (0.0, 0.0);
            for level in levels.clone().filter(is_known) {
                let alike = (self.all.iter())
                    .filter(|login| login.look[part][level] == other[part][level])
                    .filter(|_| other[part][level].is_some());
                let everybody: f64 = alike.map(|login| left(login.day, day)).sum();
                let weight = WEIGHTS[part][level];
                let others = (everybody - like(level, other)).max(1.0) / (all - logins + 10.0);
                of_user += weight * like(level, other);
                of_all += weight * others.min(1.0);
            }
            of_all / ((of_user + 2.0 * of_all) / (logins + 2.0))
        };
        let new: Vec<usize> = levels
            .clone()
            .filter(is_known)
            .filter(|level| like(*level, look) == 0.0)
            .collect();
        let usual = (own.looks.iter())
            .map(|(other, _)| other)
            .filter(|_| !new.is_empty())
            .filter(|other| {
                levels
                    .clone()
                    .all(|level| new.contains(&level) || other[part][level] == look[part][level])
            });
        usual.fold(ratio(look), |most, other| most.max(ratio(other)))
    }

    fn time(&self, own: &Remembered, hour: u64) -> f64 {
        let everybody: Vec<u64> = (self
            .users
            .values()
            .flat_map(|one| one.hours.iter().copied()))
        .collect();
        let hours: Vec<u64> = own.hours.iter().copied().collect();
        let (mut of_user, mut of_all) = (0.0, 0.0);
        let at = |other: u64| other == hour;
        let part = |other: u64| other % 24 / 6 == hour % 24 / 6;
        for same in [&at as &dyn Fn(u64) -> bool, &part] {
            let count = |of: &[u64]| of.iter().filter(|other| same(**other)).count() as f64;
            let others = (everybody.len() - hours.len()) as f64;
            of_user += 0.5 * count(&hours);
            of_all += 0.5 * (count(&everybody) - count(&hours)).max(1.0) / (others + 10.0);
        }
        of_all / ((of_user + 2.0 * of_all) / (hours.len() as f64 + 2.0))
    }
}

impl Remembered {
    fn weigh(&self, day: u64, counts: impl Fn(&Look) -> bool) -> f64 {
        let looks = self.looks.iter().filter(|(look, _)| counts(look));
        looks
            .flat_map(|(_, days)| days)
            .map(|then| left(*then, day))
            .sum()
    }

    fn is_there_still(&mut self, network: &Option<String>, day: u64) -> bool {
        if matches!(&self.doubted, Some((_, since)) if day - since > 30) {
            self.doubted = None;
        }
        match &self.doubted {
            None => self.doubted = Some((network.clone(), day)),
            Some((there, since)) if there == network && day - since >= 7 => {
                self.doubted = None;
                return true;
            }
            Some(_) => {}
        }
        false
    }

    /// Of an eighth look, the one that counts least is forgotten.
    fn learn(&mut self, look: &Look, day: u64) {
        if let Some((_, days)) = self.looks.iter_mut().find(|(other, _)| other == look) {
            return days.push(day);
        }
        let new = (look.clone(), vec![day]);
        if self.looks.len() < 7 {
            return self.looks.push(new);
        }
        let weight = |days: &[u64]| days.iter().map(|then| left(*then, day)).sum::<f64>();
        let mut least = 0;
        for other in 1..7 {
            if weight(&self.looks[other].1) < weight(&self.looks[least].1) - 1e-6 {
                least = other;
            }
        }
        self.looks[least] = new;
    }
}

/// Half after 90 days.
fn left(then: u64, now: u64) -> f64 {
    0.5_f64.powf(now.saturating_sub(then) as f64 / 90.0)
}

/// User, look, day and hour of a login that succeeded.
fn read(event: &Event) -> Option<(UserIdentifiers, Look, u64, u64)> {
    let What::Login(attempt) = &event.what else {
        return None;
    };
    if attempt.outcome != Outcome::Success || attempt.withheld {
        return None;
    }
    let address = event.origin.address?;
    let facts = event.origin.facts.as_deref();
    let bits = if address.ip().is_ipv4() { 24 } else { 48 };
    let network = match facts.and_then(|facts| facts.system) {
        Some(system) => format!("AS{system}"),
        None => address.network_of(bits).to_string(),
    };
    let country = facts.and_then(|facts| facts.country);
    let place = vec![
        Some(address.network().to_string()),
        Some(network),
        country.map(|country| country.to_string()),
    ];
    let agent = event.origin.user_agent.as_ref();
    let agent = agent.map_or("", |agent| agent.as_str());
    let known = AGENTS.iter().find(|(text, _)| *text == agent);
    let parts = known.map_or([agent, "", "program"], |(_, parts)| *parts);
    let client = [agent, parts[0], parts[1], parts[2]].map(|part| Some(part.to_owned()));
    let hours = event.at.as_millis() / 3_600_000;
    let day = hours / 24;
    // The first of January 1970 was a Thursday.
    let weekend = [2, 3].contains(&(day % 7));
    let hour = hours % 24 + if weekend { 24 } else { 0 };
    Some((attempt.who()?.clone(), [place, client.into()], day, hour))
}
