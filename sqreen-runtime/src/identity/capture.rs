//! How identifiers get in: collected pair by pair, checked once.

use std::rc::Rc;
use std::sync::Arc;

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

/// What is wrong with one pair.
enum Problem {
    Key,
    Missing,
    Duplicate,
    TooMany,
    TooLong(usize),
}

impl Capture {
    /// Nothing collected yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one identifier. The value is copied; an empty or absent one is noted as missing.
    #[inline]
    pub fn add<V: IdentifierValue + ?Sized>(&mut self, key: &str, value: &V) {
        let end = self.encoded.len();
        if let Err(problem) = self.append(key, value) {
            self.encoded.truncate(end);
            self.note(key, problem);
        }
    }

    fn append<V: IdentifierValue + ?Sized>(&mut self, key: &str, value: &V) -> Result<(), Problem> {
        if key.is_empty() || key.len() > UserIdentifiers::MAX_KEY {
            return Err(Problem::Key);
        }
        if self.pairs == UserIdentifiers::MAX_PAIRS {
            return Err(Problem::TooMany);
        }
        let place = position(&self.encoded, key).ok_or(Problem::Duplicate)?;
        let end = self.encoded.len();
        let length = push_pair(&mut self.encoded, key, |encoded| {
            let mut writer = ValueWriter::new(encoded);
            value.write_to(&mut writer);
            writer.length()
        });
        if length == 0 {
            return Err(Problem::Missing);
        }
        if length > UserIdentifiers::MAX_VALUE {
            return Err(Problem::TooLong(length));
        }
        self.pairs += 1;
        if place != end {
            let added = self.encoded.len() - end;
            self.encoded[place..].rotate_right(added);
        }
        Ok(())
    }

    #[cold]
    fn note(&mut self, key: &str, problem: Problem) {
        let error = match problem {
            Problem::Missing => return self.missing.push(key.into()),
            Problem::Key if key.is_empty() => IdentityError::EmptyKey,
            Problem::Key => IdentityError::KeyTooLong { length: key.len() },
            Problem::TooMany => IdentityError::TooManyPairs,
            Problem::Duplicate => IdentityError::DuplicateKey { key: key.into() },
            Problem::TooLong(length) => IdentityError::ValueTooLong {
                key: key.into(),
                length,
            },
        };
        self.problem.get_or_insert(error);
    }

    /// Takes a whole user in place of what was added.
    pub fn replace(&mut self, user: impl IntoIdentifiers) {
        *self = Self::default();
        match user.into_identifiers() {
            Ok(user) => {
                self.pairs = user.iter().count();
                self.encoded = user.0;
            }
            // Nobody was named, which is nothing wrong.
            Err(IdentityError::Empty) => {}
            Err(problem) => self.problem = Some(problem),
        }
    }

    /// Whether nothing was added, not even a value that was missing.
    pub(crate) fn is_untouched(&self) -> bool {
        self.encoded.is_empty() && self.missing.is_empty() && self.problem.is_none()
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
        if self.missing.is_empty() {
            return Ok(user);
        }
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

macro_rules! through_deref {
    ($($pointer:ty),*) => {$(
        impl<T: Identity + ?Sized> Identity for $pointer {
            const KEYS: &'static [&'static str] = T::KEYS;

            fn capture(&self, into: &mut Capture) {
                (**self).capture(into);
            }
        }
    )*};
}
through_deref!(&T, &mut T, Box<T>, Rc<T>, Arc<T>);

/// What the functions of the SDK take for a user: pairs, [`UserIdentifiers`], or a type with [`Identity`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say who the user is",
    label = "neither pairs of a key and a value nor a user",
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

/// `None` names nobody.
impl<T: IntoIdentifiers> IntoIdentifiers for Option<T> {
    fn into_identifiers(self) -> Result<UserIdentifiers, IdentityError> {
        self.ok_or(IdentityError::Empty)?.into_identifiers()
    }
}

impl<T: Identity> IntoIdentifiers for &T {
    fn into_identifiers(self) -> Result<UserIdentifiers, IdentityError> {
        let mut capture = Capture::new();
        self.capture(&mut capture);
        capture.finish()
    }
}
