//! An event, by what playbooks ask of it, and whether what they ask holds.

use crate::event::{
    Address, AddressKind, AddressKinds, Event, Facts, Network, Outcome, Property, SessionDigest,
    What,
};
use crate::identity::UserIdentifiers;
use crate::policy::{By, Conditions, CountryIs, Counts, Habit, Test, UserIs, When};

use super::{Key, Naive, Profile};

/// An event, by what playbooks ask of it.
pub(super) struct View<'a> {
    pub(super) event: &'a Event,
    pub(super) place: u64,
    pub(super) kind: &'static str,
    pub(super) outcome: Option<Outcome>,
    pub(super) user: Option<&'a UserIdentifiers>,
    pub(super) session: Option<SessionDigest>,
    /// The ratio, filled in by who knows it.
    pub(super) risk: Option<f64>,
}

impl<'a> View<'a> {
    pub(super) fn of(event: &'a Event, place: u64) -> Option<Self> {
        let (kind, outcome, user) = match &event.what {
            What::Login(attempt) => ("login", Some(attempt.outcome), attempt.user.as_ref()),
            What::SignUp(attempt) => ("sign-up", Some(attempt.outcome), attempt.user.as_ref()),
            What::Session(session) => ("session", None, Some(&session.user)),
            What::Custom(custom) => ("custom", None, custom.user.as_ref()),
            _ => return None,
        };
        let (session, withheld) = match &event.what {
            What::Session(session) => (session.session, false),
            What::Login(attempt) | What::SignUp(attempt) => (None, attempt.withheld),
            _ => (None, false),
        };
        let taken_for = |outcome| match outcome {
            Outcome::Success if withheld => Outcome::Cancelled,
            outcome => outcome,
        };
        Some(Self {
            event,
            place,
            kind,
            outcome: outcome.map(taken_for),
            user,
            session,
            risk: None,
        })
    }

    pub(super) fn is(&self, when: &When) -> bool {
        match (when, &self.event.what) {
            (When::Login, What::Login(_))
            | (When::SignUp, What::SignUp(_))
            | (When::Session, What::Session(_)) => true,
            (When::Custom(name), What::Custom(custom)) => custom.name == *name,
            _ => false,
        }
    }

    pub(super) fn address(&self) -> Option<Address> {
        self.event.origin.address
    }

    pub(super) fn facts(&self) -> Option<&Facts> {
        self.event.origin.facts.as_deref()
    }

    pub(super) fn is_at_shared_address(&self) -> bool {
        let shared = [
            AddressKind::Tor,
            AddressKind::Vpn,
            AddressKind::Proxy,
            AddressKind::ResidentialProxy,
        ];
        let facts = self.event.origin.facts.as_deref();
        facts.is_some_and(|facts| shared.iter().any(|kind| facts.kinds.contains(*kind)))
    }

    pub(super) fn network(&self) -> Option<Network> {
        let ip = self.address()?.ip();
        Network::new(ip, if ip.is_ipv4() { 24 } else { 48 }).ok()
    }

    pub(super) fn provider(&self) -> Option<String> {
        let system = self.facts().and_then(|facts| facts.system);
        system
            .map(|system| format!("AS{system}"))
            .or_else(|| self.network().map(|at| at.to_string()))
    }

    pub(super) fn device(&self) -> Option<String> {
        self.address()?;
        let agent = self.event.origin.user_agent.as_ref();
        Some(agent.map_or("", |agent| agent.as_str()).to_owned())
    }

    pub(super) fn property(&self, name: &str) -> Option<String> {
        let What::Custom(custom) = &self.event.what else {
            return None;
        };
        custom.properties.get(name).map(Property::to_string)
    }

    fn secret(&self) -> Option<String> {
        match &self.event.what {
            What::Login(attempt) | What::SignUp(attempt) => {
                attempt.secret.map(|secret| secret.to_string())
            }
            _ => None,
        }
    }

    pub(super) fn key(&self, by: &By) -> Option<Key> {
        let nothing = Key::default();
        let at = self.address().map(Address::network);
        Some(match by {
            By::Address => Key {
                network: Some(at?),
                ..nothing
            },
            By::Network => Key {
                network: Some(self.network()?),
                ..nothing
            },
            By::User => Key {
                user: Some(self.user?.clone()),
                ..nothing
            },
            By::UserAndAddress => Key {
                network: Some(at?),
                user: self.user.cloned(),
                ..nothing
            },
            By::Device => Key {
                other: self.device()?,
                ..nothing
            },
            By::Session => Key {
                other: self.session?.to_string(),
                ..nothing
            },
            By::Secret => Key {
                other: self.secret()?,
                ..nothing
            },
            By::Property(name) => Key {
                other: self.property(name)?,
                ..nothing
            },
            By::Everything => nothing,
        })
    }

    pub(super) fn value(&self, counts: &Counts) -> Option<String> {
        match counts {
            Counts::Events | Counts::Handovers => None,
            Counts::Users => self.user.map(ToString::to_string),
            Counts::Addresses => self.address().map(|at| at.network().to_string()),
            Counts::Networks => self.network().map(|at| at.to_string()),
            Counts::Countries => self
                .facts()
                .and_then(|facts| facts.country)
                .map(|one| one.to_string()),
            Counts::Devices => self.device(),
            Counts::Secrets => self.secret(),
            Counts::Property(name) => self.property(name),
        }
    }
}

impl Naive {
    pub(super) fn all_hold(&self, asked: &Conditions, view: &View<'_>) -> bool {
        self.answers(asked, view).into_iter().all(|answer| answer)
    }

    pub(super) fn any_holds(&self, asked: &Conditions, view: &View<'_>) -> bool {
        self.answers(asked, view).into_iter().any(|answer| answer)
    }

    /// The answer to each question that is asked.
    fn answers(&self, asked: &Conditions, view: &View<'_>) -> Vec<bool> {
        let profile = self.profile(view);
        let habit = |habit: Habit, known: Option<bool>| known == Some(habit == Habit::Usual);
        let has = |is: &dyn Fn(&Profile) -> bool| profile.is_some_and(is);
        let facts = view.facts();
        let country = facts.and_then(|facts| facts.country);
        let mut answers = Vec::new();
        if !asked.outcome.is_empty() {
            answers.push(
                view.outcome
                    .is_some_and(|outcome| asked.outcome.contains(&outcome)),
            );
        }
        answers.extend(asked.user.as_ref().map(|user| match user {
            UserIs::Known => profile.is_some(),
            UserIs::Unknown => view.user.is_some() && profile.is_none(),
            UserIs::Nobody => view.user.is_none(),
            UserIs::OneOf(names) => view.user.is_some_and(|user| {
                names
                    .iter()
                    .any(|name| name.eq_ignore_ascii_case(user.primary_key().1))
            }),
        }));
        answers.extend(
            asked
                .place
                .map(|asked| habit(asked, Some(self.is_home(view)))),
        );
        answers.extend(asked.network.map(|asked| {
            let provider = view.provider();
            habit(
                asked,
                provider.map(|one| has(&|profile| profile.networks.contains(&one))),
            )
        }));
        answers.extend(asked.device.map(|asked| {
            let device = view.device();
            habit(
                asked,
                device.map(|one| has(&|profile| profile.devices.contains(&one))),
            )
        }));
        answers.extend(asked.country.as_ref().map(|asked| match asked {
            CountryIs::Habit(asked) => habit(
                *asked,
                country.map(|one| has(&|profile| profile.countries.contains(&one))),
            ),
            CountryIs::OneOf(these) => country.is_some_and(|here| these.contains(&here)),
            CountryIs::NoneOf(these) => country.is_some_and(|here| !these.contains(&here)),
        }));
        if !asked.address.is_empty() {
            let common = asked
                .address
                .intersection(facts.map_or(AddressKinds::NONE, |facts| facts.kinds));
            let usual = has(&|profile| !common.intersection(profile.kinds).is_empty());
            let is_habit = asked.kind.is_none_or(|asked| habit(asked, Some(usual)));
            answers.push(!common.is_empty() && is_habit);
        }
        if !asked.from.is_empty() {
            let is = |at| asked.from.iter().any(|network| network.contains(at));
            answers.push(view.address().is_some_and(is));
        }
        answers.extend(asked.risk.map(|asked| {
            let score = |ratio: f64| 100.0 * ratio / (1.0 + ratio);
            view.risk
                .is_some_and(|ratio| score(ratio) >= f64::from(asked.above) + 1.0)
        }));
        if !asked.properties.is_empty() {
            answers.push(asked.properties.iter().all(|(name, test)| {
                let value = view.property(name);
                match test {
                    Test::Present => value.is_some(),
                    Test::Absent => value.is_none(),
                    Test::OneOf(these) => {
                        value.is_some_and(|value| these.iter().any(|one| **one == *value))
                    }
                    other => unreachable!("{other:?} is not among the random tests"),
                }
            }));
        }
        answers
    }
}
