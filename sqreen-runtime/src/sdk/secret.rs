//! What a password or the name of a session can be, and what is made of it: a digest, and nothing else.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use crate::event::{SecretDigest, SessionDigest};
use crate::pipeline::Pipeline;

/// A value of which only a digest is ever kept: a text or bytes, or an `Option`, a reference or a smart pointer of
/// them.
///
/// A wrapper that hides what it holds is asked to show it, as in `secret = password.expose_secret()`. Types of
/// your own can implement it:
///
/// ```
/// use sqreen_runtime::SecretValue;
///
/// struct Password(String);
///
/// impl SecretValue for Password {
///     fn bytes(&self) -> &[u8] {
///         self.0.as_bytes()
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "no digest can be made of `{Self}`",
    label = "neither a text nor bytes",
    note = "name what holds the text, such as `form.password`, or call what shows it, such as `password.expose_secret()`, `cookie.value()` or `number.to_string()`\nfor a type of your own, implement `sqreen::SecretValue` for `{Self}`"
)]
pub trait SecretValue {
    /// All of it. Nothing, where there is none: no digest is made of that.
    fn bytes(&self) -> &[u8];
}

impl SecretValue for str {
    fn bytes(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl SecretValue for String {
    fn bytes(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl SecretValue for [u8] {
    fn bytes(&self) -> &[u8] {
        self
    }
}

impl<const N: usize> SecretValue for [u8; N] {
    fn bytes(&self) -> &[u8] {
        self
    }
}

impl SecretValue for Vec<u8> {
    fn bytes(&self) -> &[u8] {
        self
    }
}

impl<T: SecretValue + ToOwned<Owned: SecretValue> + ?Sized> SecretValue for Cow<'_, T> {
    fn bytes(&self) -> &[u8] {
        match self {
            Cow::Borrowed(value) => value.bytes(),
            Cow::Owned(value) => value.bytes(),
        }
    }
}

/// `None` is none.
impl<T: SecretValue> SecretValue for Option<T> {
    fn bytes(&self) -> &[u8] {
        self.as_ref().map_or(&[], T::bytes)
    }
}

macro_rules! through_deref {
    ($($pointer:ty),*) => {$(
        impl<T: SecretValue + ?Sized> SecretValue for $pointer {
            fn bytes(&self) -> &[u8] {
                (**self).bytes()
            }
        }
    )*};
}
through_deref!(&T, &mut T, Box<T>, Rc<T>, Arc<T>);

/// As bytes, which are the same however it is written.
#[cfg(feature = "uuid")]
impl SecretValue for uuid::Uuid {
    fn bytes(&self) -> &[u8] {
        self.as_bytes()
    }
}

/// The digest of a secret, if there is one.
pub(super) fn secret_digest(pipeline: &Pipeline, secret: &[u8]) -> Option<SecretDigest> {
    (!secret.is_empty()).then(|| pipeline.digests().secret(secret))
}

/// The digest of what names a session, if anything does.
pub(super) fn session_digest(pipeline: &Pipeline, session: &[u8]) -> Option<SessionDigest> {
    (!session.is_empty()).then(|| pipeline.digests().session(session))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(value: &(impl SecretValue + ?Sized)) -> &[u8] {
        value.bytes()
    }

    #[test]
    fn every_kind_of_text_and_bytes_is_the_same_secret() {
        let (text, owned) = ("hunter2", "hunter2".to_owned());
        for bytes in [
            bytes(text),
            bytes(&text),
            bytes(&&mut owned.clone()),
            bytes(&owned),
            bytes(&Some(&owned)),
            bytes(&owned.clone().into_boxed_str()),
            bytes(&Rc::<str>::from(text)),
            bytes(&Arc::new(owned.clone())),
            bytes(&Cow::Borrowed(text)),
            bytes(&Cow::<str>::Owned(owned.clone())),
            bytes(&Cow::Borrowed(text.as_bytes())),
            bytes(text.as_bytes()),
            bytes(b"hunter2"),
            bytes(&owned.clone().into_bytes()),
            bytes(&owned.clone().into_bytes().into_boxed_slice()),
        ] {
            assert_eq!(bytes, b"hunter2");
        }
    }

    #[test]
    fn nothing_is_no_secret() {
        assert!(bytes(&None::<&str>).is_empty());
        assert!(bytes("").is_empty());
    }
}
