//! What a policy lets an attacker have at most, by closed forms: the part of a budget that is proven.
//!
//! # What is proven
//!
//! A *guess* is a login that fails in the name of a user who has not logged in from there. A playbook *bounds* guesses
//! where it counts them, all of them, and where its response keeps out what it counts by: failures by address and a
//! ban of the address, failures on a user and a closed account. What depends on more than that (other conditions, a
//! `share`, `after`, `above-usual`, a `cool-down` that outlasts the ban) is claimed as no bound: too little for the
//! attacker is never claimed.
//!
//! Let a playbook respond at T counted, a stretch of time be *span* milliseconds long, so that at most `last = span - 1`
//! lie between its first guess and its last, and let the playbook's bans last L₀ ≤ L₁ ≤ … A guess that it responds
//! to is a *trip*, all others are *quiet*. Guesses at one moment are in order, so that a burst takes no time.
//!
//! **A window W, starting over.** Between two trips, each stretch of W holds at most T − 1 guesses, and the trip
//! itself is one more. After each trip but the last follows a ban. With m bans that were waited out there are m + 1 runs
//! of quiet guesses; a run of d milliseconds is covered by ⌊d / W⌋ + 1 stretches; and the runs have
//! `last` − (L₀ + … + Lₘ₋₁) milliseconds together. So there are at most
//! `(T − 1) · (⌊(last − ΣL) / W⌋ + m + 1) + m + 1` guesses, for the best m. Bursts of T − 1 reach it.
//!
//! **A bucket that leaks one each λ, starting over.** A quiet run of d milliseconds holds at most T − 1 + ⌊d / λ⌋:
//! what fits, and what leaks meanwhile. So `(T − 1) · (m + 1) + ⌊(last − ΣL) / λ⌋ + m + 1`.
//!
//! **Without starting over.** In each stretch of W the T-th guess and all later ones are trips, so at most T − 1 are
//! quiet; and there are at most r = 1 + max { m : ΣL ≤ last } trips. So `(T − 1) · ⌈span / W⌉ + r`, which is reached
//! where span ≤ W. Of a bucket, `T − 1 + ⌊last / λ⌋ + r`.
//!
//! **Distinct users** by an address or a network (and distinct addresses on a user) bound guesses only together with a
//! bound p on each user in W: T − 1 users are T − 1 times p guesses. Where nothing bounds each, they bound nothing.
//!
//! **Doubling.** Within a day, a ban comes sooner than a day after the last, so that each is twice as long, up to
//! `at-most`. Not so where an earlier playbook may have said the same ban for the same event: then the engine does
//! not note this one, and only its first length is claimed.
//!
//! **Memory.** The engine keeps what it counts in tables of bounded size. An attacker who can fill them makes it
//! forget. Nothing forgets while all guesses in the longest window fit; where they may not, nothing is claimed. And
//! what is counted for one user at one address is kept among what is kept of the address: there, too, it has to fit.

use std::time::Duration;

use serde::Serialize;
use sqreen::config::Config;
use sqreen::event::Outcome;
use sqreen::policy::{By, Conditions, Counts, Habit, Mode, Over, Playbook, Policy, Then, When};

/// A day.
pub(super) const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// A minute.
pub(super) const MINUTE: Duration = Duration::from_secs(60);

/// Where many are at home, a playbook asks for at most so many times its threshold; and of so many users at one
/// address is kept what is counted for each of them. The engine's figure.
const MOST_SPARED: u64 = 16;

/// How many entries beyond the first a table of the engine holds for each subject it has room for, on average.
const ENTRIES: u64 = 4;

/// Beyond so many bans a day the best mixture of waiting and being banned is not looked for one by one.
const MOST_BANS: u64 = 100_000;

/// What a playbook allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bound {
    /// The playbook.
    pub playbook: Box<str>,
    /// How many guesses at most.
    pub at_most: u64,
}

/// Whose guesses a playbook bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Address,
    Network,
    Account,
    AccountFromAddress,
}

/// How many addresses an attacker has, and in how many networks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach {
    pub(super) addresses: u64,
    pub(super) networks: u64,
}

/// A playbook that bounds guesses.
#[derive(Debug, Clone)]
pub(super) struct Limiter {
    name: Box<str>,
    pub(super) of: Of,
    counts: Counts,
    /// At how many it responds, for this attacker.
    threshold: u64,
    over: Over,
    starts_over: bool,
    /// How long its first ban lasts, and its longest that is sure, in milliseconds.
    first: u64,
    longest: u64,
    /// Whether it is kept among what is kept of an address.
    is_kept_by_address: bool,
    /// Whether failures of users at home count as well.
    counts_at_home: bool,
}

/// All that is proven of a policy, against an attacker with so many accounts of their own at each address.
#[derive(Debug)]
pub(super) struct Bounds {
    limiters: Vec<Limiter>,
    own: u64,
    /// The longest time for which anything is kept.
    longest: u64,
    capacity: u64,
}

impl Limiter {
    /// What the `n`th playbook of a policy bounds, if anything, for an attacker with `own` accounts at the address.
    pub(super) fn of(policy: &Policy, n: usize, own: u64) -> Option<Self> {
        let playbook = policy.playbooks().get(n)?;
        let of = bounded(playbook)?;
        let first = millis(playbook.lasting);
        let doubles = is_keyed_to(playbook, of) && !is_shadowed(policy, n);
        let plain = playbook.counts == Counts::Events && matches!(playbook.over, Over::Within(_));
        Some(Self {
            name: playbook.name.clone(),
            of,
            counts: playbook.counts.clone(),
            threshold: threshold(playbook, own)?,
            over: playbook.over,
            starts_over: playbook.starts_over,
            first,
            longest: if doubles {
                millis(playbook.at_most)
            } else {
                first
            },
            is_kept_by_address: of == Of::AccountFromAddress && plain,
            counts_at_home: playbook.only_if.place.is_none(),
        })
    }

    /// The most guesses in any stretch of `span` milliseconds, where `each` is how many there can be in one window
    /// of each thing it counts: 1 where it counts guesses.
    pub(super) fn most(&self, span: u64, each: u64) -> u64 {
        let Some(last) = span.checked_sub(1) else {
            return 0;
        };
        if span > millis(DAY) && self.longest > self.first {
            // Whoever waits for more than a day after a ban begins with the shortest again.
            let undoubled = Self {
                longest: self.first,
                ..self.clone()
            };
            return undoubled.most(span, each);
        }
        let quiet = (self.threshold - 1).saturating_mul(each);
        if quiet == 0 {
            return self.trips(last);
        }
        if !self.starts_over {
            let quiet = match self.over {
                Over::Within(window) => quiet.saturating_mul(span.div_ceil(millis(window))),
                Over::Leaking(leaking) => quiet.saturating_add(last / millis(leaking)),
            };
            return quiet.saturating_add(self.trips(last));
        }
        let of = |banned: u64, runs: u64| {
            let left = last - banned;
            let quiet = match self.over {
                Over::Within(window) => quiet.saturating_mul(left / millis(window) + runs),
                Over::Leaking(leaking) => quiet.saturating_mul(runs) + left / millis(leaking),
            };
            quiet.saturating_add(runs)
        };
        if self.trips(last) > MOST_BANS {
            // Both at once: more than any mixture.
            return of(0, self.trips(last));
        }
        let banned = self.waits().take_while(|banned| *banned <= last);
        banned
            .zip(1..)
            .map(|(banned, runs)| of(banned, runs))
            .max()
            .unwrap_or(0)
    }

    /// The most trips with at most `last` milliseconds between the first and the last.
    fn trips(&self, last: u64) -> u64 {
        let mut trips = 0;
        for (n, banned) in self.waits().enumerate() {
            if banned > last {
                return trips;
            }
            trips = n as u64 + 1;
            if self.ban(n as u64) == self.longest {
                return trips + (last - banned) / self.longest;
            }
        }
        trips
    }

    /// How long the first 0, 1, 2, … bans last together.
    fn waits(&self) -> impl Iterator<Item = u64> {
        (0..).scan(0_u64, |banned, n| {
            let before = *banned;
            *banned = banned.saturating_add(self.ban(n));
            Some(before)
        })
    }

    fn ban(&self, n: u64) -> u64 {
        let doubled = u32::try_from(n).ok().and_then(|n| 1_u64.checked_shl(n));
        let lasts = self.first.saturating_mul(doubled.unwrap_or(u64::MAX));
        lasts.min(self.longest)
    }

    /// For how long an event may count.
    fn window(&self) -> u64 {
        match self.over {
            Over::Within(window) => millis(window),
            Over::Leaking(leaking) => millis(leaking).saturating_mul(self.threshold),
        }
    }
}

impl Bounds {
    pub(super) fn of(policy: &Policy, own: u32) -> Self {
        let own = u64::from(own);
        let playbooks = policy.playbooks();
        let kept = |playbook: &Playbook| {
            let window = match playbook.over {
                Over::Within(window) => window,
                Over::Leaking(leaking) => leaking.saturating_mul(playbook.reaching.get()),
            };
            let before = playbook
                .after
                .as_ref()
                .map_or(Duration::ZERO, |after| after.within);
            millis(window.max(before))
        };
        let mut bounds = Self {
            limiters: (0..playbooks.len())
                .filter_map(|n| Limiter::of(policy, n, own))
                .collect(),
            own,
            longest: playbooks.iter().map(kept).max().unwrap_or(0),
            capacity: Config::default().max_subjects as u64,
        };
        // What does not fit among what is kept of an address bounds nothing. The first to be forgotten would be
        // forgotten while all bounds still hold, so that they may be used to show that there is none.
        while let Some(n) = bounds.limiters.iter().position(|one| !bounds.fits(one)) {
            bounds.limiters.remove(n);
        }
        bounds
    }

    /// The most guesses an attacker gets from all addresses together, by playbook, the strictest first.
    pub(super) fn in_all(&self, reach: Reach, span: Duration) -> Vec<Bound> {
        if !self.is_remembered(reach) {
            return Vec::new();
        }
        sorted(self.totals(reach, millis(span)))
    }

    /// The most guesses an attacker gets on one account.
    pub(super) fn on_account(&self, reach: Reach, span: Duration) -> Vec<Bound> {
        if !self.is_remembered(reach) {
            return Vec::new();
        }
        let span = millis(span);
        let mut all = self.by(Of::Account, span, 1);
        all.extend(self.by(Of::AccountFromAddress, span, reach.addresses));
        all.extend(self.totals(reach, span));
        sorted(all)
    }

    fn totals(&self, reach: Reach, span: u64) -> Vec<Bound> {
        let mut all = self.by(Of::Address, span, reach.addresses);
        all.extend(self.by(Of::Network, span, reach.networks));
        all
    }

    /// What the playbooks of a kind allow in `span`, so many times.
    fn by(&self, of: Of, span: u64, times: u64) -> Vec<Bound> {
        let bound = |limiter: &Limiter| {
            let at_most = limiter
                .most(span, self.each(limiter)?)
                .saturating_mul(times);
            let playbook = limiter.name.clone();
            Some(Bound { playbook, at_most })
        };
        let limiters = self.limiters.iter().filter(|limiter| limiter.of == of);
        limiters.filter_map(bound).collect()
    }

    /// How many guesses one of what is counted may be, in one window; `None`: any number.
    fn each(&self, limiter: &Limiter) -> Option<u64> {
        let window = limiter.window();
        let plain = |of: Of| {
            let limiters = self.limiters.iter();
            let limiters = limiters.filter(|one| one.of == of && one.counts == Counts::Events);
            limiters.map(|one| one.most(window, 1)).min()
        };
        let within = matches!(limiter.over, Over::Within(_));
        match (limiter.of, &limiter.counts) {
            (_, Counts::Events) => Some(1),
            (Of::Address, Counts::Users) if within => {
                [plain(Of::AccountFromAddress), plain(Of::Account)]
                    .into_iter()
                    .flatten()
                    .min()
            }
            (Of::Network, Counts::Users) if within => plain(Of::Account),
            (Of::Account, Counts::Addresses) if within => plain(Of::AccountFromAddress),
            _ => None,
        }
    }

    /// Whether what is counted for each user at an address stays among what is kept of the address.
    fn fits(&self, limiter: &Limiter) -> bool {
        if !limiter.is_kept_by_address {
            return true;
        }
        let window = limiter.window();
        let from_address = self
            .by(Of::Address, window, 1)
            .into_iter()
            .map(|bound| bound.at_most)
            .min();
        let own = match limiter.counts_at_home {
            true => limiter.most(window, 1).saturating_mul(self.own),
            false => 0,
        };
        from_address.is_some_and(|guesses| {
            guesses.saturating_add(own) <= limiter.threshold.saturating_mul(MOST_SPARED)
        })
    }

    /// Whether the engine's tables hold all that this attacker can put there.
    ///
    /// A table forgets a subject when it has filled one of its two halves twice since that was used: with subjects, or
    /// with what is kept of them.
    fn is_remembered(&self, reach: Reach) -> bool {
        let half = self.capacity / 2;
        let guesses = |span: u64| {
            self.totals(reach, span)
                .into_iter()
                .map(|bound| bound.at_most)
                .min()
        };
        // Who was banned is remembered for a day after a ban of at most a day.
        let repeats = guesses(2 * millis(DAY));
        let kept = guesses(self.longest);
        repeats.is_some_and(|guesses| guesses < half)
            && kept.is_some_and(|guesses| guesses < half * ENTRIES)
            && self.limiters.iter().all(|limiter| match limiter.of {
                Of::Address => reach.addresses < half,
                Of::AccountFromAddress if limiter.is_kept_by_address => reach.addresses < half,
                Of::Network => reach.networks < half,
                _ => guesses(limiter.window()).is_some_and(|guesses| guesses < half),
            })
    }
}

fn sorted(mut bounds: Vec<Bound>) -> Vec<Bound> {
    bounds.sort_by_key(|bound| bound.at_most);
    bounds
}

/// Whose guesses a playbook bounds: it counts all of them, and its ban keeps out what it counts by.
fn bounded(playbook: &Playbook) -> Option<Of> {
    let counts_all = playbook.mode == Mode::Enforce
        && playbook.when == When::Login
        && counts_each_guess(&playbook.only_if)
        && playbook.unless.is_empty()
        && playbook.after.is_none()
        && playbook.share.is_none()
        && playbook.above_usual.is_none();
    // While it is silent it counts from nothing again and again, and bans nobody.
    let always_bans = playbook.cool_down <= playbook.lasting && millis(playbook.lasting) > 0;
    let each = match playbook.over {
        Over::Within(time) | Over::Leaking(time) => millis(time),
    };
    // Whom it is silent about has to be somebody who is kept out meanwhile.
    let shuts_up = playbook.cool_down.is_zero() || first_ban(playbook) != Some(Then::CloseSignUps);
    if !(counts_all && always_bans && each > 0 && shuts_up) {
        return None;
    }
    let does = |then: Then| playbook.then.contains(&then);
    let bans_place = does(Then::BanAddress) || does(Then::BanNetwork);
    let bans_user = does(Then::CloseUser) || does(Then::BanUser);
    match playbook.by {
        By::Address if bans_place => Some(Of::Address),
        By::Network if does(Then::BanNetwork) => Some(Of::Network),
        By::User if bans_user => Some(Of::Account),
        By::UserAndAddress if bans_place || bans_user => Some(Of::AccountFromAddress),
        // Others can reset what is counted by all together, and anybody chooses their user agent.
        _ => None,
    }
}

/// Whether it asks nothing of a failure but that it happens where the user was not before.
fn counts_each_guess(asked: &Conditions) -> bool {
    let failures = asked.outcome.is_empty() || asked.outcome.contains(&Outcome::Failure);
    let rest = Conditions {
        outcome: Vec::new(),
        place: None,
        ..asked.clone()
    };
    failures && asked.place != Some(Habit::Usual) && rest.is_empty()
}

/// At how many it responds where so many of the attacker's accounts are at home; `None`: perhaps never.
pub(super) fn threshold(playbook: &Playbook, own: u64) -> Option<u64> {
    let reaching = u64::from(playbook.reaching.get());
    let Some(share) = playbook.sparing else {
        return Some(reaching);
    };
    let asked = residents(own) * u64::from(share) / 100;
    let asked = asked.min(reaching * MOST_SPARED);
    // No bucket holds more than its threshold.
    let may_never = matches!(playbook.over, Over::Leaking(_)) && asked > reaching;
    (!may_never).then_some(asked.max(reaching))
}

/// For how many people the engine may take so many accounts: it counts by 256 kinds of them, and all may differ.
fn residents(own: u64) -> u64 {
    const KINDS: u64 = 256;
    let own = u32::try_from(own.min(KINDS)).unwrap_or(u32::MAX);
    let all = f64::from(256_u32);
    let each = |known: u32| all / (all - f64::from(known));
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "some 1,500 at most"
    )]
    let residents = (0..own).map(each).sum::<f64>().round() as u64;
    residents
}

fn is_ban(then: &Then) -> bool {
    matches!(
        then,
        Then::BanAddress | Then::BanNetwork | Then::CloseSignUps | Then::BanUser | Then::CloseUser
    )
}

fn first_ban(playbook: &Playbook) -> Option<Then> {
    playbook.then.iter().find(|then| is_ban(then)).copied()
}

/// Whether repetitions are told by whom it bounds: they are told by whom it bans first.
fn is_keyed_to(playbook: &Playbook, of: Of) -> bool {
    match (of, first_ban(playbook)) {
        (Of::AccountFromAddress, Some(first)) => first != Then::CloseSignUps,
        (Of::Address, Some(first)) => matches!(first, Then::BanAddress | Then::BanNetwork),
        (Of::Network, first) => first == Some(Then::BanNetwork),
        (Of::Account, first) => matches!(first, Some(Then::CloseUser | Then::BanUser)),
        (_, None) => false,
    }
}

/// Whether an earlier playbook may say the same ban for the same event, so that this one's is not noted.
fn is_shadowed(policy: &Policy, n: usize) -> bool {
    let (earlier, playbook) = (&policy.playbooks()[..n], &policy.playbooks()[n]);
    let says = |then: &Then, ban: &Then| {
        then == ban || (*ban == Then::CloseUser && *then == Then::BanUser)
    };
    let may_say = |other: &Playbook| {
        let logins = other.mode == Mode::Enforce && other.when == When::Login;
        let bans = playbook.then.iter().filter(|then| is_ban(then));
        logins && { bans }.any(|ban| other.then.iter().any(|then| says(then, ban)))
    };
    !playbook.then.contains(&Then::Notify) && earlier.iter().any(may_say)
}

/// Whole milliseconds, in which the engine counts.
pub(super) fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
