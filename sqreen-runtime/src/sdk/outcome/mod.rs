//! What a function's returned value says: whether the login succeeded, who was identified, and how a
//! refusal is put into words of the function's own type.
//!
//! The only place that knows how types are told apart. It serves the expanded attributes and nobody else,
//! beside [`LoginOutcome`], which applications implement. Attributes see the text of a return type, never
//! the type (`Result` may be anybody's alias), so the choice is left to method resolution: it tries
//! `&&Returned<T>` before `&Returned<T>` before `Returned<T>`, and takes the first step that has the method.
//! The last step asks for a plain trait bound, so that what fits nowhere is an error that says what to do.

pub(crate) mod http;
mod refusal;
mod somebody;

pub use refusal::{Absence, Opaque, Returns, Unsaid, Word, refuse};
pub use somebody::{Argument, Finds, Names, Said, Silent, Somebody, find, name, who};

/// How a function's result is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The user is logged in, the account is open.
    Success,
    /// The credentials were wrong, the account was not opened.
    Failure,
    /// The function could not tell: a database was down.
    Error,
    /// The value says neither, as a redirect does. Recorded as an error, and told by the agent's
    /// diagnostics.
    Unknown,
}

impl Outcome {
    /// Whether the user got in.
    #[must_use]
    pub fn is_success(self) -> bool {
        self == Self::Success
    }
}

/// A returned value that says by itself whether the login or sign-up succeeded.
///
/// `bool`, `Option`, `Result`, `(bool, T)`, HTTP statuses and responses do so already. Implement it for a
/// type of your own that a function with `#[track_auth]` or `#[track_signup]` returns, bare or in a
/// `Result`, whose `Err` is then an error and no failed login.
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
    note = "say it in the attribute, as in `success = |returned| …`, or implement `sqreen::LoginOutcome` for `{Self}`\na future is known by its type where that is spelled out, as in `impl Future<Output = …>`"
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

/// By the first.
impl<T> LoginOutcome for (bool, T) {
    fn login_outcome(&self) -> Outcome {
        self.0.login_outcome()
    }
}

impl LoginOutcome for Outcome {
    fn login_outcome(&self) -> Outcome {
        *self
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

impl<'a, T> Returned<'a, T> {
    /// The last step of [`steps::ClassifyDeciding`].
    pub fn classify(self) -> Outcome
    where
        T: LoginOutcome,
    {
        self.0.login_outcome()
    }

    /// The last step of [`steps::RestDeciding`]: what matched no pattern.
    pub fn rest(self, _: Outcome) -> Outcome {
        Outcome::Success
    }

    /// The last step of [`steps::Subject`].
    pub fn subject(self) -> Option<&'a T> {
        Some(self.0)
    }

    /// The last step of [`steps::PayloadOfBoth`].
    pub fn payload(self) -> Option<&'a T> {
        Some(self.0)
    }

    /// The last step of [`steps::Present`]: a value of any other type is there.
    pub fn present(self) -> bool {
        true
    }

    /// The last step of [`steps::Present`], where it is believed who somebody claims to be.
    pub fn found(self) -> bool
    where
        T: Finding,
    {
        false
    }
}

/// Whether a value says that somebody was found. No type but those that are told apart before.
#[diagnostic::on_unimplemented(
    message = "cannot tell from `{Self}` whether anybody was found",
    label = "says neither that there is somebody nor that there is nobody",
    note = "the arguments only claim who it is: return an `Option`, a `Result` or a `bool`\nor say `user_from = |found| …`; on a handler, return an `impl IntoResponse` or a `Response`"
)]
pub trait Finding {}

/// The steps before the last, each a trait for one depth of reference.
pub mod steps {
    use super::{LoginOutcome, Outcome, Returned};

    pub use super::refusal::{RefuseByAbsence, RefuseByError};
    pub use super::somebody::Says;

    /// A result whose success says success or failure by itself, so its error is an error.
    pub trait ClassifyDeciding {
        /// How the attempt ended.
        fn classify(self) -> Outcome;
    }

    impl<T: LoginOutcome, E> ClassifyDeciding for &&Returned<'_, Result<T, E>> {
        fn classify(self) -> Outcome {
            self.rest(Outcome::Error)
        }
    }

    /// A result of anything else: its error is how the function says no.
    pub trait Classify {
        /// How the attempt ended.
        fn classify(self) -> Outcome;
    }

    impl<T, E> Classify for &Returned<'_, Result<T, E>> {
        fn classify(self) -> Outcome {
            self.rest(Outcome::Failure)
        }
    }

    impl Classify for &Returned<'_, ()> {
        fn classify(self) -> Outcome {
            Outcome::Success
        }
    }

    /// How the attempt ended where no pattern says so.
    pub trait RestDeciding {
        /// `error` is what becomes of the error of a result.
        fn rest(self, error: Outcome) -> Outcome;
    }

    impl<T: LoginOutcome, E> RestDeciding for &&Returned<'_, Result<T, E>> {
        fn rest(self, error: Outcome) -> Outcome {
            self.0.as_ref().map_or(error, T::login_outcome)
        }
    }

    /// See [`RestDeciding`]; the step after it.
    pub trait Rest {
        /// `error` is what becomes of the error of a result.
        fn rest(self, error: Outcome) -> Outcome;
    }

    impl<T, E> Rest for &Returned<'_, Result<T, E>> {
        fn rest(self, error: Outcome) -> Outcome {
            self.0.as_ref().map_or(error, |_| Outcome::Success)
        }
    }

    impl<T: LoginOutcome> Rest for &Returned<'_, T> {
        fn rest(self, error: Outcome) -> Outcome {
            match self.0.login_outcome() {
                // Failures were named, and this redirect is none.
                Outcome::Unknown if error == Outcome::Error => Outcome::Success,
                outcome => outcome,
            }
        }
    }

    /// What `failure = pattern` is matched with: the error of a result, anything else as it is.
    pub trait Subject<'a, E> {
        /// What is matched, if it is there.
        fn subject(self) -> Option<&'a E>;
    }

    impl<'a, T, E> Subject<'a, E> for &Returned<'a, Result<T, E>> {
        fn subject(self) -> Option<&'a E> {
            self.0.as_ref().err()
        }
    }

    /// What a function found: the value inside.
    pub trait PayloadOfBoth<'a, T> {
        /// The value, if there is one.
        fn payload(self) -> Option<&'a T>;
    }

    impl<'a, T, E> PayloadOfBoth<'a, T> for &&&Returned<'a, Result<Option<T>, E>> {
        fn payload(self) -> Option<&'a T> {
            self.0.as_ref().ok()?.as_ref()
        }
    }

    /// See [`PayloadOfBoth`]; the step after it.
    pub trait Payload<'a, T> {
        /// The value, if there is one.
        fn payload(self) -> Option<&'a T>;
    }

    impl<'a, T, E> Payload<'a, T> for &&Returned<'a, Result<T, E>> {
        fn payload(self) -> Option<&'a T> {
            self.0.as_ref().ok()
        }
    }

    impl<'a, T> Payload<'a, T> for &&Returned<'a, Option<T>> {
        fn payload(self) -> Option<&'a T> {
            self.0.as_ref()
        }
    }

    impl<'a, T> Payload<'a, T> for &&Returned<'a, (bool, T)> {
        fn payload(self) -> Option<&'a T> {
            self.0.0.then_some(&self.0.1)
        }
    }

    /// Whether a function found what it looked for.
    pub trait Present: Sized {
        /// Whether it did.
        fn present(self) -> bool;

        /// The same, where that decides whether a claim is believed.
        fn found(self) -> bool {
            self.present()
        }
    }

    impl<T: LoginOutcome, E> Present for &&Returned<'_, Result<T, E>> {
        fn present(self) -> bool {
            self.classify() == Outcome::Success
        }
    }

    /// See [`Present`]; the step after it.
    pub trait PresentPlain: Sized {
        /// Whether it did.
        fn present(self) -> bool;

        /// See [`Present::found`].
        fn found(self) -> bool {
            self.present()
        }
    }

    impl<T, E> PresentPlain for &Returned<'_, Result<T, E>> {
        fn present(self) -> bool {
            self.0.is_ok()
        }
    }

    impl<T: LoginOutcome> PresentPlain for &Returned<'_, T> {
        fn present(self) -> bool {
            self.0.login_outcome() == Outcome::Success
        }
    }
}

/// The steps for `use tags::*`, without names: a user's type may be called `Rest`.
pub mod tags {
    pub use super::steps::{
        Classify as _, ClassifyDeciding as _, Payload as _, PayloadOfBoth as _, Present as _,
        PresentPlain as _, RefuseByAbsence as _, RefuseByError as _, Rest as _, RestDeciding as _,
        Says as _, Subject as _,
    };
}

/// `success = predicate`. The value's type is named before the predicate, whose argument so needs none.
pub fn check<'a, T>(returned: &'a T, succeeded: impl FnOnce(&'a T) -> bool) -> Outcome {
    succeeded(returned).login_outcome()
}

/// Asks a closure of an attribute about the value that a function found.
pub fn ask<'a, T, R>(found: &'a T, question: impl FnOnce(&'a T) -> R) -> R {
    question(found)
}

/// Calls a function's own body. The bound makes its closure one that is called once, so that it may give
/// away what it captured, a reborrow included.
#[inline(always)]
pub fn call_once<R>(body: impl FnOnce() -> R) -> R {
    body()
}

#[cfg(test)]
mod tests;
