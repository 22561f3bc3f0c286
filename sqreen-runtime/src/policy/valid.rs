//! What a playbook cannot say: every refusal, in one place.

use std::time::Duration;

use thiserror::Error;

use crate::event::AddressKinds;

use super::{After, By, Conditions, Counts, Over, Playbook, RiskIs, Test, Then, When};

/// Why a playbook is not valid.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the playbook `{}` {problem}", name.escape_debug())]
pub struct PlaybookError {
    name: Box<str>,
    /// The key of the playbook that is wrong.
    key: &'static str,
    problem: &'static str,
}

impl PlaybookError {
    /// The key of the playbook that is wrong, as files spell it.
    #[must_use]
    pub fn key(&self) -> &'static str {
        self.key
    }
}

/// A key, and what is wrong with it.
type Refusal = Result<(), (&'static str, &'static str)>;

/// What is usual is learnt from one stretch of time after the other, the silent ones too.
const SHORTEST_STRETCH: Duration = Duration::from_secs(60);

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl Playbook {
    /// The longest a response may last: a day. What needs longer needs a person.
    pub const MAX_LASTING: Duration = DAY;
    /// The longest window: a week.
    pub const MAX_WITHIN: Duration = Duration::from_secs(7 * 24 * 60 * 60);
    /// The highest threshold. As many events are kept of each subject that comes near it.
    pub const MAX_REACHING: u32 = 1_000;
    /// The longest name, in bytes.
    pub const MAX_NAME: usize = 64;

    /// Checks what the types do not.
    ///
    /// # Errors
    ///
    /// The first thing wrong; see [`PlaybookError`].
    pub fn validate(&self) -> Result<(), PlaybookError> {
        self.name_is_one()
            .and_then(|()| self.figures_are_in_range())
            .and_then(|()| self.conditions_fit())
            .and_then(|()| self.counting_makes_sense())
            .and_then(|()| self.response_fits())
            .map_err(|(key, problem)| PlaybookError {
                name: self.name.clone(),
                key,
                problem,
            })
    }

    fn name_is_one(&self) -> Refusal {
        refuse(
            self.name.is_empty(),
            "name",
            "needs a name, by which its decisions can be found",
        )?;
        refuse(
            self.name.len() > Self::MAX_NAME,
            "name",
            "has a name of more than 64 bytes",
        )
    }

    fn figures_are_in_range(&self) -> Refusal {
        refuse(
            self.reaching.get() > Self::MAX_REACHING,
            "reaching",
            "has a threshold `reaching` of more than 1000",
        )?;
        let is_time = |time: Duration| !time.is_zero() && time <= Self::MAX_WITHIN;
        match self.over {
            Over::Within(within) => refuse(
                !is_time(within),
                "within",
                "needs a window `within` of more than nothing and at most seven days",
            )?,
            Over::Leaking(leaking) => refuse(
                leaking.is_zero() || !is_time(leaking.saturating_mul(self.reaching.get())),
                "leaking",
                "needs a time `leaking` of more than nothing, and less than seven days for a full bucket",
            )?,
        }
        if let Some(After {
            reaching, within, ..
        }) = &self.after
        {
            refuse(
                !is_time(*within) || reaching.get() > Self::MAX_REACHING,
                "after",
                "needs an `after` of at most 1000 events within at most seven days",
            )?;
        }
        refuse(
            self.lasting.is_zero() || self.lasting > Self::MAX_LASTING,
            "lasting",
            "needs a response `lasting` more than nothing and at most a day: automatic bans end",
        )?;
        refuse(
            self.at_most < self.lasting || self.at_most > Self::MAX_LASTING,
            "at-most",
            "needs an `at-most` of no less than `lasting` and at most a day: automatic bans end",
        )?;
        refuse(
            self.cool_down > Self::MAX_WITHIN,
            "cool-down",
            "is silent (`cool-down`) for more than seven days",
        )?;
        let is_share = |share: Option<u8>| share.is_none_or(|share| (1..=100).contains(&share));
        refuse(
            !is_share(self.share),
            "share",
            "needs a `share` of 1 to 100 per cent",
        )?;
        refuse(
            !is_share(self.sparing),
            "sparing",
            "needs a `sparing` of 1 to 100 per cent",
        )
    }

    fn conditions_fit(&self) -> Refusal {
        fit(&self.only_if, &self.when, "if")?;
        fit(&self.unless, &self.when, "unless")?;
        match &self.after {
            Some(after) => fit(&after.only_if, &after.when, "after"),
            None => Ok(()),
        }
    }

    fn counting_makes_sense(&self) -> Refusal {
        let login = self.when == When::Login;
        refuse(
            (self.by == By::Secret || self.counts == Counts::Secrets) && !login,
            "by",
            "looks at rejected secrets, which only logins have: say `when = \"login\"`",
        )?;
        refuse(
            self.by == By::Session && self.when != When::Session,
            "by",
            "counts by session, which only sessions have: say `when = \"session\"`",
        )?;
        let custom = matches!(self.when, When::Custom(_));
        let by_property = matches!(self.by, By::Property(_));
        let counts_property = matches!(self.counts, Counts::Property(_));
        refuse(
            (by_property || counts_property) && !custom,
            "when",
            "looks at a property, which only custom events have: give the name of one as `when`",
        )?;
        refuse(
            self.counts_what_it_counts_by(),
            "counts",
            "counts what it counts by: there is only one",
        )?;
        refuse(
            self.counts == Counts::Handovers && !matches!(self.by, By::Session | By::User),
            "counts",
            "counts handovers, which makes sense by session or by user",
        )?;
        let of_address = matches!(self.by, By::Address | By::UserAndAddress);
        let of_users = matches!(self.counts, Counts::Users | Counts::Events);
        let at_a_place = of_address || self.by == By::Network;
        refuse(
            self.redeemed_by_success
                && !((at_a_place || self.by == By::Everything) && of_users && login),
            "redeemed-by-success",
            "is redeemed by a success, which needs logins, counted as events or users by address, network or \
             everything",
        )?;
        refuse(
            self.redeemed_by_success && matches!(self.over, Over::Leaking(_)),
            "redeemed-by-success",
            "takes back what it counted, which needs `within`: nothing can be taken out of a bucket",
        )?;
        refuse(
            self.sparing.is_some() && !at_a_place,
            "sparing",
            "spares places where many are at home (`sparing`), which needs counting by address or network",
        )?;
        refuse(
            self.above_usual.is_some() && !matches!(self.over, Over::Within(_)),
            "above-usual",
            "compares with what is usual, which needs `within`",
        )?;
        refuse(
            self.above_usual.is_some()
                && matches!(self.over, Over::Within(within) if within < SHORTEST_STRETCH),
            "within",
            "compares with what is usual, which needs a `within` of at least a minute",
        )?;
        refuse(
            self.above_usual.is_some() && self.counts != Counts::Events,
            "above-usual",
            "compares with what is usual, which needs `counts = \"events\"`",
        )?;
        if let Some(after) = &self.after {
            refuse(
                after.counts != Counts::Events && after.counts != self.lane().1,
                "after",
                "counts something else in `after`: count events there, or what it counts itself",
            )?;
        }
        Ok(())
    }

    fn counts_what_it_counts_by(&self) -> bool {
        match (&self.by, &self.counts) {
            (By::User | By::UserAndAddress, Counts::Users)
            | (By::Address | By::UserAndAddress, Counts::Addresses | Counts::Networks)
            | (By::Network, Counts::Networks)
            | (By::Device, Counts::Devices)
            | (By::Secret, Counts::Secrets) => true,
            (By::Property(by), Counts::Property(counted)) => by == counted,
            _ => false,
        }
    }

    fn response_fits(&self) -> Refusal {
        refuse(
            self.then.is_empty(),
            "then",
            "has no response: say `then = \"notify\"` where people are only to be told",
        )?;
        let last_of_many = self.reaching.get() > 1 && self.starts_over;
        let by_user = self.by == By::User;
        let by_address = matches!(self.by, By::Address | By::Network);
        refuse(
            last_of_many && by_user && self.then.iter().any(|then| then.is_of_address()),
            "then",
            "counts by user and bans an address: the one that happened to come last",
        )?;
        refuse(
            last_of_many && by_address && self.then.iter().any(|then| then.is_of_user()),
            "then",
            "counts by address and responds to a user: the one that happened to come last",
        )?;
        let bans = |then: &Then| {
            matches!(
                then,
                Then::BanAddress | Then::BanNetwork | Then::BanUser | Then::CloseUser
            )
        };
        refuse(
            self.redirect.is_some() && !self.then.iter().any(bans),
            "redirect",
            "redirects whom it does not ban: add a ban to `then`",
        )
    }
}

fn refuse(wrong: bool, key: &'static str, problem: &'static str) -> Refusal {
    if wrong { Err((key, problem)) } else { Ok(()) }
}

/// Whether events of this kind have what these conditions ask for.
fn fit(conditions: &Conditions, when: &When, key: &'static str) -> Refusal {
    let attempt = matches!(when, When::Login | When::SignUp);
    refuse(
        !conditions.outcome.is_empty() && !attempt,
        key,
        "asks for an outcome, which only logins and sign-ups have",
    )?;
    refuse(
        conditions.travel.is_some() && *when != When::Login,
        key,
        "asks for a journey, which lies between two logins: say `when = \"login\"`",
    )?;
    refuse(
        conditions.risk.is_some() && *when != When::Login,
        key,
        "asks for the risk of a login: say `when = \"login\"`",
    )?;
    refuse(
        conditions
            .risk
            .is_some_and(|risk| risk.above > RiskIs::MOST),
        key,
        "asks for a risk above more than 99, which none is",
    )?;
    refuse(
        !conditions.properties.is_empty() && !matches!(when, When::Custom(_)),
        key,
        "asks for properties, which only custom events have",
    )?;
    refuse(
        !conditions.traits.is_empty() && matches!(when, When::Custom(_)),
        key,
        "asks for traits, which logins, sign-ups and sessions have",
    )?;
    refuse(
        conditions.kind.is_some() && conditions.address == AddressKinds::NONE,
        key,
        "asks whether a kind of address is usual, and not for which: add `address`",
    )?;
    let mut tests = conditions
        .properties
        .values()
        .chain(conditions.traits.values());
    refuse(
        tests.any(
            |test| matches!(test, Test::Above(limit) | Test::Below(limit) if !limit.is_finite()),
        ),
        key,
        "compares with something that is no number",
    )
}
