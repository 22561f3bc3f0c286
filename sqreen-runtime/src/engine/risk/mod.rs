//! How much likelier an attacker than the owner is to log in like this.
//!
//! After Freeman et al. ("Who Are You?", NDSS 2016) and Wiefling et al. (FC 2021; ACM TOPS 2022): of where a login
//! comes from, with what, and when, the share among everybody's logins over the share among the user's own. Neither
//! attacks nor labels have to be known. `docs/risk.md` has the formula, the figures and where they come from.
//!
//! Where the published formula is silent, or says less than is known, this is what it does here:
//!
//! - *Everybody* is everybody else: an attacker on this account is not its owner. Where there are many users that
//!   is the same; where there are few, their own logins would tell nothing.
//! - What a user has never shown is not impossible, so their own share is drawn towards everybody's, as if they had
//!   logged in [`DOUBT`] times more in the way that everybody does (a Dirichlet prior). A stranger from a place that
//!   nobody has ever logged in from is then as suspicious as one from where many do: how rare it is cancels out, and
//!   what is left is how much is known of the user. The published code finds the same case and sets a figure by hand.
//! - Of what is new, no coincidence makes it less suspicious than what is usual.
//! - Each factor is bounded, so that none decides alone.
//! - Of one user's logins no more than some a day are learnt from: nobody makes their own ways everybody's.
//! - A login that is hardly the user's is not learnt from, unless they prove themselves once more or are still there
//!   after a week: somebody else's would be usual the second time.

mod agent;
mod history;
mod look;
mod population;
mod weight;

use foldhash::quality::FixedState;

use crate::event::{Event, Familiarity, LoginRisk, RiskFeature, RiskReason};

use super::Memory;
use super::seen::Keys;
use super::subjects::{Kept, Subjects};

use history::History;
pub(super) use look::Login;
use look::{ALL, CLIENT, FEATURES, Level, Look, PLACE, Told, When};
use population::Population;

/// How many logins of a user it takes until their own ways count as much as everybody's.
const DOUBT: f64 = 2.0;

/// So many logins of strangers, each from somewhere else and with something else, are taken to be known from the
/// start: while few people have logged in, what they share is no sign of what attackers do.
const STRANGERS: f64 = 10.0;

/// How suspicious a place, or a client, can be at most. Where all else is as with others, one of them alone stays
/// below nine times, which is a score of 90; both are above, whatever else is usual.
const MOST: f64 = 8.0;

/// How much a place can speak for the user at most, at whose address and in whose network they have never been: that it is
/// in their country, anybody can choose.
const LEAST_ELSEWHERE: f64 = 0.5;

/// How much a client can speak for the user at most: anybody can send the same.
const LEAST_OF_CLIENT: f64 = 1.0 / MOST;

/// How much the time of day can do, in either direction. People travel and work late, and an attacker who is awake
/// when the user is proves nothing: it tips what is in doubt, and decides nothing.
const MOST_OF_TIME: f64 = 1.5;

/// How much it can do that a user logs in less or more than others: how often that is, is known of few.
const MOST_OF_USER: f64 = 2.0;

/// Above which ratio a login is hardly the user's: a score of 90.
const HARDLY: f32 = 9.0;

/// Below which share of a user's logins something is rare.
const RARE: f64 = 0.1;

/// How users log in.
#[derive(Debug)]
pub(super) struct Risk {
    of_user: Subjects<Known>,
    everybody: Population,
    agents: Subjects<Told>,
}

/// Boxed: tables have free places, and users are many.
#[derive(Debug, Default)]
struct Known(Option<Box<History>>);

impl Kept for Known {}

/// The reasons that one factor has at most.
type Reasons = [Option<RiskReason>; 3];

/// One factor of the risk, and what made it.
struct Factor {
    ratio: f64,
    reasons: Reasons,
}

impl Risk {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            of_user: Subjects::new(capacity),
            everybody: Population::new(capacity),
            agents: Subjects::new(capacity),
        }
    }

    /// A login of this user; `None` for one from no address.
    pub(super) fn login(
        &mut self,
        event: &Event,
        user: u64,
        keys: Keys,
        state: &FixedState,
    ) -> Option<Login> {
        let look = Look::of(&event.origin, keys, &mut self.agents, state)?;
        Some(Login {
            user,
            look,
            when: When::of(event.at),
            keys: ALL.map(|feature| look.key(feature, state)),
        })
    }

    /// Sends for what judging a login and learning it need.
    pub(super) fn touch(&self, login: &Login) -> u64 {
        let history = self.of_user.get(login.user);
        let history = history.and_then(|known| known.0.as_deref());
        history.map_or(0, History::touch) ^ self.everybody.touch(login)
    }

    /// The risk of a login; `None` of a user who has never logged in.
    pub(super) fn judge(&self, login: &Login, state: &FixedState) -> Option<LoginRisk> {
        let history = self.of_user.get(login.user)?.0.as_deref()?;
        let day = login.when.day;
        let left = history.left(day);
        let logins = history.logins() * left;
        let judged = Judged {
            history,
            left,
            logins,
            like: history.like(&login.look),
            others: (self.everybody.logins(day) - logins).max(0.0),
            everybody: &self.everybody,
            everybody_like: login.keys.map(|key| self.everybody.like(key, day)),
            users: self.of_user.len(),
            look: &login.look,
            when: login.when,
            state,
        };
        judged.risk()
    }

    /// The user has logged in like this. It was them, as far as the `risk` tells.
    pub(super) fn learn(&mut self, login: &Login, risk: Option<LoginRisk>) {
        let history = self.of_user.entry(login.user).0.get_or_insert_default();
        if history.has_learnt_enough(login.when.day) {
            return;
        }
        let hardly = risk.is_some_and(|risk| risk.ratio() > HARDLY);
        if hardly && !history.is_there_still(&login.look, login.when.day) {
            return;
        }
        let forgotten = history.learn(login.look, login.when);
        self.everybody.learn(login, forgotten);
    }

    pub(super) fn memory(&self) -> Memory {
        Memory {
            subjects: self.of_user.len() + self.everybody.len() + self.agents.len(),
            forgotten: self.of_user.forgotten()
                + self.everybody.forgotten()
                + self.agents.forgotten(),
        }
    }
}

/// A login that is compared with those before it.
struct Judged<'a> {
    history: &'a History,
    /// What is left of each of them.
    left: f64,
    /// How many there are, on this day.
    logins: f64,
    /// Of those that are remembered, how many have each feature in common with this one.
    like: [f64; FEATURES],
    /// And how many of others.
    others: f64,
    everybody: &'a Population,
    /// Of everybody's, how many have each feature in common with this one.
    everybody_like: [f64; FEATURES],
    users: usize,
    look: &'a Look,
    when: When,
    state: &'a FixedState,
}

impl Judged<'_> {
    fn risk(&self) -> Option<LoginRisk> {
        let mut place = self.factor(&PLACE, place_reasons);
        let mut client = self.factor(&CLIENT, client_reasons);
        let time = self.time();
        let least = if self.is_elsewhere() {
            LEAST_ELSEWHERE
        } else {
            0.0
        };
        place.ratio = place.ratio.clamp(least, MOST);
        client.ratio = client.ratio.clamp(LEAST_OF_CLIENT, MOST);
        let ratio = place.ratio * client.ratio * time.ratio * self.user();
        let mut factors = [place, client, time];
        factors.sort_by(|one, other| other.ratio.total_cmp(&one.ratio));
        let reasons = factors.iter().flat_map(|factor| factor.reasons);
        #[allow(clippy::cast_possible_truncation, reason = "from 0 to some hundreds")]
        LoginRisk::new(ratio as f32, reasons.flatten())
    }

    /// Whether the user has never been at this address, nor in its network.
    fn is_elsewhere(&self) -> bool {
        let places = [RiskFeature::Address, RiskFeature::Network];
        places.iter().all(|place| self.like[*place as usize] == 0.0)
    }

    /// The share of everybody over the user's own, of a feature with several levels.
    fn factor(
        &self,
        levels: &[Level],
        reasons: fn(&dyn Fn(RiskFeature) -> f64) -> Reasons,
    ) -> Factor {
        let own = |feature: RiskFeature| self.like[feature as usize];
        let is_new = |level: &Level| self.is_known(level) && own(level.feature) == 0.0;
        let mut ratio = self.ratio(levels, self.look, &self.like);
        if levels.iter().any(is_new) {
            // The user's own logins that differ in nothing but what is new.
            let alike = |other: &&Look| {
                let same = |level: &Level| {
                    is_new(level) || self.look.get(level.feature) == other.get(level.feature)
                };
                levels.iter().all(same)
            };
            for usual in self.history.looks().filter(alike) {
                let like = self.history.like(usual);
                ratio = ratio.max(self.ratio(levels, usual, &like));
            }
        }
        let share = |feature| {
            if self.look.get(feature) == 0 || self.logins == 0.0 {
                return 1.0;
            }
            own(feature) * self.left / self.logins
        };
        Factor {
            ratio,
            reasons: reasons(&share),
        }
    }

    /// Of a look with which so many of the user's logins have its features in common.
    fn ratio(&self, levels: &[Level], look: &Look, like: &[f64; FEATURES]) -> f64 {
        let (mut own, mut everybody) = (0.0, 0.0);
        for level in levels.iter().filter(|level| self.is_known(level)) {
            let like = like[level.feature as usize] * self.left;
            let all = self.everybody_with(look, level.feature);
            own += level.weight * like;
            everybody += level.weight * share(all - like, self.others);
        }
        drawn(own, self.logins, everybody)
    }

    /// How many of everybody's logins have a feature of a look.
    fn everybody_with(&self, look: &Look, feature: RiskFeature) -> f64 {
        if look.get(feature) == self.look.get(feature) {
            return self.everybody_like[feature as usize];
        }
        let key = look.key(feature, self.state);
        self.everybody.like(key, self.when.day)
    }

    /// What is not known of this login is compared with nothing.
    fn is_known(&self, level: &Level) -> bool {
        self.look.get(level.feature) != 0
    }

    /// The time of day: the hour, or else the part of the day.
    fn time(&self) -> Factor {
        let hour = self.when.hour;
        let mut own = [0_u32; 3];
        for other in self.history.hours() {
            own[0] += u32::from(other == hour);
            own[1] += u32::from(other.part() == hour.part());
            own[2] += 1;
        }
        let everybody = self.everybody.at(hour);
        let [at, part, others] = [0, 1, 2].map(|n| f64::from(everybody[n].saturating_sub(own[n])));
        let [own_at, own_part, logins] = own.map(f64::from);
        let ratio = drawn(
            0.5 * own_at + 0.5 * own_part,
            logins,
            0.5 * share(at, others) + 0.5 * share(part, others),
        );
        let is = match own {
            [_, 0, _] => Familiarity::New,
            _ if own_at < RARE * logins => Familiarity::Rare,
            _ => Familiarity::Usual,
        };
        Factor {
            ratio: ratio.clamp(1.0 / MOST_OF_TIME, MOST_OF_TIME),
            reasons: [reason(RiskFeature::Time, is), None, None],
        }
    }

    /// p(u|A) / p(u|L): all users are attacked alike, and those who seldom log in are seldom meant.
    fn user(&self) -> f64 {
        let day = self.when.day;
        #[allow(
            clippy::cast_precision_loss,
            reason = "there are fewer users than 2^52"
        )]
        let usual = self.everybody.logins(day) / self.users.max(1) as f64;
        if self.logins > 0.0 {
            (usual / self.logins).clamp(1.0 / MOST_OF_USER, MOST_OF_USER)
        } else {
            MOST_OF_USER
        }
    }
}

/// A share among strangers: nothing is impossible.
fn share(like: f64, others: f64) -> f64 {
    (like.max(1.0) / (others + STRANGERS)).min(1.0)
}

/// What everybody does over what the user does, whose own share is drawn towards everybody's.
fn drawn(own: f64, logins: f64, everybody: f64) -> f64 {
    everybody * (logins + DOUBT) / (own + DOUBT * everybody)
}

fn reason(feature: RiskFeature, is: Familiarity) -> Option<RiskReason> {
    Some(RiskReason { feature, is })
}

fn usual(share: f64) -> Familiarity {
    match share {
        0.0 => Familiarity::New,
        share if share < RARE => Familiarity::Rare,
        _ => Familiarity::Usual,
    }
}

/// The widest that is new, otherwise the address: in a new country everything else is new as well.
fn place_reasons(share: &dyn Fn(RiskFeature) -> f64) -> Reasons {
    let wide = [RiskFeature::Country, RiskFeature::Network];
    let new = wide.into_iter().find(|feature| share(*feature) == 0.0);
    let feature = new.unwrap_or(RiskFeature::Address);
    [reason(feature, usual(share(feature))), None, None]
}

/// All that is new, otherwise the user agent as a whole.
fn client_reasons(share: &dyn Fn(RiskFeature) -> f64) -> Reasons {
    let parts = [
        RiskFeature::Device,
        RiskFeature::System,
        RiskFeature::Browser,
    ];
    let new = parts.map(|feature| {
        reason(feature, usual(share(feature))).filter(|reason| reason.is == Familiarity::New)
    });
    if new.iter().any(Option::is_some) {
        return new;
    }
    let feature = RiskFeature::UserAgent;
    [reason(feature, usual(share(feature))), None, None]
}
