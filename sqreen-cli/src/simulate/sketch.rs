//! An event before it is written out: a few dozen bytes, of which the whole event is made when its turn
//! comes.

use sqreen::event::{
    Attempt, Custom, DigestKey, Event, EventName, Origin, Outcome, Properties, Session, Timestamp,
    What,
};

use super::accounts::Accounts;
use super::clients::Client;
use super::dice::mix;
use super::geography::Spot;
use super::rates::BEGINNING;
use super::{CampaignId, Label, Labelled};

/// What the application of the stream calls a request for a new password.
const PASSWORD_RESET: &str = "password.reset";

/// What happens, when, from where, in whose name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sketch {
    /// Milliseconds since the stream began.
    pub(super) at: u64,
    pub(super) account: u32,
    /// Not 0 where the name is mistyped.
    pub(super) slip: u8,
    pub(super) deed: Deed,
    pub(super) client: Client,
    pub(super) spot: Spot,
    /// Whose it is; `None`: an honest person's.
    pub(super) campaign: Option<CampaignId>,
}

/// What somebody does. Secrets and sessions are numbers that stand for what digests are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    Login,
    WrongPassword(u64),
    SignUp,
    SignUpRefused,
    Session(u64),
    Reset,
}

/// The n-th of the passwords that everybody takes.
pub(super) const fn popular_password(n: u64) -> u64 {
    mix(n.wrapping_add(1))
}

/// A password that the owner of an account has for another site, of which some are on lists of stolen ones.
pub(super) const fn password_elsewhere(account: u32, n: u64) -> u64 {
    mix(mix(account as u64 + (1 << 40)) ^ n)
}

/// Makes events of sketches.
#[derive(Debug)]
pub(super) struct Scribe {
    accounts: Accounts,
    key: DigestKey,
    reset: EventName,
}

impl Scribe {
    pub(super) fn new(accounts: Accounts) -> Self {
        Self {
            accounts,
            // Streams are compared byte for byte, so this key is no secret.
            key: DigestKey::new(b"a simulated application"),
            reset: reset_name(),
        }
    }

    pub(super) fn event(&self, sketch: &Sketch) -> Labelled {
        let origin = Origin {
            address: Some(sketch.spot.address()),
            user_agent: Some(sketch.client.user_agent()),
            facts: Some(Box::new(sketch.spot.facts())),
        };
        let event = Event {
            at: Timestamp::from_millis(BEGINNING + sketch.at),
            origin,
            what: self.what(sketch),
        };
        Labelled {
            event,
            label: sketch.campaign.map_or(Label::Honest, Label::Attack),
        }
    }

    fn what(&self, sketch: &Sketch) -> What {
        let user = self.accounts.user(sketch.account, sketch.slip);
        match sketch.deed {
            Deed::Login => What::Login(Attempt::new(Outcome::Success, Some(user))),
            Deed::WrongPassword(secret) => What::Login(Attempt {
                secret: Some(self.key.secret(&secret.to_le_bytes())),
                ..Attempt::new(Outcome::Failure, Some(user))
            }),
            Deed::SignUp => What::SignUp(Attempt::new(Outcome::Success, Some(user))),
            Deed::SignUpRefused => What::SignUp(Attempt::new(Outcome::Failure, Some(user))),
            Deed::Session(session) => What::Session(Session {
                user,
                traits: Default::default(),
                instead_of: None,
                session: Some(self.key.session(&session.to_le_bytes())),
            }),
            Deed::Reset => What::Custom(Custom {
                name: self.reset.clone(),
                user: Some(user),
                inferred: false,
                properties: Properties::default(),
            }),
        }
    }
}

#[expect(clippy::expect_used, reason = "a short name that is not reserved")]
fn reset_name() -> EventName {
    EventName::new(PASSWORD_RESET).expect("a name")
}
