//! Who a user is, as types say it: that of an argument, or of what is returned.

use crate::identity::{Capture, Identity};

/// Who a returned value is: the user of a success, nobody otherwise.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say who the user is",
    label = "no user, nor an `Option` or a `Result` of one",
    note = "say who it is in the attribute, as in `user = email` for an argument or `user_from = |user| user.email` for what is returned\nor add `#[derive(sqreen::Identity)]` to the type of an argument or of the user that is returned"
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

impl<T: Somebody> Somebody for (bool, T) {
    fn somebody(&self, into: &mut Capture) -> bool {
        self.0 && self.1.somebody(into)
    }
}

/// See [`Somebody::somebody`].
pub fn who<T: Somebody>(returned: &T, into: &mut Capture) -> bool {
    returned.somebody(into)
}

/// An argument that may say who the user is: `(&Argument(&form)).says()`.
#[derive(Debug)]
pub struct Argument<'a, T>(pub &'a T);

impl<T> Clone for Argument<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Argument<'_, T> {}

impl<T> Argument<'_, T> {
    /// The last step of [`Says`].
    pub fn says(self) -> Silent {
        Silent
    }
}

/// An argument whose type says who the user is.
pub trait Says<'a, T> {
    /// The argument.
    fn says(self) -> Said<'a, T>;
}

impl<'a, T: Identity> Says<'a, T> for &Argument<'a, T> {
    fn says(self) -> Said<'a, T> {
        Said(self.0)
    }
}

/// The first argument that says who the user is.
#[derive(Debug)]
pub struct Said<'a, T>(&'a T);

/// No argument does.
#[derive(Debug)]
pub struct Silent;

/// Says who it is where only an argument can: the function has not run yet.
#[diagnostic::on_unimplemented(
    message = "nothing says whose request this is",
    label = "none of these has a type that derives `Identity`",
    note = "name it in the attribute, as in `user = session.email`, or derive `sqreen::Identity` for the type of an argument\nwhere only the body finds out, put the attribute on the function that it calls"
)]
pub trait Names {
    /// Adds the user's identifiers.
    fn name(&self, into: &mut Capture);
}

impl<T: Identity> Names for Said<'_, T> {
    fn name(&self, into: &mut Capture) {
        self.tell(into);
    }
}

/// See [`Names::name`].
pub fn name(found: &impl Names, into: &mut Capture) {
    found.name(into);
}

/// It was an argument.
#[derive(Debug)]
pub struct ByArgument;

/// It is what the function returns.
#[derive(Debug)]
pub struct ByReturned;

impl<T: Identity> Said<'_, T> {
    /// This one, before any other.
    #[must_use]
    pub fn or<O>(self, _: O) -> Self {
        self
    }

    /// Adds the user's identifiers, and says whether there is a user.
    pub fn tell(&self, into: &mut Capture) -> bool {
        self.0.capture(into);
        true
    }

    /// What is left of it when the argument is gone.
    #[must_use]
    pub fn by(&self) -> ByArgument {
        ByArgument
    }
}

impl Silent {
    /// The other one.
    pub fn or<O>(self, other: O) -> O {
        other
    }

    /// Adds nothing.
    pub fn tell(&self, _: &mut Capture) -> bool {
        false
    }

    /// Whoever is returned, then.
    #[must_use]
    pub fn by(&self) -> ByReturned {
        ByReturned
    }
}

/// Finds the user in what was returned, where no argument said who it is.
#[diagnostic::on_unimplemented(
    message = "nothing says who the user is",
    label = "none of these has a type that derives `Identity`, nor has what is returned",
    note = "name it in the attribute, as in `user = form.email`, or `user_from = |user| user.email` for what is returned\nor add `#[derive(sqreen::Identity)]` to the type of an argument or of the user that is returned"
)]
pub trait Finds<R> {
    /// Adds the user's identifiers.
    fn find(&self, returned: &R, into: &mut Capture);
}

#[diagnostic::do_not_recommend]
impl<R> Finds<R> for ByArgument {
    fn find(&self, _: &R, _: &mut Capture) {}
}

#[diagnostic::do_not_recommend]
impl<R: Somebody> Finds<R> for ByReturned {
    fn find(&self, returned: &R, into: &mut Capture) {
        returned.somebody(into);
    }
}

/// See [`Finds::find`].
pub fn find<R>(by: &impl Finds<R>, returned: &R, into: &mut Capture) {
    by.find(returned, into);
}
