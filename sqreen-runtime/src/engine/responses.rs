//! From a threshold that was reached to what is done about it: whom, how far, for how long.

use std::time::Duration;

use smallvec::SmallVec;

use crate::bans::AllowList;
use crate::event::{Network, Reach, Response, Subject, Timestamp};
use crate::policy::{By, Playbook, Then, When};

use super::profiles::Profiles;
use super::seen::{Seen, network};
use super::subjects::{Kept, Subjects};

/// How long after the end of a response the next one to the same subject is a repetition.
const REMEMBERED: Duration = Duration::from_secs(24 * 60 * 60);

/// What was last done about each subject.
#[derive(Debug)]
pub(super) struct Repetitions {
    of: Subjects<SmallVec<[Repetition; 1]>>,
}

impl Kept for SmallVec<[Repetition; 1]> {
    fn excess(&self) -> usize {
        self.len().saturating_sub(1)
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Repetition {
    playbook: usize,
    /// Where in the stream.
    place: u64,
    /// How often in a row.
    times: u32,
    until: Timestamp,
    silent_until: Timestamp,
}

impl Repetition {
    /// How often in a row it was, for one that comes now.
    fn times_by(&self, now: Timestamp) -> u32 {
        if now.since(self.until) >= REMEMBERED {
            0
        } else {
            self.times
        }
    }
}

impl Repetitions {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            of: Subjects::new(capacity),
        }
    }

    /// For how long a playbook would respond to a subject now: twice as long as the last time. `None` where it
    /// is silent.
    pub(super) fn due(
        &self,
        key: u64,
        number: usize,
        playbook: &Playbook,
        now: Timestamp,
    ) -> Option<Duration> {
        let last = self.last(key, number);
        if last.is_some_and(|last| now < last.silent_until) {
            return None;
        }
        let times = last.map_or(0, |last| last.times_by(now));
        let doubled = 1_u32.checked_shl(times).unwrap_or(u32::MAX);
        let lasting = playbook.lasting.saturating_mul(doubled);
        Some(lasting.min(playbook.at_most))
    }

    /// It responds for so long.
    pub(super) fn note(
        &mut self,
        key: u64,
        number: usize,
        playbook: &Playbook,
        lasting: Duration,
        (now, place): (Timestamp, u64),
    ) {
        let times = self.last(key, number).map_or(0, |last| last.times_by(now));
        let all = self.of.entry(key);
        all.retain(|one| one.playbook != number);
        all.push(Repetition {
            playbook: number,
            place,
            times: times.saturating_add(1),
            until: now.plus(lasting),
            // Events of one moment may come in any order: without a cool-down nothing is silent.
            silent_until: match playbook.cool_down {
                Duration::ZERO => Timestamp::default(),
                silent => now.plus(silent),
            },
        });
    }

    fn last(&self, key: u64, number: usize) -> Option<&Repetition> {
        let all = self.of.get(key)?;
        all.iter().find(|one| one.playbook == number)
    }

    pub(super) fn forget(&mut self, key: u64) {
        self.of.remove(key);
    }

    /// Forgets what was done about a subject up to this place in the stream.
    pub(super) fn forgive(&mut self, key: u64, place: u64) {
        if let Some(all) = self.of.get_mut(key) {
            all.retain(|one| one.place > place);
        }
    }

    /// Playbooks have other numbers now.
    pub(super) fn renumber(&mut self, now: impl Fn(usize) -> Option<usize>) {
        self.of.retain(|all| {
            all.retain(|one| {
                let number = now(one.playbook);
                one.playbook = number.unwrap_or(one.playbook);
                number.is_some()
            });
            !all.is_empty()
        });
    }

    pub(super) fn len(&self) -> usize {
        self.of.len()
    }

    pub(super) fn forgotten(&self) -> u64 {
        self.of.forgotten()
    }
}

/// What a playbook does about an event, but to nobody who is on the allow list.
pub(super) fn responses(
    playbook: &Playbook,
    seen: &Seen<'_>,
    until: Timestamp,
    profiles: &Profiles,
    allowed: &AllowList,
) -> Vec<Response> {
    playbook
        .then
        .iter()
        .filter_map(|then| response(*then, playbook, seen, until, profiles))
        .filter(|response| !is_allowed(response, seen, allowed))
        .collect()
}

fn response(
    then: Then,
    playbook: &Playbook,
    seen: &Seen<'_>,
    until: Timestamp,
    profiles: &Profiles,
) -> Option<Response> {
    let ban = |subject: Subject, reach| Response::Ban {
        subject,
        reach,
        until,
        redirect: playbook.redirect.clone(),
    };
    // By the name that sessions have: the application may call them otherwise than they called themselves.
    let user = seen.who.cloned();
    match then {
        Then::Notify => None,
        Then::BanAddress => {
            let pair = playbook.by == By::UserAndAddress;
            // What is no login is stopped by what stops all; and where a playbook asks for such addresses,
            // who comes through them is meant.
            let is_about_them = !playbook.only_if.address.is_empty();
            let shared =
                playbook.when == When::Login && !is_about_them && seen.is_at_shared_address();
            let (subject, reach) = narrowest(seen, pair, shared, seen.address?.network(), profiles);
            Some(ban(subject, stopping(playbook, reach)))
        }
        Then::BanNetwork => {
            let reach = stopping(playbook, Reach::UnfamiliarLogins);
            Some(ban(network(seen.address?).into(), reach))
        }
        Then::CloseSignUps => Some(ban(seen.address?.into(), Reach::SignUps)),
        Then::BanUser => Some(ban(user?.into(), Reach::Everything)),
        Then::CloseUser => Some(ban(seen.user?.into(), Reach::UnfamiliarLogins)),
        Then::StepUp => Some(Response::StepUp { user: user?, until }),
        Then::AtRisk => Some(Response::AtRisk { user: user?, until }),
    }
}

/// As little as stops an address: only its logins as one `pair`ed user, where that user is at home there; only
/// logins of strangers, where anybody is, or where it is `shared`; all of it, where nobody is.
fn narrowest(
    seen: &Seen<'_>,
    pair: bool,
    shared: bool,
    address: Network,
    profiles: &Profiles,
) -> (Subject, Reach) {
    let residents = profiles.residents(seen.keys.address);
    match seen.user {
        Some(user) if pair && seen.habits.place => {
            let subject = Subject::UserAt {
                user: user.clone(),
                network: address,
            };
            (subject, Reach::Everything)
        }
        _ if residents > 0 || shared => (address.into(), Reach::UnfamiliarLogins),
        _ => (address.into(), Reach::Everything),
    }
}

/// The reach, or what stops sign-ups where it is these that are to be stopped: no login is.
fn stopping(playbook: &Playbook, reach: Reach) -> Reach {
    match (&playbook.when, reach) {
        (When::SignUp, Reach::UnfamiliarLogins) => Reach::SignUps,
        _ => reach,
    }
}

fn is_allowed(response: &Response, seen: &Seen<'_>, allowed: &AllowList) -> bool {
    match response {
        Response::Ban { subject, .. } => allowed.contains(subject),
        Response::StepUp { user, .. } | Response::AtRisk { user, .. } => {
            allowed.contains_user(user)
                || (seen.address).is_some_and(|address| allowed.contains_address(address))
        }
    }
}
