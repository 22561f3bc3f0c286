//! A refusal in the words of a function's own type: an error it can be made into, or "nobody".

use std::convert::Infallible;
use std::marker::PhantomData;

use crate::request::Refused;

/// The type that a function returns: `(&&Returns::<T>::TYPE).refuse()` is its word for a refusal.
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
    pub fn refuse(self) -> Unsaid {
        Unsaid
    }
}

/// Stands for an `impl Trait` where a return type is named outside its signature.
#[derive(Debug)]
pub struct Opaque(Infallible);

/// What is said of a refusal by a type `R`.
#[diagnostic::on_unimplemented(
    message = "the body gives `{R}`, which is not what the function promises",
    label = "another type than the function's"
)]
pub trait Word<R> {
    /// Whether it is second to being dropped by the layer.
    const WAITS: bool;

    /// What is kept of a value that the word stands in for.
    type Kept;

    /// The value, if the type has a word for a refusal.
    fn say(refused: &Refused) -> Option<R>;

    /// Takes the place of a value, which is not needed again where there is a word. What is kept while
    /// waiting to be dropped is part of the function's future then, and has to be `Send` where that is.
    fn keep(value: R) -> Self::Kept;

    /// What is returned in the end.
    fn answer(kept: Self::Kept, refused: Refused) -> R;
}

/// A type that has no word for a refusal.
#[derive(Debug, Clone, Copy)]
pub struct Unsaid;

impl<R> Word<R> for Unsaid {
    const WAITS: bool = true;

    type Kept = R;

    fn say(_: &Refused) -> Option<R> {
        None
    }

    fn keep(value: R) -> R {
        value
    }

    fn answer(kept: R, _: Refused) -> R {
        kept
    }
}

/// `Err(refused.into())`
#[derive(Debug, Clone, Copy)]
pub struct Error;

impl<T, E: From<Refused>> Word<Result<T, E>> for Error {
    const WAITS: bool = false;

    type Kept = ();

    #[cold]
    fn say(refused: &Refused) -> Option<Result<T, E>> {
        Some(Err(refused.clone().into()))
    }

    fn keep(_: Result<T, E>) {}

    #[cold]
    fn answer((): (), refused: Refused) -> Result<T, E> {
        Err(refused.into())
    }
}

/// `false`, `None`, `Ok(false)` or `Ok(None)`.
#[derive(Debug, Clone, Copy)]
pub struct Absence;

/// A function whose error can be a refusal returns it as that.
pub trait RefuseByError {
    /// The refusal as the function's error.
    fn refuse(self) -> Error;
}

impl<T, E: From<Refused>> RefuseByError for &&Returns<Result<T, E>> {
    fn refuse(self) -> Error {
        Error
    }
}

/// A function that can say "nobody" says it.
pub trait RefuseByAbsence {
    /// The refusal as nobody.
    fn refuse(self) -> Absence;
}

macro_rules! say_nobody {
    ($($type:ty [$($generic:ident)*] = $value:expr;)*) => {$(
        impl<$($generic),*> RefuseByAbsence for &Returns<$type> {
            fn refuse(self) -> Absence {
                Absence
            }
        }

        impl<$($generic),*> Word<$type> for Absence {
            const WAITS: bool = true;

            type Kept = ();

            fn say(_: &Refused) -> Option<$type> {
                Some($value)
            }

            fn keep(_: $type) {}

            fn answer((): (), _: Refused) -> $type {
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

/// `banned = |refused| …`
pub fn refuse<R>(refused: Refused, banned: impl FnOnce(Refused) -> R) -> R {
    banned(refused)
}
