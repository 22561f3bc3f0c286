//! Custom events.

use std::sync::Arc;
use std::time::SystemTime;

use crate::event::{Custom, EventName, Properties, Property, Timestamp};
use crate::identity::{IdentityError, IntoIdentifiers, UserIdentifiers};
use crate::pipeline::Trouble;
use crate::request::Request;

use super::Rejected;

/// What a custom event tells beside its name.
#[derive(Debug, Clone, Default)]
pub struct TrackOptions {
    properties: Properties,
    dropped: u64,
    user: Option<Result<UserIdentifiers, IdentityError>>,
    at: Option<Timestamp>,
}

impl TrackOptions {
    /// Nothing more.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// As an attribute has read it.
    pub(super) fn read(
        properties: Properties,
        dropped: u64,
        user: Option<Result<UserIdentifiers, IdentityError>>,
    ) -> Self {
        Self {
            properties,
            dropped,
            user,
            at: None,
        }
    }

    /// With one more property. Of more than 16, the first in key order are kept and the rest counted.
    #[must_use]
    pub fn property(mut self, name: &str, value: impl Into<Property>) -> Self {
        self.dropped += u64::from(self.properties.insert(name, value.into()));
        self
    }

    /// The user it is about, where that is not the request's.
    #[must_use]
    pub fn user(mut self, user: impl IntoIdentifiers) -> Self {
        self.user = Some(user.into_identifiers());
        self
    }

    /// When it happened, where that is not now.
    ///
    /// At most an hour ago: an earlier time is taken for an hour ago, and one that is yet to come for now. What is
    /// counted, and when bans end, goes by these times, so a wrong one would do harm.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    /// use sqreen_runtime::TrackOptions;
    ///
    /// let a_minute_ago = SystemTime::now() - Duration::from_secs(60);
    /// sqreen_runtime::track("message.delivered", TrackOptions::new().at(a_minute_ago));
    /// ```
    #[must_use]
    pub fn at(mut self, time: SystemTime) -> Self {
        self.at = Some(time.into());
        self
    }
}

impl From<()> for TrackOptions {
    fn from((): ()) -> Self {
        Self::new()
    }
}

/// Properties.
impl<V: Into<Property>, const N: usize> From<[(&str, V); N]> for TrackOptions {
    fn from(properties: [(&str, V); N]) -> Self {
        properties
            .into_iter()
            .fold(Self::new(), |options, (name, value)| {
                options.property(name, value)
            })
    }
}

/// The result of telling about something that nobody is stopped by. To ignore it is no mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt(Result<(), Rejected>);

impl Receipt {
    pub(super) fn of(result: Result<(), Rejected>) -> Self {
        Self(result)
    }

    /// Whether the event was taken.
    ///
    /// # Errors
    ///
    /// Why it was not, or what of it could not be used. It has been counted and logged already.
    pub fn result(self) -> Result<(), Rejected> {
        self.0
    }
}

pub(super) fn track(
    request: Result<Arc<Request>, Rejected>,
    name: &str,
    options: TrackOptions,
) -> Receipt {
    Receipt(request.and_then(|request| record(&request, name, options)))
}

fn record(request: &Request, name: &str, options: TrackOptions) -> Result<(), Rejected> {
    let pipeline = request.pipeline();
    let name = EventName::new(name.to_owned())
        .inspect_err(|error| pipeline.note(Trouble::EventName, error))?;
    if options.dropped > 0 {
        pipeline.note(
            Trouble::Properties,
            &format_args!("`{name}` has more than {} properties", Properties::MAX),
        );
    }
    let mut problem = None;
    let (user, inferred) = match options.user {
        Some(Ok(user)) => (Some(user), false),
        // Somebody else was meant: the request's user has nothing to do with it.
        Some(Err(error)) => {
            pipeline.note(Trouble::Identity, &format_args!("`{name}`: {error}"));
            problem = Some(error);
            (None, false)
        }
        None => match request.user() {
            Some(attributed) => (Some(attributed.user), attributed.inferred),
            None => (None, false),
        },
    };
    let properties = options.properties;
    request.track(
        Custom {
            name,
            user,
            inferred,
            properties,
        },
        options.at,
    );
    problem.map_or(Ok(()), |error| Err(error.into()))
}
