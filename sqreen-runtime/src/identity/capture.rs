//! How identifiers get in: collected pair by pair, checked once.

use smallvec::SmallVec;

use super::encoding::{Encoded, position, push_pair};
use super::{IdentifierValue, IdentityError, UserIdentifiers, ValueWriter, primary_key};

/// Collects the identifiers of one user, in any order.
///
/// What is wrong with them is found by [`Capture::finish`], so that the place which adds pairs (an expanded
/// attribute, as a rule) needs no error handling.
#[derive(Debug, Default)]
pub struct Capture {
    encoded: Encoded,
    pairs: usize,
    missing: SmallVec<[Box<str>; 1]>,
    problem: Option<IdentityError>,
}

impl Capture {
    /// Nothing collected yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one identifier. The value is copied; an empty or absent one is noted as missing.
    pub fn add<V: IdentifierValue + ?Sized>(&mut self, key: &str, value: &V) {
        let mut text = ValueWriter::default();
        value.write_to(&mut text);
        if let Err(problem) = self.insert(key, &text) {
            self.problem.get_or_insert(problem);
        }
    }

    fn insert(&mut self, key: &str, value: &ValueWriter) -> Result<(), IdentityError> {
        if key.is_empty() {
            return Err(IdentityError::EmptyKey);
        }
        if key.len() > UserIdentifiers::MAX_KEY {
            return Err(IdentityError::KeyTooLong { length: key.len() });
        }
        if value.length() == 0 {
            self.missing.push(key.into());
            return Ok(());
        }
        if value.length() > UserIdentifiers::MAX_VALUE {
            return Err(IdentityError::ValueTooLong {
                key: key.into(),
                length: value.length(),
            });
        }
        if self.pairs == UserIdentifiers::MAX_PAIRS {
            return Err(IdentityError::TooManyPairs);
        }
        let Some(at) = position(&self.encoded, key) else {
            return Err(IdentityError::DuplicateKey { key: key.into() });
        };
        self.pairs += 1;
        let end = self.encoded.len();
        push_pair(&mut self.encoded, key, value.text());
        let added = self.encoded.len() - end;
        self.encoded[at..].rotate_right(added);
        Ok(())
    }

    /// The user.
    ///
    /// A missing value is left out where another identifier still tells users apart; where it is the primary
    /// key, nobody in particular is meant, and that is an error.
    ///
    /// # Errors
    ///
    /// The first thing wrong with what was added; see [`IdentityError`].
    pub fn finish(self) -> Result<UserIdentifiers, IdentityError> {
        if let Some(problem) = self.problem {
            return Err(problem);
        }
        if self.encoded.is_empty() && self.missing.is_empty() {
            return Err(IdentityError::Empty);
        }
        let user = UserIdentifiers(self.encoded);
        match self.missing.iter().find(|missing| outranks(missing, &user)) {
            Some(key) => Err(IdentityError::Missing { key: key.clone() }),
            None => Ok(user),
        }
    }
}

/// Whether a user that lacks `missing` lacks its primary key.
fn outranks(missing: &str, user: &UserIdentifiers) -> bool {
    let (key, _) = user.primary_key();
    key.is_empty() || (primary_key::rank(missing), missing) < (primary_key::rank(key), key)
}

/// A type that says which of its fields tell users apart. Derive it:
///
/// ```ignore
/// #[derive(sqreen::Identity)]
/// struct User {
///     #[identity]
///     email: String,
///     display_name: String,
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say who the user is",
    label = "not a user",
    note = "add `#[derive(sqreen::Identity)]` to `{Self}`, or say `user = …` in the attribute"
)]
pub trait Identity {
    /// The keys that [`Identity::capture`] adds, in byte order.
    const KEYS: &'static [&'static str];

    /// Adds each identifier.
    fn capture(&self, into: &mut Capture);
}

/// What the functions of the SDK take for a user: pairs, [`UserIdentifiers`], or a type with [`Identity`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say who the user is",
    note = "give `(\"email\", &email)`, `sqreen::user! {{ email: … }}`, or a reference to a type that derives `sqreen::Identity`"
)]
pub trait IntoIdentifiers {
    /// The user, or why there is none.
    ///
    /// # Errors
    ///
    /// See [`IdentityError`].
    fn into_identifiers(self) -> Result<UserIdentifiers, IdentityError>;
}

impl IntoIdentifiers for UserIdentifiers {
    fn into_identifiers(self) -> Result<UserIdentifiers, IdentityError> {
        Ok(self)
    }
}

impl IntoIdentifiers for &UserIdentifiers {
    fn into_identifiers(self) -> Result<UserIdentifiers, IdentityError> {
        Ok(self.clone())
    }
}

impl IntoIdentifiers for Capture {
    fn into_identifiers(self) -> Result<UserIdentifiers, IdentityError> {
        self.finish()
    }
}

impl<E> IntoIdentifiers for Result<UserIdentifiers, E>
where
    IdentityError: From<E>,
{
    fn into_identifiers(self) -> Result<UserIdentifiers, IdentityError> {
        Ok(self?)
    }
}

impl<K: AsRef<str>, V: IdentifierValue> IntoIdentifiers for (K, V) {
    fn into_identifiers(self) -> Result<UserIdentifiers, IdentityError> {
        UserIdentifiers::new(self.0.as_ref(), &self.1)
    }
}

impl<K: AsRef<str>, V: IdentifierValue, const N: usize> IntoIdentifiers for [(K, V); N] {
    fn into_identifiers(self) -> Result<UserIdentifiers, IdentityError> {
        self.try_into()
    }
}

impl<T: Identity> IntoIdentifiers for &T {
    fn into_identifiers(self) -> Result<UserIdentifiers, IdentityError> {
        let mut capture = Capture::new();
        self.capture(&mut capture);
        capture.finish()
    }
}
