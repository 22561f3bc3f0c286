//! What can stand as the value of an identifier: strings, integers, UUIDs, and `Option`s and references of
//! them. All are kept as strings.

use std::borrow::Cow;
use std::fmt::{self, Write};
use std::rc::Rc;
use std::sync::Arc;

use super::UserIdentifiers;
use super::encoding::Encoded;

/// A value that can identify a user.
///
/// Implement it for your own newtypes; a value that writes nothing counts as missing.
///
/// ```
/// use sqreen_runtime::identity::{IdentifierValue, UserIdentifiers, ValueWriter};
///
/// struct AccountId(u64);
///
/// impl IdentifierValue for AccountId {
///     fn write_to(&self, out: &mut ValueWriter<'_>) {
///         self.0.write_to(out);
///     }
/// }
///
/// assert_eq!(UserIdentifiers::new("id", &AccountId(7))?.get("id"), Some("7"));
/// # Ok::<(), sqreen_runtime::identity::IdentityError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot identify a user",
    label = "not a string, an integer or a UUID",
    note = "select the field that tells users apart, such as `user.email`, or call what shows it, such as `.expose_secret()`\nfor a type of your own, implement `sqreen::IdentifierValue` for `{Self}`"
)]
pub trait IdentifierValue {
    /// Writes the value as text.
    fn write_to(&self, out: &mut ValueWriter<'_>);
}

/// Takes the text of one value. Text past the longest value allowed is measured but not kept.
#[derive(Debug)]
pub struct ValueWriter<'a> {
    kept: &'a mut Encoded,
    length: usize,
}

impl<'a> ValueWriter<'a> {
    /// Appends to `kept`.
    #[inline]
    pub(super) fn new(kept: &'a mut Encoded) -> Self {
        Self { kept, length: 0 }
    }

    /// Appends to the value.
    #[inline]
    pub fn push_str(&mut self, text: &str) {
        self.length = self.length.saturating_add(text.len());
        if self.length <= UserIdentifiers::MAX_VALUE {
            self.kept.extend_from_slice(text.as_bytes());
        }
    }

    /// The value's length in bytes, kept or not.
    #[inline]
    pub(super) fn length(&self) -> usize {
        self.length
    }
}

impl Write for ValueWriter<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push_str(text);
        Ok(())
    }
}

/// The text of a value; of one that is too long, what is kept of it.
pub(super) fn text_of<V: IdentifierValue + ?Sized>(value: &V) -> Box<str> {
    let mut kept = Encoded::new();
    value.write_to(&mut ValueWriter::new(&mut kept));
    String::from_utf8_lossy(&kept).into()
}

impl IdentifierValue for str {
    #[inline]
    fn write_to(&self, out: &mut ValueWriter<'_>) {
        out.push_str(self);
    }
}

impl IdentifierValue for String {
    #[inline]
    fn write_to(&self, out: &mut ValueWriter<'_>) {
        out.push_str(self);
    }
}

impl IdentifierValue for Cow<'_, str> {
    fn write_to(&self, out: &mut ValueWriter<'_>) {
        out.push_str(self);
    }
}

/// `None` is a missing value.
impl<T: IdentifierValue> IdentifierValue for Option<T> {
    fn write_to(&self, out: &mut ValueWriter<'_>) {
        if let Some(value) = self {
            value.write_to(out);
        }
    }
}

macro_rules! through_deref {
    ($($pointer:ty),*) => {$(
        impl<T: IdentifierValue + ?Sized> IdentifierValue for $pointer {
            #[inline]
            fn write_to(&self, out: &mut ValueWriter<'_>) {
                (**self).write_to(out);
            }
        }
    )*};
}
through_deref!(&T, &mut T, Box<T>, Rc<T>, Arc<T>);

macro_rules! integers {
    ($($integer:ty),*) => {$(
        impl IdentifierValue for $integer {
            fn write_to(&self, out: &mut ValueWriter<'_>) {
                // Writing to memory does not fail.
                let _ = write!(out, "{self}");
            }
        }
    )*};
}
integers!(
    u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize
);
integers!(
    std::num::NonZeroU32,
    std::num::NonZeroU64,
    std::num::NonZeroI32,
    std::num::NonZeroI64
);

/// Hyphenated, in lower case.
#[cfg(feature = "uuid")]
impl IdentifierValue for uuid::Uuid {
    fn write_to(&self, out: &mut ValueWriter<'_>) {
        out.push_str(
            self.hyphenated()
                .encode_lower(&mut uuid::Uuid::encode_buffer()),
        );
    }
}
