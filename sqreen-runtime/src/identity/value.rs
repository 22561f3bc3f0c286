//! What can stand as the value of an identifier: strings, integers, UUIDs, and `Option`s and references of
//! them. All are kept as strings.

use std::borrow::Cow;
use std::fmt::{self, Write};
use std::rc::Rc;
use std::sync::Arc;

use smallvec::SmallVec;

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
///     fn write_to(&self, out: &mut ValueWriter) {
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
    note = "select the field that tells users apart, such as `user.email`, or implement `sqreen::IdentifierValue` for `{Self}`"
)]
pub trait IdentifierValue {
    /// Writes the value as text.
    fn write_to(&self, out: &mut ValueWriter);
}

/// Takes the text of one value. Text past the longest value allowed is measured but not kept.
#[derive(Debug, Default)]
pub struct ValueWriter {
    text: SmallVec<[u8; super::encoding::INLINE]>,
    length: usize,
}

impl ValueWriter {
    /// Appends to the value.
    #[inline]
    pub fn push_str(&mut self, text: &str) {
        self.length = self.length.saturating_add(text.len());
        if self.length <= super::UserIdentifiers::MAX_VALUE {
            self.text.extend_from_slice(text.as_bytes());
        }
    }

    /// The value's length in bytes, kept or not.
    pub(super) fn length(&self) -> usize {
        self.length
    }

    pub(super) fn text(&self) -> &str {
        // Only whole `str`s are ever appended.
        str::from_utf8(&self.text).unwrap_or_default()
    }
}

impl Write for ValueWriter {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push_str(text);
        Ok(())
    }
}

impl IdentifierValue for str {
    #[inline]
    fn write_to(&self, out: &mut ValueWriter) {
        out.push_str(self);
    }
}

impl IdentifierValue for String {
    #[inline]
    fn write_to(&self, out: &mut ValueWriter) {
        out.push_str(self);
    }
}

impl IdentifierValue for Cow<'_, str> {
    fn write_to(&self, out: &mut ValueWriter) {
        out.push_str(self);
    }
}

/// `None` is a missing value.
impl<T: IdentifierValue> IdentifierValue for Option<T> {
    fn write_to(&self, out: &mut ValueWriter) {
        if let Some(value) = self {
            value.write_to(out);
        }
    }
}

macro_rules! through_deref {
    ($($pointer:ty),*) => {$(
        impl<T: IdentifierValue + ?Sized> IdentifierValue for $pointer {
            #[inline]
            fn write_to(&self, out: &mut ValueWriter) {
                (**self).write_to(out);
            }
        }
    )*};
}
through_deref!(&T, &mut T, Box<T>, Rc<T>, Arc<T>);

macro_rules! integers {
    ($($integer:ty),*) => {$(
        impl IdentifierValue for $integer {
            fn write_to(&self, out: &mut ValueWriter) {
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
    fn write_to(&self, out: &mut ValueWriter) {
        out.push_str(
            self.hyphenated()
                .encode_lower(&mut uuid::Uuid::encode_buffer()),
        );
    }
}
