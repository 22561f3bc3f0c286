//! An engine that keeps every event and counts anew each time: slow, and simple enough to be right by reading.
//!
//! It knows no lanes, no marks and no fingerprints: each playbook is on its own. What is usual
//! ([`Playbook::above_usual`]) and journeys are not in it.

pub(super) mod risk;
mod view;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use foldhash::quality::FixedState;

use crate::engine::profiles::Crowd;
use crate::event::{
    Address, AddressKinds, Country, Decision, Event, Network, Outcome, Reach, Response, Subject,
    Timestamp, What,
};
use crate::identity::UserIdentifiers;
use crate::policy::{By, Counts, Mode, Over, Playbook, Then, When};

use risk::Logins;
use view::View;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

pub(super) struct Naive {
    playbooks: Vec<Playbook>,
    place: u64,
    /// What each playbook keeps, by whom it counts.
    books: HashMap<(usize, Key), Book>,
    profiles: HashMap<UserIdentifiers, Profile>,
    /// Counted as the engine counts them: to within what a crowd is.
    residents: HashMap<Network, Crowd>,
    state: FixedState,
    /// What each playbook last did, by whom it was done to.
    repetitions: HashMap<(usize, Whom), Repetition>,
    allowed: Vec<Subject>,
    logins: Logins,
}

/// Whom something is kept of; all parts are empty where a playbook counts everything together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct Key {
    network: Option<Network>,
    user: Option<UserIdentifiers>,
    other: String,
}

impl Key {
    fn whom(&self, by: &By) -> Whom {
        match (by, self.user.clone(), self.network) {
            (By::UserAndAddress, Some(user), Some(network)) => {
                Whom::Subject(Subject::UserAt { user, network })
            }
            (By::User, Some(user), _) => Whom::Subject(user.into()),
            (By::Address | By::Network, _, Some(network)) => Whom::Subject(network.into()),
            _ => Whom::Other(self.clone()),
        }
    }
}

/// Network, user agent and country.
type Client = (Option<Network>, Option<String>, Option<Country>);

#[derive(Default)]
struct Book {
    counted: Vec<Kept>,
    before: Vec<Kept>,
    /// When there were events of the kind, counted or not.
    all: Vec<Timestamp>,
    /// When there were any that counted.
    some: Vec<Timestamp>,
    /// The client of the event before.
    client: Option<(Client, Timestamp)>,
}

#[derive(Default)]
struct Repetition {
    times: u32,
    until: Timestamp,
    silent_until: Timestamp,
}

/// Whom something was done to: whoever was banned, otherwise whoever was counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Whom {
    Subject(Subject),
    Other(Key),
}

#[derive(Clone, PartialEq)]
struct Kept {
    at: Timestamp,
    place: u64,
    /// What an event lacks is a value like any other.
    value: Option<String>,
    user: Option<UserIdentifiers>,
    /// Whether it was poured into a bucket, which one that is known is not.
    poured: bool,
}

/// What a user did, newest first.
#[derive(Default)]
struct Profile {
    places: Vec<Network>,
    roamed: Vec<Network>,
    networks: Vec<String>,
    countries: Vec<Country>,
    devices: Vec<String>,
    kinds: AddressKinds,
}

/// What is said of a decision.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Said {
    pub(super) playbook: Box<str>,
    enforced: bool,
    responses: Vec<Response>,
    counted: u32,
    since: Timestamp,
    events: Vec<u64>,
    after: Option<u32>,
}

impl From<&Decision> for Said {
    fn from(decision: &Decision) -> Self {
        let evidence = &decision.evidence;
        Self {
            playbook: decision.playbook.clone(),
            enforced: decision.enforced,
            responses: decision.responses.to_vec(),
            counted: evidence.counted,
            since: evidence.since,
            events: evidence.events.to_vec(),
            after: evidence.after,
        }
    }
}

impl Said {
    pub(super) fn without_what_went_before(self) -> Self {
        Self {
            after: None,
            ..self
        }
    }

    /// Whether this is what an engine says that may have forgotten what is more than `enough` of the evidence.
    pub(super) fn is_said_by(&self, engine: &Self, enough: usize) -> bool {
        let exact = self == engine;
        let kept = engine.events.len();
        let cut = kept >= enough && self.events.len() > kept;
        let rest = Self {
            counted: self.counted,
            since: self.since,
            events: self.events.clone(),
            after: self.after,
            ..engine.clone()
        };
        let most = self.counted >= engine.counted && self.after >= engine.after;
        let last = self.events.ends_with(&engine.events);
        exact || (cut || self.after > engine.after) && *self == rest && most && last
    }
}

impl Naive {
    pub(super) fn new(playbooks: &[Playbook], seed: u64) -> Self {
        Self {
            playbooks: playbooks.to_vec(),
            place: 0,
            books: HashMap::new(),
            profiles: HashMap::new(),
            residents: HashMap::new(),
            state: FixedState::with_seed(crate::engine::derived(seed)),
            repetitions: HashMap::new(),
            allowed: Vec::new(),
            logins: Logins::default(),
        }
    }

    pub(super) fn observe(&mut self, event: &Event) -> Vec<Said> {
        self.place += 1;
        match &event.what {
            What::Allow { subject } => self.allowed.push(subject.clone()),
            What::Pardon { subject } => self.pardon(subject),
            _ => {}
        }
        let Some(mut view) = View::of(event, self.place) else {
            return Vec::new();
        };
        view.risk = self.logins.risk(event);
        let mut decisions: Vec<Said> = Vec::new();
        for number in 0..self.playbooks.len() {
            let playbook = self.playbooks[number].clone();
            let of_place = !matches!(
                playbook.by,
                By::User | By::Session | By::Secret | By::Property(_)
            );
            if of_place
                && view
                    .address()
                    .is_some_and(|at| self.allows(&Subject::from(at)))
            {
                continue;
            }
            let Some(key) = view.key(&playbook.by) else {
                continue;
            };
            let counts = view.is(&playbook.when)
                && self.all_hold(&playbook.only_if, &view)
                && !self.any_holds(&playbook.unless, &view);
            let reached = self.count(number, &playbook, &key, &view, counts);
            self.redeem(number, &playbook, &key, &view);
            if let Some((figure, kept, after)) = reached {
                decisions.extend(self.decide(
                    number, &playbook, &key, &view, &decisions, figure, &kept, after,
                ));
            }
        }
        self.settle(&view);
        self.logins.learn(event);
        decisions
    }

    /// The figure and what was counted, where the threshold is reached.
    fn count(
        &mut self,
        number: usize,
        playbook: &Playbook,
        key: &Key,
        view: &View<'_>,
        counts: bool,
    ) -> Option<(u32, Vec<Kept>, Option<u32>)> {
        let now = view.event.at;
        let goes_before = playbook
            .after
            .as_ref()
            .is_some_and(|after| view.is(&after.when) && self.all_hold(&after.only_if, view));
        let residents = match playbook.by {
            By::Network => view.network(),
            _ => view.address().map(Address::network),
        };
        let residents = residents
            .and_then(|at| self.residents.get(&at))
            .map_or(0, |crowd| crowd.count());
        let book = self.books.entry((number, key.clone())).or_default();
        if view.is(&playbook.when) {
            book.all.push(now);
        }
        let mut entry = Kept {
            at: now,
            place: view.place,
            value: view.value(&playbook.lane().1),
            user: view.user.cloned(),
            poured: true,
        };
        let before = book.before.clone();
        if goes_before {
            book.before.push(entry.clone());
        }
        if !counts {
            return None;
        }
        let distinct = !matches!(playbook.counts, Counts::Events | Counts::Handovers);
        let handovers = playbook.counts == Counts::Handovers;
        if playbook.reaching.get() == 1
            && !handovers
            && playbook.after.is_none()
            && playbook.share.is_none()
            && playbook.sparing.is_none()
        {
            return Some((1, vec![entry], None));
        }
        let window = match playbook.over {
            Over::Within(within) => within,
            Over::Leaking(leaking) => leaking * playbook.reaching.get(),
        };
        if handovers {
            let facts = view.event.origin.facts.as_deref();
            let country = facts.and_then(|facts| facts.country);
            let client = (view.network(), view.device(), country);
            let last = book.client.replace((client.clone(), now));
            let recent = last.filter(|(_, at)| now.since(*at) < window);
            let goes_abroad = |last: &Client| {
                let countries = last.2.zip(client.2);
                countries.is_some_and(|(last, now)| last != now)
            };
            let hands_over =
                |last: &Client| last.0 != client.0 && (last.1 != client.1 || goes_abroad(last));
            if !recent.is_some_and(|(last, _)| hands_over(&last)) {
                return None;
            }
        }
        let mut after_figure = None;
        if let Some(after) = &playbook.after {
            let distinct = after.counts != Counts::Events;
            let figure = recent(&before, now, after.within, distinct).len();
            if figure < after.reaching.get() as usize {
                return None;
            }
            after_figure = Some(figure as u32);
        }
        let is_known = distinct
            && recent(&book.counted, now, window, true)
                .iter()
                .any(|kept| kept.value == entry.value);
        entry.poured = !is_known;
        book.some.push(now);
        book.counted.push(entry);
        let kept = recent(&book.counted, now, window, distinct);
        let figure = match playbook.over {
            Over::Within(_) => kept.len() as u32,
            Over::Leaking(_) if is_known => 0,
            Over::Leaking(leaking) => held(&book.counted, leaking, playbook.reaching.get()),
        };
        let asked = playbook.sparing.map_or(0, |share| {
            let most = playbook
                .after
                .as_ref()
                .map_or(1, |after| after.reaching.get());
            let most = playbook.reaching.get().max(most) * 16;
            (residents * u32::from(share) / 100).min(most)
        });
        let is_share = playbook.share.is_none_or(|share| {
            let (some, all) = (stretches(&book.some, window), stretches(&book.all, window));
            some * 100 >= u32::from(share) * all
        });
        if figure < playbook.reaching.get() || !is_share || after_figure.unwrap_or(figure) < asked {
            return None;
        }
        if playbook.starts_over {
            book.counted.clear();
        }
        Some((figure, kept, after_figure))
    }

    /// A success takes back what the same user failed there.
    fn redeem(&mut self, number: usize, playbook: &Playbook, key: &Key, view: &View<'_>) {
        if playbook.redeemed_by_success
            && view.kind == "login"
            && view.outcome == Some(Outcome::Success)
            && let Some(book) = self.books.get_mut(&(number, key.clone()))
        {
            for kept in [&mut book.counted, &mut book.before] {
                kept.retain(|kept| kept.user.as_ref() != view.user);
            }
        }
    }

    #[allow(clippy::too_many_arguments, reason = "it is one long sentence")]
    fn decide(
        &mut self,
        number: usize,
        playbook: &Playbook,
        key: &Key,
        view: &View<'_>,
        earlier: &[Said],
        figure: u32,
        kept: &[Kept],
        after: Option<u32>,
    ) -> Option<Said> {
        let now = view.event.at;
        let mut responses: Vec<Response> = (playbook.then.iter())
            .filter_map(|then| self.response(*then, playbook, view))
            .filter(|response| !self.is_allowed(response, view))
            .collect();
        let tells = playbook.then.contains(&Then::Notify);
        if responses.is_empty() && !tells {
            return None;
        }
        let banned = responses.iter().find_map(|response| match response {
            Response::Ban { subject, .. } => Some(Whom::Subject(subject.clone())),
            _ => None,
        });
        let whom = banned.unwrap_or_else(|| key.whom(&playbook.by));
        let last = self.repetitions.entry((number, whom)).or_default();
        if now < last.silent_until && !playbook.cool_down.is_zero() {
            return None;
        }
        let times = if now.since(last.until) >= DAY {
            0
        } else {
            last.times
        };
        let lasting = (playbook.lasting * 2_u32.pow(times.min(16))).min(playbook.at_most);
        for response in &mut responses {
            *response.until_mut() = now.plus(lasting);
        }
        responses.retain(|response| !is_said(response, earlier));
        if responses.is_empty() && !tells {
            return None;
        }
        last.times = times + 1;
        last.until = now.plus(lasting);
        last.silent_until = now.plus(playbook.cool_down);
        let events: Vec<u64> = kept.iter().map(|kept| kept.place).collect();
        Some(Said {
            playbook: playbook.name.clone(),
            enforced: playbook.mode == Mode::Enforce,
            responses,
            counted: figure,
            since: kept[0].at,
            events: events[events.len().saturating_sub(64)..].to_vec(),
            after,
        })
    }

    fn response(&self, then: Then, playbook: &Playbook, view: &View<'_>) -> Option<Response> {
        let until = view.event.at;
        let ban = |subject: Subject, reach| Response::Ban {
            subject,
            reach,
            until,
            redirect: None,
        };
        let user = view.user.cloned();
        let here = view.address().map(Address::network);
        let strangers = match playbook.when {
            When::SignUp => Reach::SignUps,
            _ => Reach::UnfamiliarLogins,
        };
        Some(match then {
            Then::Notify => return None,
            Then::BanAddress if playbook.by == By::UserAndAddress && self.is_home(view) => ban(
                Subject::UserAt {
                    user: user?,
                    network: here?,
                },
                Reach::Everything,
            ),
            Then::BanAddress
                if self.residents.contains_key(&here?)
                    || playbook.when == When::Login
                        && playbook.only_if.address.is_empty()
                        && view.is_at_shared_address() =>
            {
                ban(here?.into(), strangers)
            }
            Then::BanAddress => ban(here?.into(), Reach::Everything),
            Then::BanNetwork => ban(view.network()?.into(), strangers),
            Then::CloseSignUps => ban(here?.into(), Reach::SignUps),
            Then::BanUser => ban(user?.into(), Reach::Everything),
            Then::CloseUser => ban(user?.into(), Reach::UnfamiliarLogins),
            Then::StepUp => Response::StepUp { user: user?, until },
            Then::AtRisk => Response::AtRisk { user: user?, until },
        })
    }

    fn allows(&self, subject: &Subject) -> bool {
        self.allowed.iter().any(|allowed| match (allowed, subject) {
            (Subject::Network(wide), Subject::Network(narrow)) => wide.covers(*narrow),
            (Subject::User(one), Subject::UserAt { user, .. }) => one == user,
            (Subject::Network(wide), Subject::UserAt { network, .. }) => wide.covers(*network),
            _ => allowed == subject,
        })
    }

    fn is_allowed(&self, response: &Response, view: &View<'_>) -> bool {
        match response {
            Response::Ban { subject, .. } => self.allows(subject),
            Response::StepUp { user, .. } | Response::AtRisk { user, .. } => {
                self.allows(&user.into())
                    || view.address().is_some_and(|at| self.allows(&at.into()))
            }
        }
    }

    /// Everything that was held against the subject is gone, as if it had never happened.
    fn pardon(&mut self, subject: &Subject) {
        self.repetitions
            .retain(|(_, whom), _| match (whom, subject) {
                (Whom::Subject(Subject::UserAt { user, .. }), Subject::User(pardoned)) => {
                    user != pardoned
                }
                (Whom::Subject(Subject::UserAt { network, .. }), Subject::Network(pardoned)) => {
                    network != pardoned
                }
                (Whom::Subject(whom), pardoned) => whom != pardoned,
                // Whoever named nobody.
                (Whom::Other(key), Subject::Network(pardoned)) => key.network != Some(*pardoned),
                (Whom::Other(_), _) => true,
            });
        let playbooks = &self.playbooks;
        self.books.retain(|(number, key), _| {
            let by = &playbooks[*number].by;
            !match subject {
                Subject::User(user) => {
                    matches!(by, By::User | By::UserAndAddress) && key.user.as_ref() == Some(user)
                }
                Subject::Network(network) => {
                    matches!(by, By::Address | By::Network | By::UserAndAddress)
                        && key.network == Some(*network)
                }
                Subject::UserAt { user, network } => {
                    *by == By::UserAndAddress
                        && key.network == Some(*network)
                        && key.user.as_ref() == Some(user)
                }
            }
        });
    }

    fn profile(&self, view: &View<'_>) -> Option<&Profile> {
        self.profiles.get(view.user?)
    }

    fn is_home(&self, view: &View<'_>) -> bool {
        (self.profile(view).zip(view.address())).is_some_and(|(profile, at)| {
            let at = at.network();
            profile.places.contains(&at) || profile.roamed.contains(&at)
        })
    }

    /// Where and with what somebody logs in, or has a session, they are at home.
    fn settle(&mut self, view: &View<'_>) {
        let logged_in = view.kind == "login" && view.outcome == Some(Outcome::Success);
        let (true, Some(user)) = (logged_in || view.kind == "session", view.user) else {
            return;
        };
        let at = view.address().map(Address::network);
        if !logged_in && at.is_none() {
            return;
        }
        let profile = self.profiles.entry(user.clone()).or_default();
        if logged_in {
            newest(&mut profile.networks, view.provider(), 4);
            newest(&mut profile.devices, view.device(), 4);
            newest(
                &mut profile.countries,
                view.facts().and_then(|facts| facts.country),
                4,
            );
            let kinds = view.facts().map_or(AddressKinds::NONE, |facts| facts.kinds);
            profile.kinds = profile.kinds.union(kinds);
        }
        let new = if logged_in {
            newest(&mut profile.places, at, 8)
        } else {
            !at.is_some_and(|at| profile.places.contains(&at)) && newest(&mut profile.roamed, at, 4)
        };
        if new {
            let key = user.fingerprint(&self.state);
            for place in [at, view.network()]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
            {
                self.residents.entry(place).or_default().add(key);
            }
        }
    }
}

/// Puts one first, and says whether it is new.
fn newest<T: PartialEq>(all: &mut Vec<T>, one: Option<T>, most: usize) -> bool {
    let Some(one) = one else { return false };
    let before = all.len();
    all.retain(|other| *other != one);
    let new = all.len() == before;
    all.insert(0, one);
    all.truncate(most);
    new
}

/// What happened less than `within` before now; the last of each value where those are counted.
fn recent(kept: &[Kept], now: Timestamp, within: Duration, distinct: bool) -> Vec<Kept> {
    let mut values = HashSet::new();
    let mut recent: Vec<Kept> = (kept.iter().rev())
        .filter(|kept| now.since(kept.at) < within)
        .filter(|kept| !distinct || values.insert(kept.value.clone()))
        .cloned()
        .collect();
    recent.reverse();
    recent
}

/// What a bucket for `most` holds right after the last was poured, begun ones included.
fn held(kept: &[Kept], leaking: Duration, most: u32) -> u32 {
    let mut level = Duration::ZERO;
    let mut last = Timestamp::default();
    for kept in kept.iter().filter(|kept| kept.poured) {
        level = (level.saturating_sub(kept.at.since(last)) + leaking).min(leaking * most);
        last = kept.at;
    }
    level.as_millis().div_ceil(leaking.as_millis()) as u32
}

/// How many there were in the last stretch, where what the stretch before had is taken as evenly spread.
/// Stretches begin with the first event, and anew after one without any.
fn stretches(all: &[Timestamp], stretch: Duration) -> u32 {
    let (mut began, mut before, mut now) = (all[0], 0_u32, 0_u32);
    for at in all {
        if at.since(began) >= stretch * 2 {
            (began, before, now) = (*at, 0, 0);
        } else if at.since(began) >= stretch {
            (began, before, now) = (began.plus(stretch), now, 0);
        }
        now += 1;
    }
    let last = all[all.len() - 1];
    let left = stretch.saturating_sub(last.since(began));
    now + (u128::from(before) * left.as_millis() / stretch.as_millis()) as u32
}

/// Whether an earlier decision on the same event does this, or more of the same, already.
fn is_said(response: &Response, earlier: &[Said]) -> bool {
    let enforced = earlier
        .iter()
        .filter(|said| said.enforced)
        .flat_map(|said| &said.responses);
    enforced.into_iter().any(|said| match (said, response) {
        (
            Response::Ban { subject, reach, .. },
            Response::Ban {
                subject: of,
                reach: from,
                ..
            },
        ) => {
            subject == of
                && (reach == from || *reach == Reach::Everything)
                && said.until() >= response.until()
        }
        (
            Response::StepUp { user, until },
            Response::StepUp {
                user: of,
                until: to,
            },
        ) => user == of && until >= to,
        _ => false,
    })
}
