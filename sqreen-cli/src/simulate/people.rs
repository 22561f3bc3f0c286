//! The honest people of a stream: where they live, how often they log in, with what, and where they are when.
//!
//! The only place that knows a person. Who they are is drawn once and kept in a few dozen bytes each; where
//! they are at some moment is a function of that moment, so that nothing has to be remembered between events.

use super::accounts::Accounts;
use super::clients::{Client, Machine};
use super::dice::{Dice, Purpose, Share, mix};
use super::geography::{BROADBANDS, CITIES, City, Line, MOBILES, Spot, VPNS, any_city, city_where};
use super::rates::{self, DAY, HOUR};

/// Everybody, and what there is around them.
#[derive(Debug)]
pub(super) struct World {
    pub(super) seed: u64,
    pub(super) days: u32,
    pub(super) people: Vec<Person>,
    pub(super) accounts: Accounts,
    offices: Vec<Spot>,
    residents: Vec<u32>,
}

/// One person with an account.
#[derive(Debug, Clone, Copy)]
pub(super) struct Person {
    pub(super) city: u16,
    /// Which of the home's providers, of fixed lines and of mobile networks.
    broadband: u8,
    mobile: u8,
    /// Which home, and which customer of its provider that is.
    home: u32,
    customer: u32,
    behind_nat: bool,
    six: bool,
    six_on_the_move: bool,
    phone: bool,
    computer: bool,
    shares_computer: bool,
    /// Whether their password is on lists of stolen ones.
    pub(super) breached: bool,
    pub(super) habit: Option<Habit>,
    /// Logins of their own in ten years.
    pub(super) logins: u32,
    office: Option<u16>,
    /// On which day of the stream they open their account; the others have one.
    pub(super) joins: Option<u32>,
}

/// What makes somebody look suspicious, and is how they are every day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Habit {
    Vpn,
    Tor,
    Hosting,
    Script,
}

/// Where somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whereabouts {
    AtHome,
    Away { city: u16, roams: bool },
    OnTheWay,
}

/// Customers of one provider in one city: numbers from here on are addresses that many homes share.
const SHARED_CUSTOMERS: u32 = 60_000;

impl World {
    /// Draws everybody.
    pub(super) fn new(seed: u64, people: u32, days: u32) -> Self {
        let mut world = Self {
            seed,
            days,
            people: Vec::with_capacity(people as usize),
            accounts: Accounts::new(seed, people),
            offices: Vec::new(),
            residents: vec![0; CITIES.len()],
        };
        world.settle(people);
        world.open_offices();
        world
    }

    /// Fills homes with people until all live somewhere.
    fn settle(&mut self, people: u32) {
        let mut dice = Dice::new(self.seed, Purpose::Population, &[]);
        let mut customers = vec![[0_u32; BROADBANDS as usize]; CITIES.len()];
        let mut home = 0;
        while self.people.len() < people as usize {
            let city = any_city(&mut dice);
            let broadband = u8::try_from(dice.below(BROADBANDS.into())).unwrap_or_default();
            let behind_nat = dice.happens(rates::HOMES_BEHIND_NAT);
            let six = dice.happens(rates::IPV6);
            let customer = &mut customers[usize::from(city)][usize::from(broadband)];
            *customer += 1;
            let size = 1 + dice.weighted(rates::HOMES.into_iter());
            for _ in 0..size.min(people as usize - self.people.len()) {
                let about = Person {
                    city,
                    broadband,
                    home,
                    customer: *customer,
                    behind_nat,
                    six,
                    ..self.somebody(size > 1)
                };
                self.residents[usize::from(city)] += 1;
                self.people.push(about);
            }
            home += 1;
        }
    }

    /// What is one's own, and not the home's.
    fn somebody(&self, lives_with_others: bool) -> Person {
        let dice = &mut Dice::new(self.seed, Purpose::Person, &[self.people.len() as u64]);
        let phone = dice.happens(rates::PHONE);
        let joins = joining_day(dice, self.days);
        Person {
            city: 0,
            broadband: 0,
            mobile: u8::try_from(dice.below(MOBILES.into())).unwrap_or_default(),
            home: 0,
            customer: 0,
            behind_nat: false,
            six: false,
            six_on_the_move: dice.happens(rates::IPV6),
            phone,
            computer: !phone || dice.happens(rates::COMPUTER),
            shares_computer: lives_with_others && dice.happens(rates::SHARES_DEVICE),
            breached: dice.happens(rates::BREACHED),
            habit: habit(dice),
            logins: *dice.one_of(&rates::LOGINS_OF_TWENTIETHS),
            office: None,
            joins,
        }
    }

    /// Gives offices to the largest cities in turn, and people of the city to each.
    fn open_offices(&mut self) {
        let mut left =
            rates::OFFICE_WORKERS.of(u32::try_from(self.people.len()).unwrap_or(u32::MAX));
        let mut largest: Vec<u16> = (0..).take(CITIES.len()).collect();
        largest.sort_by_key(|city| std::cmp::Reverse(self.residents[usize::from(*city)]));
        let mut free: Vec<Vec<usize>> = vec![Vec::new(); CITIES.len()];
        for (who, person) in self
            .people
            .iter()
            .enumerate()
            .filter(|(_, person)| person.joins.is_none())
        {
            free[usize::from(person.city)].push(who);
        }
        for (n, size) in rates::OFFICES.iter().cycle().enumerate().take(20_000) {
            let city = largest[n % 12.min(largest.len())];
            let free = &mut free[usize::from(city)];
            let there = u32::try_from(free.len()).unwrap_or(u32::MAX);
            let size = (*size).min(left.div_ceil(2)).min(there / 4);
            if left == 0 {
                break;
            }
            let number = u16::try_from(self.offices.len()).unwrap_or(u16::MAX);
            self.offices.push(self.office(city, number));
            for _ in 0..size {
                // Not neighbours: every other one of those who are left.
                let at = free.len().saturating_sub(2);
                let who = free.swap_remove(at);
                self.people[who].office = Some(number);
                self.people[who].habit = None;
            }
            left -= size;
        }
    }

    fn office(&self, city: u16, number: u16) -> Spot {
        let mut dice = Dice::new(self.seed, Purpose::Population, &[1, u64::from(number)]);
        let six = number % rates::OFFICE_WITH_IPV6 == 1;
        Spot {
            city,
            line: Line::Business,
            slot: dice.below32(50_000),
            interface: six.then(|| dice.number()),
        }
    }

    pub(super) fn person(&self, who: u32) -> &Person {
        &self.people[who as usize % self.people.len()]
    }

    /// How many people there are.
    #[allow(clippy::cast_possible_truncation, reason = "made of a u32")]
    pub(super) fn count(&self) -> u32 {
        self.people.len() as u32
    }

    pub(super) fn residents(&self, city: u16) -> u32 {
        self.residents[usize::from(city)]
    }

    /// What somebody uses at a moment.
    pub(super) fn client(&self, who: u32, machine: Machine, at: u64) -> Client {
        let (owner, which) = self.device(who, machine, at);
        let whom = [owner, machine as u64, which];
        let mut dice = Dice::new(self.seed, Purpose::Device, &whom);
        Client::owned(machine, at / DAY, &mut dice)
    }

    /// Whose device somebody uses at a moment, and the how manieth of these it is.
    pub(super) fn device(&self, who: u32, machine: Machine, at: u64) -> (u64, u64) {
        let person = self.person(who);
        let owner = match machine {
            // One computer for all of a home who share it.
            Machine::Computer if person.shares_computer => (1 << 40) + u64::from(person.home),
            _ => u64::from(who),
        };
        let phase = mix(self.seed ^ owner) % rates::DEVICE_LASTS_DAYS;
        (owner, (at / DAY + phase) / rates::DEVICE_LASTS_DAYS)
    }

    /// From where somebody's request comes at a moment; `None` where they are in the air.
    pub(super) fn spot(
        &self,
        who: u32,
        machine: Machine,
        at: u64,
        dice: &mut Dice,
    ) -> Option<Spot> {
        let person = self.person(who);
        let whereabouts = self.whereabouts(who, at);
        if whereabouts == Whereabouts::OnTheWay {
            return None;
        }
        if let Some(habitual) = self.by_habit(who, dice) {
            return Some(habitual);
        }
        Some(match whereabouts {
            Whereabouts::Away { city, roams: false } => self.hotel(who, city, at, dice),
            Whereabouts::Away { .. } => self.mobile(who, at),
            _ if machine == Machine::Computer && person.works_at(at) => {
                self.workplace(person, dice)?
            }
            _ if machine == Machine::Phone && dice.happens(rates::PHONE_ON_THE_MOVE) => {
                self.mobile(who, at)
            }
            _ if machine == Machine::Computer && dice.happens(rates::COMPUTER_ELSEWHERE) => {
                self.hotel(who, person.city, at, dice)
            }
            _ => self.home(who, machine, at),
        })
    }

    /// Where those come from who take a detour.
    fn by_habit(&self, who: u32, dice: &mut Dice) -> Option<Spot> {
        let person = self.person(who);
        let habit = person.habit.filter(|_| dice.happens(rates::BY_HABIT))?;
        let mut own = Dice::new(self.seed, Purpose::Person, &[u64::from(who), 1]);
        match habit {
            Habit::Vpn => {
                // Everybody has a favourite server city, most of them in their own country.
                let near = own.happens(Share::percent(75)) || person.country_has_one_city();
                let city = city_where(&mut own, person.home_city(), near);
                Some(vpn(city, &mut own, dice))
            }
            Habit::Tor => Some(tor_exit(dice)),
            Habit::Hosting => Some(hosting(
                city_where(&mut own, person.home_city(), true),
                &mut own,
            )),
            Habit::Script => None,
        }
    }

    /// At home.
    pub(super) fn home(&self, who: u32, machine: Machine, at: u64) -> Spot {
        let person = self.person(who);
        let line = Line::Broadband(person.broadband);
        let day = at / DAY;
        let shared = SHARED_CUSTOMERS + person.customer / rates::HOMES_AT_NAT;
        let customer = if person.behind_nat && !person.six {
            shared
        } else {
            person.customer
        };
        let spot = Spot::of_home(self.seed, person.city, line, customer, day);
        if !person.six {
            return spot;
        }
        // Devices give themselves another address each day (RFC 8981).
        let whom = [u64::from(who), machine as u64, day];
        spot.with_interface(Dice::new(self.seed, Purpose::Attachment, &whom).number())
    }

    /// In the mobile network of the home country, whose addresses are those of the home city wherever a phone
    /// is.
    fn mobile(&self, who: u32, at: u64) -> Spot {
        let person = self.person(who);
        let whom = [u64::from(who), 1 << 32, at / rates::ATTACHED];
        let mut dice = Dice::new(self.seed, Purpose::Attachment, &whom);
        let line = Line::Mobile(person.mobile);
        let six = person.six_on_the_move;
        let pool = person.home_city().mobile_addresses();
        Spot {
            city: person.city,
            line,
            slot: if six {
                dice.below32(1 << 24)
            } else {
                // Some addresses of a carrier's NAT have many more behind them than others.
                dice.below32(pool).min(dice.below32(pool))
            },
            interface: six.then(|| dice.number()),
        }
    }

    fn workplace(&self, person: &Person, dice: &mut Dice) -> Option<Spot> {
        let office = self.offices.get(usize::from(person.office?))?;
        Some(match office.interface {
            Some(_) => office.with_interface(dice.number()),
            None => *office,
        })
    }

    /// In a hotel or a café: one of a few hundred such networks of a city.
    fn hotel(&self, who: u32, city: u16, at: u64, dice: &mut Dice) -> Spot {
        // The same one for all of a stay, of three days or so.
        let whom = [u64::from(who), 1 << 33, at / (3 * DAY)];
        let mut stay = Dice::new(self.seed, Purpose::Attachment, &whom);
        let spot = Spot {
            city,
            line: Line::Business,
            slot: 50_000 + stay.below32(400),
            interface: None,
        };
        if stay.happens(rates::IPV6) {
            spot.with_interface(dice.number())
        } else {
            spot
        }
    }

    /// Whether somebody is in their own city.
    pub(super) fn is_in_town(&self, who: u32, at: u64) -> bool {
        self.whereabouts(who, at) == Whereabouts::AtHome
    }

    fn whereabouts(&self, who: u32, at: u64) -> Whereabouts {
        let Some(trip) = self.trip(who, at / (rates::TRIP_STRETCH_DAYS * DAY)) else {
            return Whereabouts::AtHome;
        };
        if at < trip.leaves || at >= trip.is_back {
            Whereabouts::AtHome
        } else if at < trip.arrives || at >= trip.leaves_again {
            Whereabouts::OnTheWay
        } else {
            Whereabouts::Away {
                city: trip.city,
                roams: trip.roams,
            }
        }
    }

    /// The journey in a stretch of days, if there is one; it is over before the next stretch begins.
    fn trip(&self, who: u32, stretch: u64) -> Option<Trip> {
        let mut dice = Dice::new(self.seed, Purpose::Trip, &[u64::from(who), stretch]);
        if !dice.happens(rates::TRAVELS) {
            return None;
        }
        let here = self.person(who).home_city();
        let abroad = dice.happens(rates::ABROAD) || self.person(who).country_has_one_city();
        let city = city_where(&mut dice, here, !abroad);
        let kilometres = here.kilometres_to(&CITIES[usize::from(city)]);
        let way = kilometres * HOUR / rates::FLIGHT_KILOMETRES_AN_HOUR + rates::ON_THE_GROUND;
        let days = dice.between(rates::TRIP_DAYS.0, rates::TRIP_DAYS.1);
        // Two days for each way are more than any takes.
        let latest = rates::TRIP_STRETCH_DAYS - days - 5;
        let leaves =
            (stretch * rates::TRIP_STRETCH_DAYS + dice.below(latest)) * DAY + dice.below(DAY);
        let arrives = leaves + way;
        let leaves_again = arrives + days * DAY;
        Some(Trip {
            city,
            roams: dice.happens(rates::ROAMS),
            leaves,
            arrives,
            leaves_again,
            is_back: leaves_again + way,
        })
    }
}

#[derive(Debug, Clone, Copy)]
struct Trip {
    city: u16,
    roams: bool,
    leaves: u64,
    arrives: u64,
    leaves_again: u64,
    is_back: u64,
}

impl Person {
    pub(super) fn home_city(&self) -> &'static City {
        &CITIES[usize::from(self.city) % CITIES.len()]
    }

    fn country_has_one_city(&self) -> bool {
        let here = self.home_city().country;
        CITIES.iter().filter(|city| city.country == here).count() == 1
    }

    pub(super) fn works_in_an_office(&self) -> bool {
        self.office.is_some()
    }

    /// Whether somebody is in their office at a moment: workdays from 8 to 18 o'clock.
    pub(super) fn works_at(&self, at: u64) -> bool {
        let local = local(self.home_city(), at);
        self.works_in_an_office() && is_workday(local) && (8..18).contains(&(local % DAY / HOUR))
    }

    /// Which of their machines somebody takes.
    pub(super) fn machine(&self, at: u64, dice: &mut Dice) -> Machine {
        if self.habit == Some(Habit::Script) && dice.happens(rates::BY_HABIT) {
            Machine::Script
        } else if self.works_at(at) || !self.phone {
            Machine::Computer
        } else if !self.computer || dice.below(2) == 0 {
            Machine::Phone
        } else {
            Machine::Computer
        }
    }
}

/// What the clocks of a city show at a moment, in milliseconds since a Monday, 00:00.
pub(super) fn local(city: &City, at: u64) -> u64 {
    // A week more, so that nothing is before the beginning.
    (at + 7 * DAY).saturating_add_signed(city.ahead())
}

pub(super) fn is_workday(local: u64) -> bool {
    local / DAY % 7 < 5
}

/// The day on which somebody opens their account, where that is one of the stream's.
fn joining_day(dice: &mut Dice, days: u32) -> Option<u32> {
    let of_a_day = rates::NEWCOMERS_IN_28_DAYS.of(1_000_000) / 28;
    let day = dice.below32(1_000_000) / of_a_day.max(1);
    (day < days).then_some(day)
}

fn habit(dice: &mut Dice) -> Option<Habit> {
    let all = [
        (rates::VPN, Habit::Vpn),
        (rates::TOR, Habit::Tor),
        (rates::FROM_HOSTING, Habit::Hosting),
        (rates::SCRIPTS, Habit::Script),
    ];
    all.into_iter()
        .find_map(|(share, habit)| dice.happens(share).then_some(habit))
}

/// A server of a VPN in a city: a provider by `favourite`, one of its servers by `dice`.
pub(super) fn vpn(city: u16, favourite: &mut Dice, dice: &mut Dice) -> Spot {
    Spot {
        city,
        line: Line::Vpn(u8::try_from(favourite.below(VPNS.into())).unwrap_or_default()),
        slot: dice.below32(24),
        interface: None,
    }
}

/// An exit of Tor, anywhere.
pub(super) fn tor_exit(dice: &mut Dice) -> Spot {
    Spot {
        city: any_city(dice),
        line: Line::Tor,
        slot: dice.below32(24),
        interface: None,
    }
}

/// A machine in a data centre of a city.
pub(super) fn hosting(city: u16, dice: &mut Dice) -> Spot {
    Spot {
        city,
        line: Line::Hosting,
        slot: dice.below32(65_536),
        interface: None,
    }
}
