//! What a function's returned value says: whether the login succeeded, who was identified, and how a
//! refusal is put into words of the function's own type.
//!
//! The only place that knows how types are told apart. It serves the expanded attributes and nobody else,
//! beside [`LoginOutcome`], which applications implement. Attributes see the text of a return type, never
//! the type (`Result` may be anybody's alias), so the choice is left to method resolution: it tries
//! `&&Returned<T>` before `&Returned<T>` before `Returned<T>`, and takes the first step that has the method.
//! The last step asks for a plain trait bound, so that what fits nowhere is an error that says what to do.

use std::convert::Infallible;
use std::marker::PhantomData;

use crate::identity::{Capture, Identity};
use crate::request::Refused;

pub use super::attribute::Outcome;

/// A returned value that says by itself whether the login or sign-up succeeded.
///
/// `bool`, `Option` and `Result` do so already. Implement it for a type of your own that a function with
/// `#[track_auth]` or `#[track_signup]` returns, bare or in a `Result`, whose `Err` is then an error and no
/// failed login.
///
/// ```
/// use sqreen_runtime::sdk::outcome::{LoginOutcome, Outcome};
///
/// enum Reply {
///     Welcome(String),
///     TryAgain,
/// }
///
/// impl LoginOutcome for Reply {
///     fn login_outcome(&self) -> Outcome {
///         match self {
///             Reply::Welcome(_) => Outcome::Success,
///             Reply::TryAgain => Outcome::Failure,
///         }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "cannot tell from `{Self}` whether the login or sign-up succeeded",
    label = "says neither success nor failure",
    note = "return a `Result`, an `Option` or a `bool`, or implement `sqreen::LoginOutcome` for `{Self}`"
)]
pub trait LoginOutcome {
    /// How the attempt ended.
    fn login_outcome(&self) -> Outcome;
}

impl LoginOutcome for bool {
    fn login_outcome(&self) -> Outcome {
        if *self {
            Outcome::Success
        } else {
            Outcome::Failure
        }
    }
}

impl<T> LoginOutcome for Option<T> {
    fn login_outcome(&self) -> Outcome {
        self.is_some().login_outcome()
    }
}

/// The value that a function returned: `(&&Returned(&value)).classify()`.
#[derive(Debug)]
pub struct Returned<'a, T>(pub &'a T);

impl<T> Clone for Returned<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

// The last step is reached through references, and takes the value.
impl<T> Copy for Returned<'_, T> {}

impl<T> Returned<'_, T> {
    /// The last step of [`steps::ClassifyDeciding`].
    pub fn classify(self) -> Outcome
    where
        T: LoginOutcome,
    {
        self.0.login_outcome()
    }

    /// The last step of [`steps::Present`]: a value of any other type is there.
    pub fn present(self) -> bool {
        true
    }
}

/// The type that a function returns: `(&Returns::<T>::TYPE).error(refused).value()`.
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

    /// The last step of [`steps::Refuse`].
    pub fn refuse(self, _: Refused) -> Unsaid {
        Unsaid
    }

    /// The last step of [`steps::RefuseByError`].
    pub fn error(self, _: Refused) -> Unsaid {
        Unsaid
    }

    /// The last step of [`steps::RefuseByAbsence`].
    pub fn absence(self) -> Unsaid {
        Unsaid
    }

    /// The last step of [`steps::RefuseByAbsence::keep`].
    pub fn keep<V>(self, value: V) -> Kept<V> {
        Kept(value)
    }
}

/// Stands for an `impl Trait` where a return type is named outside its signature.
#[derive(Debug)]
pub struct Opaque(Infallible);

/// A type that has no word for a refusal.
#[derive(Debug)]
pub struct Unsaid;

/// The value as it is.
#[derive(Debug)]
pub struct Kept<V>(V);

/// `Err(refused.into())`.
#[derive(Debug)]
pub struct Error<E>(E);

/// `false`, `None`, `Ok(false)` or `Ok(None)`.
#[derive(Debug)]
pub struct Absence;

/// The steps before the last, each a trait for one depth of reference.
pub mod steps {
    use super::{Absence, Error, Kept, LoginOutcome, Outcome, Refused, Returned, Returns, Unsaid};

    /// A result whose success says success or failure by itself, so its error is an error.
    pub trait ClassifyDeciding {
        /// How the attempt ended.
        fn classify(self) -> Outcome;
    }

    impl<T: LoginOutcome, E> ClassifyDeciding for &&Returned<'_, Result<T, E>> {
        fn classify(self) -> Outcome {
            self.0.as_ref().map_or(Outcome::Error, T::login_outcome)
        }
    }

    /// A result of anything else: its error is how the function says no.
    pub trait Classify {
        /// How the attempt ended.
        fn classify(self) -> Outcome;
    }

    impl<T, E> Classify for &Returned<'_, Result<T, E>> {
        fn classify(self) -> Outcome {
            self.0.is_ok().login_outcome()
        }
    }

    impl Classify for &Returned<'_, ()> {
        fn classify(self) -> Outcome {
            Outcome::Success
        }
    }

    /// Whether a function found what it looked for.
    pub trait Present {
        /// Whether it did.
        fn present(self) -> bool;
    }

    impl<T: LoginOutcome, E> Present for &&Returned<'_, Result<T, E>> {
        fn present(self) -> bool {
            self.classify() == Outcome::Success
        }
    }

    /// See [`Present`]; the step after it.
    pub trait PresentPlain {
        /// Whether it did.
        fn present(self) -> bool;
    }

    impl<T, E> PresentPlain for &Returned<'_, Result<T, E>> {
        fn present(self) -> bool {
            self.0.is_ok()
        }
    }

    impl<T> PresentPlain for &Returned<'_, Option<T>> {
        fn present(self) -> bool {
            self.0.is_some()
        }
    }

    impl PresentPlain for &Returned<'_, bool> {
        fn present(self) -> bool {
            *self.0
        }
    }

    /// A function whose error can be a refusal returns it as that.
    pub trait RefuseByError<E> {
        /// The refusal as the function's error.
        fn error(self, refused: Refused) -> Error<E>;
    }

    impl<T, E: From<Refused>> RefuseByError<E> for &Returns<Result<T, E>> {
        #[cold]
        fn error(self, refused: Refused) -> Error<E> {
            Error(refused.into())
        }
    }

    /// The one or the other, the error preferred: for functions that cannot wait to be dropped.
    pub trait Refuse<E> {
        /// The refusal as the function's error.
        fn refuse(self, refused: Refused) -> Error<E>;
    }

    impl<T, E: From<Refused>> Refuse<E> for &&Returns<Result<T, E>> {
        #[cold]
        fn refuse(self, refused: Refused) -> Error<E> {
            self.error(refused)
        }
    }

    /// A function that can say "nobody" says it.
    pub trait RefuseByAbsence: Sized {
        /// The step after [`Refuse`].
        fn refuse(self, _: Refused) -> Absence {
            self.absence()
        }

        /// The refusal as nobody.
        fn absence(self) -> Absence;

        /// What is left of the value while waiting to be dropped: nothing, since it is not needed again.
        /// What is held then is part of the function's future, and has to be `Send` where that is.
        fn keep<V>(self, _: V) -> Absence {
            self.absence()
        }
    }

    macro_rules! say_nobody {
        ($($type:ty [$($generic:ident)*] = $value:expr;)*) => {$(
            impl<$($generic),*> RefuseByAbsence for &Returns<$type> {
                fn absence(self) -> Absence {
                    Absence
                }
            }

            impl<$($generic),*> Word<$type> for Absence {
                fn word(self) -> $type {
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

    /// A refusal as a value of the function's type.
    pub trait Word<R> {
        /// The value.
        fn word(self) -> R;
    }

    impl<V> Word<V> for Kept<V> {
        fn word(self) -> V {
            self.0
        }
    }

    impl<T, E> Word<Result<T, E>> for Error<E> {
        fn word(self) -> Result<T, E> {
            Err(self.0)
        }
    }

    /// The same, if the type has a word for it.
    pub trait Value<R> {
        /// The value.
        fn value(self) -> Option<R>;
    }

    impl<R> Value<R> for Unsaid {
        fn value(self) -> Option<R> {
            None
        }
    }

    impl<R> Value<R> for Absence
    where
        Self: Word<R>,
    {
        fn value(self) -> Option<R> {
            Some(self.word())
        }
    }

    impl<R, E> Value<R> for Error<E>
    where
        Self: Word<R>,
    {
        fn value(self) -> Option<R> {
            Some(self.word())
        }
    }
}

/// The steps for `use tags::*`, without names: a user's type may be called `Value`.
pub mod tags {
    pub use super::steps::{
        Classify as _, ClassifyDeciding as _, Present as _, PresentPlain as _, Refuse as _,
        RefuseByAbsence as _, RefuseByError as _, Value as _,
    };
}

/// Who a returned value is: the user of a success, nobody otherwise.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say who the user is",
    label = "no user, nor an `Option` or a `Result` of one",
    note = "add `#[derive(sqreen::Identity)]` to the user that is returned, or say `user = …` in the attribute"
)]
pub trait Somebody {
    /// Adds the user's identifiers, and says whether there is a user.
    fn somebody(&self, into: &mut Capture) -> bool;
}

impl<T: Identity> Somebody for T {
    fn somebody(&self, into: &mut Capture) -> bool {
        self.capture(into);
        true
    }
}

impl<T: Somebody> Somebody for Option<T> {
    fn somebody(&self, into: &mut Capture) -> bool {
        self.as_ref().is_some_and(|user| user.somebody(into))
    }
}

impl<T: Somebody, E> Somebody for Result<T, E> {
    fn somebody(&self, into: &mut Capture) -> bool {
        self.as_ref().is_ok_and(|user| user.somebody(into))
    }
}

/// See [`steps::Word::word`].
pub fn word<R>(word: impl steps::Word<R>) -> R {
    word.word()
}

/// See [`Somebody::somebody`].
pub fn who<T: Somebody>(returned: &T, into: &mut Capture) -> bool {
    returned.somebody(into)
}

/// Calls a function's own body. The bound makes its closure one that is called once, so that it may give
/// away what it captured, a reborrow included.
#[inline(always)]
pub fn call_once<R>(body: impl FnOnce() -> R) -> R {
    body()
}

#[cfg(test)]
mod tests;
