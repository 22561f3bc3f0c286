//! A refusal in the words of a function's own type: an error it can be made into, or "nobody".

use std::convert::Infallible;
use std::marker::PhantomData;

use crate::request::Refused;

/// The type that a function returns: `(&&Returns::<T>::TYPE).refuse(refused)`.
#[derive(Debug)]
pub struct Returns<R>(PhantomData<fn() -> R>);

impl<R> Clone for Returns<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Returns<R> {}

impl<R> Returns<R> {
    /// The only value.
    pub const TYPE: Self = Self(PhantomData);

    /// The last step of [`RefuseByError`].
    pub fn refuse(self, _: Refused) -> Unsaid {
        Unsaid
    }
}

/// Stands for an `impl Trait` where a return type is named outside its signature.
#[derive(Debug)]
pub struct Opaque(Infallible);

/// What is said of a refusal by a type `R`.
///
/// Kept while waiting to be dropped: it is part of the function's future then, and has to be `Send` where
/// that is.
pub trait Word<R>: Sized {
    /// What is left of it and of the value it stands in for.
    type With: Answer<R>;

    /// The value, if the type has a word for it.
    fn value(self) -> Option<R>;

    /// Takes the place of a value, which is not needed again where there is a word.
    fn instead_of(self, value: R) -> Self::With;
}

/// What is returned in the end.
pub trait Answer<R> {
    /// The value.
    fn answer(self) -> R;
}

/// See [`Answer::answer`].
pub fn answer<R>(answer: impl Answer<R>) -> R {
    answer.answer()
}

/// `banned = |refused| …`
pub fn refuse<R>(refused: Refused, banned: impl FnOnce(Refused) -> R) -> R {
    banned(refused)
}

/// A type that has no word for a refusal.
#[derive(Debug)]
pub struct Unsaid;

impl<R> Word<R> for Unsaid {
    type With = Kept<R>;

    fn value(self) -> Option<R> {
        None
    }

    fn instead_of(self, value: R) -> Kept<R> {
        Kept(value)
    }
}

/// The value as it is.
#[derive(Debug)]
pub struct Kept<R>(R);

impl<R> Answer<R> for Kept<R> {
    fn answer(self) -> R {
        self.0
    }
}

/// `Err(refused.into())`
#[derive(Debug)]
pub struct Error(Refused);

impl<T, E: From<Refused>> Word<Result<T, E>> for Error {
    type With = Self;

    fn value(self) -> Option<Result<T, E>> {
        Some(self.answer())
    }

    fn instead_of(self, _: Result<T, E>) -> Self {
        self
    }
}

impl<T, E: From<Refused>> Answer<Result<T, E>> for Error {
    #[cold]
    fn answer(self) -> Result<T, E> {
        Err(self.0.into())
    }
}

/// `false`, `None`, `Ok(false)` or `Ok(None)`.
#[derive(Debug)]
pub struct Absence;

// Not of the trait: the type that is returned would have to be named for it.
macro_rules! waits {
    ($($word:ident $(<$value:ident>)? $waits:literal;)*) => {$(
        impl $(<$value>)? $word $(<$value>)? {
            /// Whether it is second to being dropped by the layer.
            #[must_use]
            pub fn waits(&self) -> bool {
                $waits
            }
        }
    )*};
}
waits! {
    Unsaid true;
    Kept<R> true;
    Error false;
    Absence true;
}

/// A function whose error can be a refusal returns it as that.
pub trait RefuseByError {
    /// The refusal as the function's error.
    fn refuse(self, refused: Refused) -> Error;
}

impl<T, E: From<Refused>> RefuseByError for &&Returns<Result<T, E>> {
    fn refuse(self, refused: Refused) -> Error {
        Error(refused)
    }
}

/// A function that can say "nobody" says it.
pub trait RefuseByAbsence {
    /// The refusal as nobody.
    fn refuse(self, refused: Refused) -> Absence;
}

macro_rules! say_nobody {
    ($($type:ty [$($generic:ident)*] = $value:expr;)*) => {$(
        impl<$($generic),*> RefuseByAbsence for &Returns<$type> {
            fn refuse(self, _: Refused) -> Absence {
                Absence
            }
        }

        impl<$($generic),*> Word<$type> for Absence {
            type With = Self;

            fn value(self) -> Option<$type> {
                Some($value)
            }

            fn instead_of(self, _: $type) -> Self {
                self
            }
        }

        impl<$($generic),*> Answer<$type> for Absence {
            fn answer(self) -> $type {
                $value
            }
        }
    )*};
}
say_nobody! {
    bool [] = false;
    Option<T> [T] = None;
    Result<bool, E> [E] = Ok(false);
    Result<Option<T>, E> [T E] = Ok(None);
}
