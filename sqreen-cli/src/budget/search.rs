//! What an attacker was found to get: the part of a budget that an attack on the engine itself shows.
//!
//! Attackers know the policy. They count along what each playbook counts, stay just below the thresholds of some, and
//! wait out the bans of the others; which ones, on how many accounts in turn, with how many accounts of their own, and
//! how fast, is what is searched: first a portfolio made from the policy's own figures, then changes of the best, one at
//! a time. The same policy and effort give the same result. What is found is what an attacker gets at least: somebody
//! may find more.

use std::collections::BTreeSet;

use sqreen::policy::{By, Counts, Policy};

use super::attacker::{Attack, Ground, Spoils, Strategy, Whom};
use super::exact::{DAY, millis};
use super::watch::{Known, known};

/// How many accounts of their own attackers have at most that log in from their addresses. More make an address look
/// like an office, and take weeks to open.
pub const OWN_ACCOUNTS: u32 = 10;

/// From more addresses than these, own accounts do not log in: it changes what one address gets, and that is searched
/// where there is one.
const SETTLED: u32 = 256;

/// Tables that are no larger are tried to be filled, so that they forget.
const FILLED: usize = 10_000;

/// How many bans attackers begin with waiting out, to stay below thresholds only then.
const AFTER: [u32; 5] = [0, 1, 2, 3, 4];

/// So many guesses an attack may always make.
const LONGEST: u64 = 200_000;

/// What an evaluation costs beside its events, in events: an engine has to be made.
const OVERHEAD: u64 = 300;

/// How long a search may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort {
    /// How many events each figure may cost.
    pub(super) events: u64,
    /// Within how many changes of the best nothing better has to be found for the search to end.
    pub(super) patience: u32,
}

impl Effort {
    /// About a minute for the built-in policy.
    pub const FULL: Self = Self {
        events: 4_000_000,
        patience: 400,
    };
    /// A few seconds.
    pub const QUICK: Self = Self {
        events: 150_000,
        patience: 40,
    };
}

/// What is searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aim {
    FirstMinute,
    InAll,
    OnAccount,
}

/// The best that was found.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) guesses: u64,
    pub(super) endless: bool,
    pub(super) strategy: Strategy,
    /// The playbooks for whose sake the attacker waited, and those whose bans were waited out.
    pub(super) heeded: BTreeSet<Box<str>>,
    pub(super) banned_by: BTreeSet<Box<str>>,
}

/// One search.
pub(super) struct Search<'a> {
    pub(super) policy: &'a Policy,
    pub(super) ground: Ground,
    /// How many subjects the engine's tables hold.
    pub(super) capacity: usize,
    pub(super) aim: Aim,
    /// What is proven: nothing better has to be looked for.
    pub(super) at_most: Option<u64>,
    pub(super) effort: Effort,
}

impl Aim {
    fn of(self, spoils: &Spoils) -> u64 {
        match self {
            Self::FirstMinute => spoils.first_minute,
            Self::InAll => spoils.day,
            Self::OnAccount => spoils.day_on_account,
        }
    }
}

impl Search<'_> {
    /// The best strategy there was time to find.
    pub(super) fn best(&self) -> Found {
        let known = known(self.policy, OWN_ACCOUNTS);
        let attack = Attack {
            policy: self.policy,
            known: &known,
            ground: self.ground,
            capacity: self.capacity,
            most: self.stopped_after(),
        };
        let mut under_way = UnderWay {
            search: self,
            attack: &attack,
            left: self.effort.events,
            best: None,
        };
        for strategy in self.portfolio(&known) {
            if under_way.is_over() {
                break;
            }
            under_way.try_out(strategy, false);
        }
        under_way.improve(&known);
        under_way.best.unwrap_or(Found {
            guesses: 0,
            endless: false,
            strategy: Strategy {
                whom: Whom::One,
                below: 0,
                after: 0,
                gap: 0,
                own: 0,
            },
            heeded: BTreeSet::new(),
            banned_by: BTreeSet::new(),
        })
    }

    /// After how many guesses an attack is stopped: not before what is proven, twice over, as it lasts two days,
    /// unless that would take too long.
    fn stopped_after(&self) -> u64 {
        match (self.aim, self.at_most) {
            (Aim::InAll, Some(at_most)) => {
                let all = at_most.saturating_mul(2).saturating_add(2);
                all.min(self.effort.events.max(LONGEST))
            }
            _ => (self.effort.events / 8).max(10_000),
        }
    }

    /// Where to begin: by what the policy itself says.
    fn portfolio(&self, known: &[Known]) -> Vec<Strategy> {
        let mut strategies = Vec::new();
        for (m, below) in self.masks(known).into_iter().enumerate() {
            for (w, whom) in self.whoms(known).into_iter().enumerate() {
                for (o, &own) in self.owns().iter().enumerate() {
                    for (a, after) in AFTER.into_iter().enumerate() {
                        let strategy = Strategy {
                            whom,
                            below,
                            after,
                            gap: 0,
                            own,
                        };
                        strategies.push((m + w + 2 * o + 3 * a, strategy));
                    }
                }
            }
        }
        // The most likely first: there may be no time for all.
        strategies.sort_by_key(|(likely, _)| *likely);
        strategies
            .into_iter()
            .map(|(_, strategy)| strategy)
            .collect()
    }

    fn owns(&self) -> &'static [u32] {
        if self.ground.addresses() > SETTLED {
            &[0]
        } else {
            &[0, OWN_ACCOUNTS]
        }
    }

    /// Which playbooks to stay below: those that do not count for as long as a day, and those with windows up to some
    /// length, from all to none; then all but one.
    fn masks(&self, known: &[Known]) -> Vec<u64> {
        let of = |is: &dyn Fn(usize, &Known) -> bool| {
            let known = known.iter().enumerate().filter(|(n, known)| is(*n, known));
            known.fold(0_u64, |mask, (n, _)| mask | 1 << n)
        };
        let short = |known: &Known| known.window() < millis(DAY);
        let mut masks = vec![of(&|_, known| short(known))];
        if self.aim == Aim::InAll && self.ground.addresses() > 1 {
            // There are always other accounts.
            masks.insert(0, of(&|_, known| short(known) && known.by != By::User));
        }
        let mut windows: Vec<u64> = known.iter().map(Known::window).collect();
        windows.sort_unstable();
        let up_to = windows.iter().rev();
        masks.extend(up_to.map(|longest| of(&|_, known| known.window() <= *longest)));
        masks.push(0);
        masks.extend((0..known.len()).map(|but| of(&|n, _| n != but)));
        each_once(masks)
    }

    /// On whom to guess: as many as playbooks let pass, and others.
    fn whoms(&self, known: &[Known]) -> Vec<Whom> {
        let mut of_users: Vec<&Known> = known
            .iter()
            .filter(|known| matches!(known.by, By::User | By::UserAndAddress))
            .collect();
        of_users.sort_by_key(|known| (known.by != By::User, known.window()));
        // As many as there may be, and one more where the ban that follows is of no matter.
        let each = of_users
            .iter()
            .flat_map(|known| [known.reaching, known.reaching - 1])
            .filter_map(fitting);
        let users = known
            .iter()
            .filter(|known| known.counts == Counts::Users)
            .filter_map(|known| fitting(known.reaching - 1));
        let mut whoms = match (self.aim, self.ground.addresses()) {
            (Aim::OnAccount, _) => {
                let others = u32::try_from(self.capacity).unwrap_or(u32::MAX);
                let hidden = each.clone().map(|each| Whom::Hidden(each, others));
                [Whom::One]
                    .into_iter()
                    .chain(hidden.filter(|_| self.capacity <= FILLED))
                    .chain([Whom::InTurn(3), Whom::InTurn(40), Whom::InTurn(130)])
                    .collect()
            }
            (_, 1) => vec![Whom::Fresh(1), Whom::One, Whom::InTurn(3)],
            _ => Vec::new(),
        };
        if self.aim != Aim::OnAccount {
            whoms.extend(each.map(Whom::Fresh));
            whoms.push(Whom::Fresh(1));
        }
        whoms.extend(users.map(Whom::InTurn));
        each_once(whoms)
    }

    /// A change of a strategy.
    fn changed(&self, strategy: &Strategy, known: &[Known], dice: &mut Dice) -> Strategy {
        let mut changed = strategy.clone();
        let flip = |dice: &mut Dice| 1_u64 << dice.below(known.len().min(64) as u64);
        match dice.below(7) {
            6 => changed.after = u32::try_from(dice.below(8)).unwrap_or(0),
            0 | 1 => changed.below ^= flip(dice),
            2 => {
                changed.below ^= flip(dice);
                changed.below ^= flip(dice);
            }
            3 => {
                let whoms = self.whoms(known);
                let chosen = usize::try_from(dice.below(whoms.len() as u64)).unwrap_or(0);
                changed.whom = whoms[chosen];
            }
            4 => {
                let some = u32::try_from(1 + dice.below(50)).unwrap_or(1);
                changed.whom = match changed.whom {
                    Whom::InTurn(_) | Whom::One => Whom::InTurn(some),
                    Whom::Fresh(_) => Whom::Fresh(some),
                    Whom::Hidden(each, others) => Whom::Hidden(each, others / 25 * some),
                };
            }
            _ => {
                let of = usize::try_from(dice.below(1 + known.len() as u64)).unwrap_or(0);
                changed.gap = known
                    .get(of)
                    .map_or(0, |known| known.window() / known.reaching);
                changed.gap += dice.below(2);
            }
        }
        if dice.below(4) == 0 {
            let owns = self.owns();
            changed.own = owns[usize::try_from(dice.below(owns.len() as u64)).unwrap_or(0)];
        }
        changed
    }
}

fn each_once<T: PartialEq>(all: Vec<T>) -> Vec<T> {
    let mut each: Vec<T> = Vec::new();
    for one in all {
        if !each.contains(&one) {
            each.push(one);
        }
    }
    each
}

/// A number of guesses or of users, where it is one.
fn fitting(number: u64) -> Option<u32> {
    u32::try_from(number).ok().filter(|number| *number > 0)
}

struct UnderWay<'a> {
    search: &'a Search<'a>,
    attack: &'a Attack<'a>,
    /// How many events may still be spent.
    left: u64,
    best: Option<Found>,
}

impl UnderWay<'_> {
    /// Whether nothing better can be found, or no time is left to find it.
    fn is_over(&self) -> bool {
        let best = self.best.as_ref();
        let at_most = self.search.at_most.unwrap_or(u64::MAX);
        let proven = best.is_some_and(|best| best.guesses >= at_most);
        self.left == 0 || proven || best.is_some_and(|best| best.endless)
    }

    /// Keeps what is better than the best; and, where `also_equal`, what is as good, from where there may be a way on.
    fn try_out(&mut self, strategy: Strategy, also_equal: bool) {
        let spoils = self.attack.run(&strategy);
        self.left = self.left.saturating_sub(spoils.events + OVERHEAD);
        let guesses = self.search.aim.of(&spoils);
        let endless = self.search.at_most.is_none() && self.search.aim.is_endless(&spoils);
        let is_best = self
            .best
            .as_ref()
            .is_none_or(|best| guesses > best.guesses || (also_equal && guesses == best.guesses));
        if is_best {
            self.best = Some(Found {
                guesses,
                endless,
                strategy,
                heeded: spoils.heeded,
                banned_by: spoils.banned_by,
            });
        }
    }

    /// Changes the best, one thing at a time.
    fn improve(&mut self, known: &[Known]) {
        let mut dice = Dice(millis(DAY));
        let mut in_vain = 0;
        while !known.is_empty() && in_vain < self.search.effort.patience && !self.is_over() {
            let Some(best) = &self.best else { return };
            let before = best.guesses;
            let changed = self.search.changed(&best.strategy, known, &mut dice);
            self.try_out(changed, true);
            let better = self.best.as_ref().is_some_and(|best| best.guesses > before);
            in_vain = if better { 0 } else { in_vain + 1 };
        }
    }
}

impl Aim {
    /// Whether an attack got very much of this in no time.
    fn is_endless(self, spoils: &Spoils) -> bool {
        spoils.endless
            && match self {
                Self::InAll => true,
                Self::FirstMinute => spoils.first_minute == spoils.day,
                Self::OnAccount => spoils.day_on_account * 100 > spoils.day,
            }
    }
}

/// Numbers that look random and are the same each time: SplitMix64 (Steele, Lea and Flood, 2014).
struct Dice(u64);

impl Dice {
    /// One of `0..n`; 0 where there is none.
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)).checked_rem(n).unwrap_or(0)
    }
}
