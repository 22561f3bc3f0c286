//! What attackers have in hand: addresses, clients, accounts, and a clock.

use super::super::clients::{Client, Machine};
use std::collections::BTreeSet;

use super::super::dice::{Dice, Purpose, Share};
use super::super::geography::{BROADBANDS, CITIES, Line, MOBILES, Spot, any_city, city_where};
use super::super::people::{World, hosting, vpn};
use super::super::rates::{self, MINUTE, SECOND};
use super::super::sketch::{Deed, Sketch, password_elsewhere};
use super::super::{life, people};
use super::{AttackKind, CampaignId};

/// Attacks begin when this much of a stream is over, so that what is usual is known by then.
const QUIET: Share = Share::percent(40);
/// And by then they have begun.
const BEGUN: Share = Share::percent(95);

/// How many logins a victim has behind them, where an attacker needs somebody who is active.
const ACTIVE: usize = 3;

/// One campaign in the making.
pub(super) struct Hand<'w> {
    pub(super) world: &'w World,
    pub(super) dice: Dice,
    id: CampaignId,
    sketches: Vec<Sketch>,
    tool: Tool,
    hits: Share,
    /// The accounts of the stolen list so far: no list has one twice.
    listed: BTreeSet<u32>,
}

/// How an attacker's client calls itself.
#[derive(Debug, Clone, Copy)]
enum Tool {
    /// As the library does that it is made with.
    Honest(Client),
    /// As one browser, always the same.
    Disguised(Client),
    /// As another browser for each attempt.
    Varied,
}

/// Of attackers' tools, those that do not hide, and those that always take the same browser's name. Assumed.
/// Who takes the trouble of many addresses, or of waiting, rarely forgets to.
const TOOLS_UNDISGUISED: Share = Share::percent(40);
const CAREFUL_TOOLS_UNDISGUISED: Share = Share::percent(5);
const TOOLS_IN_ONE_DISGUISE: Share = Share::percent(50);
/// Of a botnet's addresses, those of people of the stream: their machines are part of it. Assumed.
const INFECTED: Share = Share::percent(3);
/// Of the addresses of a botnet, those of the country in which the site is at home: Castle describes 2.2
/// million American homes against an American site ("Anatomy of a 6-day credential stuffing attack", 2023).
const BOTS_AT_HOME: Share = Share::percent(60);
/// Of the addresses of a botnet, those in mobile networks. Assumed.
const MOBILE_BOTS: Share = Share::percent(20);

impl<'w> Hand<'w> {
    pub(super) fn new(world: &'w World, id: CampaignId, kind: AttackKind, nth: u32) -> Self {
        let whom = [kind as u64, u64::from(nth)];
        let mut dice = Dice::new(world.seed, Purpose::Campaign, &whom);
        let careful = matches!(
            kind,
            AttackKind::BotnetCracking
                | AttackKind::BotnetStuffing
                | AttackKind::NetworkStuffing
                | AttackKind::LowAndSlow
                | AttackKind::DistributedSignUp
        );
        let undisguised = if careful {
            CAREFUL_TOOLS_UNDISGUISED
        } else {
            TOOLS_UNDISGUISED
        };
        let tool = if dice.happens(undisguised) {
            Tool::Honest(Client::owned(Machine::Script, 0, &mut dice))
        } else if dice.happens(TOOLS_IN_ONE_DISGUISE) {
            // One that was current when the tool was written.
            let copied = dice.below32(world.count());
            Tool::Disguised(world.client(copied, Machine::Computer, 0))
        } else {
            Tool::Varied
        };
        let hits = dice.between(rates::HITS.0, rates::HITS.1);
        Self {
            world,
            dice,
            id,
            sketches: Vec::new(),
            tool,
            hits: Share::per_million(u32::try_from(hits).unwrap_or_default()),
            listed: BTreeSet::new(),
        }
    }

    pub(super) fn finish(self) -> Vec<Sketch> {
        self.sketches
    }

    /// When to begin what takes so long, so that it ends with the stream at the latest if that can be.
    pub(super) fn beginning(&mut self, lasting: u64) -> u64 {
        let minutes = self.world.days * 24 * 60;
        let earliest = u64::from(QUIET.of(minutes)) * MINUTE;
        let end = u64::from(minutes) * MINUTE;
        let latest = (u64::from(BEGUN.of(minutes)) * MINUTE).min(end.saturating_sub(lasting));
        self.dice.between(earliest, latest.max(earliest))
    }

    pub(super) fn strike(&mut self, at: u64, account: u32, spot: Spot, deed: Deed) {
        let client = self.client(at);
        self.strike_as(client, at, account, spot, deed);
    }

    pub(super) fn strike_as(
        &mut self,
        client: Client,
        at: u64,
        account: u32,
        spot: Spot,
        deed: Deed,
    ) {
        self.sketches.push(Sketch {
            at,
            account,
            slip: 0,
            deed,
            client,
            spot,
            campaign: Some(self.id),
        });
    }

    /// What the tool calls itself this time.
    fn client(&mut self, at: u64) -> Client {
        match self.tool {
            Tool::Honest(client) | Tool::Disguised(client) => client,
            Tool::Varied => self.any_browser(at),
        }
    }

    /// Somebody's browser: lists of them are copied from what sites see.
    pub(super) fn any_browser(&mut self, at: u64) -> Client {
        let computers = [Machine::Computer, Machine::Computer, Machine::Phone];
        let machine = *self.dice.one_of(&computers);
        let copied = self.dice.below32(self.world.count());
        self.world.client(copied, machine, at)
    }

    /// The name of an account of a stolen list, and whether its password is right here.
    fn stolen(&mut self) -> (u32, bool) {
        let right = self.dice.happens(self.hits);
        let here = right || self.dice.happens(rates::LISTED_HERE);
        let mut account = 0;
        // A list longer than what there is to list would have some twice.
        for _ in 0..20 {
            account = match (right, here) {
                (true, _) => self.breached(),
                (_, true) => self.anybody(),
                _ => self.nobody(),
            };
            if self.listed.insert(account) {
                break;
            }
        }
        (account, right)
    }

    /// Tries credentials of a stolen list. Who gets in looks around.
    pub(super) fn try_stolen(&mut self, at: u64, spot: Spot) {
        let (account, right) = self.stolen();
        if right {
            self.get_in(at, account, spot);
        } else {
            let nth = self.dice.below(3);
            self.strike(
                at,
                account,
                spot,
                Deed::WrongPassword(password_elsewhere(account, nth)),
            );
        }
    }

    /// A login, and a look around.
    pub(super) fn get_in(&mut self, at: u64, account: u32, spot: Spot) {
        let client = self.client(at);
        self.get_in_as(client, at, account, spot);
    }

    pub(super) fn get_in_as(&mut self, client: Client, at: u64, account: u32, spot: Spot) {
        self.strike_as(client, at, account, spot, Deed::Login);
        let session = Deed::Session(self.dice.number());
        let mut then = at;
        for _ in 0..self.dice.between(1, 4) {
            then += SECOND + self.dice.wait(40 * SECOND);
            self.strike_as(client, then, account, spot, session);
        }
    }

    /// Somebody who has an account from the beginning.
    pub(super) fn anybody(&mut self) -> u32 {
        self.find(|world, who| world.person(who).joins.is_none())
    }

    fn breached(&mut self) -> u32 {
        self.find(|world, who| {
            let person = world.person(who);
            person.breached && person.joins.is_none()
        })
    }

    /// The first that fits among some hundreds, or the last of those.
    pub(super) fn find(&mut self, fits: impl Fn(&World, u32) -> bool) -> u32 {
        let mut who = 0;
        for _ in 0..2_000 {
            who = self.dice.below32(self.world.count());
            if fits(self.world, who) {
                break;
            }
        }
        who
    }

    /// A name that has no account here.
    pub(super) fn nobody(&mut self) -> u32 {
        self.world.accounts.stranger(self.dice.number())
    }

    /// Somebody who has logged in a few times before `at`, with what they do in all of the stream. Where
    /// nobody has among some hundreds, somebody.
    pub(super) fn active(&mut self, at: u64) -> (u32, Vec<Sketch>) {
        let mut best = (0, Vec::new());
        let mut most = 0;
        for _ in 0..2_000 {
            let who = self.anybody();
            let life = life::all_days(self.world, who);
            let logins = life
                .iter()
                .filter(|sketch| sketch.at < at && sketch.deed == Deed::Login)
                .count();
            if logins >= ACTIVE {
                return (who, life);
            }
            if best.1.is_empty() || logins > most {
                most = logins;
                best = (who, life);
            }
        }
        best
    }

    /// The connection of a home, or of a phone, somewhere in the world, most of them near the site.
    pub(super) fn bot(&mut self, at: u64) -> Spot {
        if self.dice.happens(INFECTED) {
            let who = self.anybody();
            return self.world.home(who, Machine::Computer, at);
        }
        let near = self.dice.happens(BOTS_AT_HOME);
        let city = if near {
            city_where(&mut self.dice, &CITIES[0], true)
        } else {
            any_city(&mut self.dice)
        };
        self.residential(city)
    }

    /// The connection of some home, or of some phone, of a city.
    pub(super) fn residential(&mut self, city: u16) -> Spot {
        let mobile = self.dice.happens(MOBILE_BOTS);
        let line = if mobile {
            Line::Mobile(u8::try_from(self.dice.below(MOBILES.into())).unwrap_or_default())
        } else {
            Line::Broadband(u8::try_from(self.dice.below(BROADBANDS.into())).unwrap_or_default())
        };
        self.customer(city, line)
    }

    /// Some customer of a provider in a city.
    pub(super) fn customer(&mut self, city: u16, line: Line) -> Spot {
        let six = self.dice.happens(rates::IPV6);
        let slot = match line {
            _ if six => self.dice.below32(1 << 24),
            // Most are in other parts of the network than those who come to this site.
            Line::Mobile(_) => self
                .dice
                .below32(CITIES[usize::from(city)].mobile_addresses() * 40),
            _ => self.dice.below32(65_536),
        };
        Spot {
            city,
            line,
            slot,
            interface: six.then(|| self.dice.number()),
        }
    }

    /// One address to attack from: a rented machine, a VPN, somebody's home.
    pub(super) fn base(&mut self) -> Spot {
        let city = any_city(&mut self.dice);
        match self.dice.below(10) {
            0..4 => hosting(city, &mut self.dice),
            4..6 => {
                let mut favourite = self.dice.clone();
                vpn(city, &mut favourite, &mut self.dice)
            }
            6 => people::tor_exit(&mut self.dice),
            _ => self.residential(city),
        }
    }
}
