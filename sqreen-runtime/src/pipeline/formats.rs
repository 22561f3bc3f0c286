//! Login, sign-up and session have to name users by the same keys: otherwise a ban of the one that logs in
//! is not found for the one whose request it is.

use std::fmt;
use std::sync::OnceLock;

use crate::identity::{IdentityFormat, UserIdentifiers};

/// The first format that was seen, and where.
#[derive(Debug, Default)]
pub(crate) struct Formats {
    established: OnceLock<(IdentityFormat, Box<str>)>,
}

/// Two places that name users by different keys.
#[derive(Debug)]
pub(crate) struct Disagreement<'a> {
    established: &'a (IdentityFormat, Box<str>),
    other: IdentityFormat,
    place: String,
}

impl Formats {
    /// Compares a user's keys with those seen first.
    #[inline]
    pub(crate) fn check(
        &self,
        user: &UserIdentifiers,
        place: &dyn fmt::Display,
    ) -> Result<(), Disagreement<'_>> {
        match self.established.get() {
            Some((format, _)) if format.is_of(user) => Ok(()),
            _ => self.compare(IdentityFormat::of(user), place),
        }
    }

    /// Compares a format with the one seen first.
    pub(crate) fn compare(
        &self,
        format: IdentityFormat,
        place: &dyn fmt::Display,
    ) -> Result<(), Disagreement<'_>> {
        let established = self
            .established
            .get_or_init(|| (format.clone(), place.to_string().into()));
        if established.0 == format {
            return Ok(());
        }
        Err(Disagreement {
            established,
            other: format,
            place: place.to_string(),
        })
    }
}

impl fmt::Display for Disagreement<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (format, place) = self.established;
        write!(
            f,
            "{place} names users by {format}, but {} by {}: use the same keys at login, sign-up and session, \
             or a ban of the one is not found for the other",
            self.place, self.other
        )
    }
}
