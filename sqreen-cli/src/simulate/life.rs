//! What honest people do on a day: log in, mistype, give up or have a new password sent, come back to a
//! session.

use super::clients::{Client, Machine};
use super::dice::{Dice, Purpose, Share, mix};
use super::geography::{Line, Spot};
use super::people::{World, is_workday, local};
use super::rates::{self, DAY, HOUR, MINUTE, SECOND};
use super::sketch::{Deed, Sketch, password_elsewhere, popular_password};

/// One person's day.
struct Day<'a> {
    world: &'a World,
    who: u32,
    dice: Dice,
    to: &'a mut dyn FnMut(Sketch),
}

/// What somebody does in all of a stream, in order of time.
pub(super) fn all_days(world: &World, who: u32) -> Vec<Sketch> {
    let mut all = Vec::new();
    (0..world.days).for_each(|day| live(world, who, day, &mut |sketch| all.push(sketch)));
    all.sort_by_key(|sketch| sketch.at);
    all
}

/// What somebody begins on a day; some of it goes on on later days.
pub(super) fn live(world: &World, who: u32, day: u32, to: &mut dyn FnMut(Sketch)) {
    let mut day_of = Day {
        world,
        who,
        dice: Dice::new(world.seed, Purpose::Day, &[u64::from(who), u64::from(day)]),
        to,
    };
    let joins = world.person(who).joins;
    if joins == Some(day) {
        day_of.sign_up(day);
    } else if joins.is_none_or(|joined| joined < day) {
        day_of.log_in_as_usual(day);
        day_of.go_to_work(day);
        day_of.gather(day);
    }
}

impl Day<'_> {
    /// Two chances a day, so that some log in twice.
    fn log_in_as_usual(&mut self, day: u32) {
        let weekday = day as usize % rates::WEEK.len();
        // Tenths of a login a year, per cent of the average day: in millionths of one of two logins a day.
        let rate = u64::from(self.world.person(self.who).logins) * u64::from(rates::WEEK[weekday]);
        let chance = rate * 1_000_000 / 10 / 100 / 365 / 2;
        let chance = Share::per_million(u32::try_from(chance).unwrap_or(u32::MAX));
        for _ in 0..2 {
            if self.dice.happens(chance) {
                let at = self.moment(day);
                self.log_in(at, None);
            }
        }
    }

    /// Between 8 and 10 o'clock of a workday, most of them around nine.
    fn go_to_work(&mut self, day: u32) {
        let person = self.world.person(self.who);
        if !person.works_in_an_office() || !self.dice.happens(rates::AT_WORK) {
            return;
        }
        let hours = 8 * HOUR + self.dice.below(HOUR) + self.dice.below(HOUR);
        let at = self.at_local(day, hours);
        if is_workday(local(person.home_city(), at)) {
            self.log_in(at, None);
        }
    }

    /// Whoever is invited logs in within half an hour around nine, behind the one address of the house.
    fn gather(&mut self, day: u32) {
        let person = self.world.person(self.who);
        // On Mondays of the third week of four.
        if person.city != 0 || day % rates::GATHERING_EVERY_DAYS != 14 {
            return;
        }
        let (most, share) = rates::GATHERING;
        let invited = u64::from(most.min(share.of(self.world.count())));
        let whom = [u64::from(self.who), u64::from(day)];
        let mut dice = Dice::new(self.world.seed, Purpose::Gathering, &whom);
        if dice.below(u64::from(self.world.residents(0))) >= invited {
            return;
        }
        let house = Spot {
            city: 0,
            line: Line::Business,
            slot: 51_000 + day % 1_000,
            interface: None,
        };
        let at = self.at_local(day, 8 * HOUR + 45 * MINUTE + dice.below(30 * MINUTE));
        if self.world.is_in_town(self.who, at) {
            self.log_in(at, Some(house));
        }
    }

    fn sign_up(&mut self, day: u32) {
        let mut at = self.moment(day);
        let machine = self.machine(at);
        let Some(spot) = self.spot(machine, at) else {
            return;
        };
        if self.dice.happens(rates::SIGN_UP_FAILS) {
            self.tell(at, machine, spot, Deed::SignUpRefused);
            at += self.dice.between(20 * SECOND, 90 * SECOND);
        }
        self.tell(at, machine, spot, Deed::SignUp);
        self.use_session(at, machine, spot);
    }

    /// One visit: attempts until one is right, and what follows. At `place`, where that is not up to the
    /// person.
    fn log_in(&mut self, mut at: u64, place: Option<Spot>) {
        let machine = self.machine(at);
        let Some(mut spot) = self.spot(machine, at) else {
            return;
        };
        spot = place.unwrap_or(spot);
        let mut tries = 0;
        let mut wrong = self.dice.happens(rates::MISTYPED);
        while wrong && tries < rates::PATIENCE {
            self.mistype(at, machine, spot);
            at += self.dice.between(4 * SECOND, 25 * SECOND);
            tries += 1;
            wrong = self.dice.happens(rates::WRONG_AGAIN);
        }
        if tries > 0 {
            if self.dice.happens(rates::GIVES_UP) {
                return;
            }
            if self.dice.happens(rates::RESETS) {
                self.tell(at, machine, spot, Deed::Reset);
                at += self.dice.between(MINUTE, 6 * MINUTE);
            }
        }
        self.tell(at, machine, spot, Deed::Login);
        self.use_session(at, machine, spot);
    }

    fn mistype(&mut self, at: u64, machine: Machine, spot: Spot) {
        let who = u64::from(self.who);
        let secret = if self.dice.happens(rates::POPULAR_TYPED) {
            popular_password(self.dice.below(10))
        } else if self.dice.happens(rates::OTHER_SITES) {
            password_elsewhere(self.who, self.dice.below(3))
        } else {
            mix(mix(who) ^ at)
        };
        let wrong_name = self.dice.happens(rates::WRONG_NAME);
        let slip = if wrong_name {
            1 + self.dice.below(200)
        } else {
            0
        };
        let sketch = Sketch {
            slip: u8::try_from(slip).unwrap_or_default(),
            ..self.sketch(at, machine, spot, Deed::WrongPassword(secret))
        };
        (self.to)(sketch);
    }

    /// Requests of the session that a login or sign-up began.
    fn use_session(&mut self, began: u64, machine: Machine, spot: Spot) {
        let whom = [u64::from(self.who), began];
        let session = Dice::new(self.world.seed, Purpose::Session, &whom).number();
        let events = *self.dice.one_of(&rates::SESSION_EVENTS);
        for n in 0..events {
            let same_visit = n == 0 || self.dice.happens(rates::SAME_VISIT);
            let at = if same_visit {
                began + SECOND + self.dice.wait(6 * MINUTE)
            } else {
                let later = began / DAY + 1 + self.dice.below(rates::SESSION_LIVES_DAYS);
                self.moment(u32::try_from(later).unwrap_or(u32::MAX))
            };
            let stays =
                same_visit && (machine != Machine::Phone || self.dice.happens(Share::percent(90)));
            let there = if stays {
                Some(spot)
            } else {
                self.spot(machine, at)
            };
            if let Some(there) =
                there.filter(|there| self.keeps_session(machine, began, spot, at, *there))
            {
                self.tell(at, machine, there, Deed::Session(session));
            }
        }
    }

    /// Whether a session that began somewhere can be used somewhere else later: it stays in the browser where
    /// it began, which is not that of the next device, and the Tor browser is one of its own.
    fn keeps_session(
        &self,
        machine: Machine,
        began: u64,
        here: Spot,
        at: u64,
        there: Spot,
    ) -> bool {
        let device = |at| self.world.device(self.who, machine, at);
        let through_tor = |spot: Spot| spot.line == Line::Tor;
        device(began) == device(at) && through_tor(here) == through_tor(there)
    }

    fn machine(&mut self, at: u64) -> Machine {
        self.world.person(self.who).machine(at, &mut self.dice)
    }

    fn client(&self, machine: Machine, spot: Spot, at: u64) -> Client {
        match spot.line {
            Line::Tor => Client::TOR_BROWSER,
            _ => self.world.client(self.who, machine, at),
        }
    }

    fn spot(&mut self, machine: Machine, at: u64) -> Option<Spot> {
        self.world.spot(self.who, machine, at, &mut self.dice)
    }

    fn tell(&mut self, at: u64, machine: Machine, spot: Spot, deed: Deed) {
        let sketch = self.sketch(at, machine, spot, deed);
        (self.to)(sketch);
    }

    fn sketch(&self, at: u64, machine: Machine, spot: Spot, deed: Deed) -> Sketch {
        Sketch {
            at,
            account: self.who,
            slip: 0,
            deed,
            client: self.client(machine, spot, at),
            spot,
            campaign: None,
        }
    }

    /// Some moment of a day, when people of that city are awake.
    fn moment(&mut self, day: u32) -> u64 {
        let hour = self.dice.weighted(rates::HOURS.into_iter()) as u64;
        let at = hour * HOUR + self.dice.below(HOUR);
        self.at_local(day, at)
    }

    /// The moment of a day of the stream, from midnight to midnight in UTC, at which the clocks show this.
    fn at_local(&self, day: u32, clock: u64) -> u64 {
        let ahead = self.world.person(self.who).home_city().ahead();
        let utc = (clock + 2 * DAY).saturating_add_signed(-ahead) % DAY;
        u64::from(day) * DAY + utc
    }
}
