//! Every attribute on functions of many shapes, in code that is clean by itself in every edition.
#![deny(warnings)]
#![forbid(unsafe_code)]

use std::fmt::Display;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;

use sqreen::{IdentifierValue, Identity};

/// A user of the shop.
#[derive(Clone, Debug, PartialEq, Eq, Identity)]
pub struct User {
    /// Who it is.
    pub email: String,
    /// What was paid for.
    pub seats: u32,
}

/// What is typed at a login.
#[derive(Debug)]
pub struct Creds {
    /// Who it is said to be.
    pub email: String,
    /// By which it is believed.
    pub password: String,
}

/// Why nobody was let in.
#[derive(Debug)]
pub enum LoginError {
    /// Nobody is called so.
    UnknownUser,
    /// It was another password.
    WrongPassword {
        /// How many more can be typed.
        left: u32,
    },
    /// The database is down.
    Database(String),
}

/// An error too large to be returned by value, if it were not a trait that says so.
#[derive(Debug)]
pub struct Report(pub [u64; 32]);

fn found(email: &str) -> Option<User> {
    (!email.is_empty()).then(|| User {
        email: email.to_owned(),
        seats: 1,
    })
}

/// On one line.
#[sqreen::track_auth]
#[must_use]
#[rustfmt::skip]
pub fn one_line(email: &str, password: &str) -> bool { email.len() < password.len() }

/// The same, later.
#[sqreen::track_auth(user = email)]
#[rustfmt::skip]
pub async fn one_line_later(email: &str) -> Option<User> { ready(found(email)).await }

/// A field of what is typed, and two kinds of errors.
///
/// # Errors
///
/// As told.
#[sqreen::track_auth(
    user = creds.email,
    failure = LoginError::UnknownUser | LoginError::WrongPassword { .. },
    user_from = |user| user.email,
    traits(seats = |user| user.seats),
)]
pub async fn login(creds: Creds) -> Result<User, LoginError> {
    let user = found(&creds.email).ok_or(LoginError::UnknownUser)?;
    match creds.password.len() {
        0 => Err(LoginError::Database("down".to_owned())),
        left if left < 8 => Err(LoginError::WrongPassword { left: 2 }),
        _ => ready(Ok(user)).await,
    }
}

/// A guard, and what a banned user gets.
///
/// # Errors
///
/// As told.
#[sqreen::track_auth(
    user = creds.email.as_str(),
    failure = LoginError::WrongPassword { left } if *left > 0,
    banned = Err(LoginError::UnknownUser),
)]
pub fn login_at_once(creds: &Creds) -> Result<User, LoginError> {
    if creds.password.is_empty() {
        return Err(LoginError::WrongPassword { left: 1 });
    }
    found(&creds.email).ok_or(LoginError::UnknownUser)
}

/// Two fields, one of them of a number, and a closure that says how it ended.
#[sqreen::track_auth(user(email = email, shop = shop), success = |seats| *seats > 0)]
#[must_use]
pub fn seats(email: &str, shop: u64) -> u32 {
    u32::from(!email.is_empty() && shop > 0)
}

/// A digest of what was typed.
#[sqreen::track_auth(user = creds.email, secret = creds.password)]
#[must_use]
pub fn digested(creds: &Creds) -> bool {
    creds.email == creds.password
}

/// The same, later, of what is gone by then.
#[sqreen::track_auth(user = creds.email, secret = creds.password)]
pub async fn digested_later(creds: Creds) -> bool {
    let Creds { email, password } = creds;
    ready(email == password).await
}

/// The same, of a future that is returned.
#[sqreen::track_auth(user = creds.email, secret = creds.password.as_bytes())]
#[must_use]
pub fn digested_in_a_box(creds: Creds) -> Pin<Box<dyn Future<Output = bool> + Send>> {
    Box::pin(async move { creds.email == creds.password })
}

/// A digest of what names a session.
#[sqreen::identify(session = token)]
#[must_use]
pub fn of_a_token(token: &str) -> Option<User> {
    found(token)
}

/// The same, later.
#[sqreen::identify(session = token.as_str())]
pub async fn of_a_token_later(token: String) -> Option<User> {
    ready(found(&token)).await
}

/// Returns nothing.
#[sqreen::track_signup]
pub fn nothing(email: &str) {
    drop(found(email));
}

/// Returns nothing, later.
#[sqreen::track_signup]
pub async fn nothing_later(email: String) {
    drop(ready(found(&email)).await);
}

/// Two owned arguments, whose drop order is kept.
#[sqreen::track_signup(user = email)]
pub async fn sign_up(email: String, plan: String) -> Option<(User, String)> {
    Some((found(&email)?, plan))
}

/// A reference to an argument is given back.
#[sqreen::track_auth]
#[must_use]
pub fn borrowed<'a>(email: &'a str, password: &str) -> Option<&'a str> {
    (email != password).then_some(email)
}

/// The same, later.
#[sqreen::track_auth]
pub async fn borrowed_later<'a>(users: &'a mut Vec<User>, email: &str) -> Option<&'a mut User> {
    users.extend(ready(found(email)).await);
    users.iter_mut().find(|user| user.email == email)
}

/// Types, lifetimes and constants.
///
/// # Errors
///
/// Where there is none.
#[sqreen::track_auth]
pub async fn generic<'a, T, U, const N: usize>(email: T, users: &'a [U; N]) -> Result<&'a U, String>
where
    T: IdentifierValue + AsRef<str>,
    U: PartialEq<str> + Sync,
{
    let typed = email.as_ref();
    users
        .iter()
        .find(|user| **user == *typed)
        .ok_or_else(|| typed.to_owned())
}

/// A future in a box.
#[sqreen::track_auth]
#[must_use]
pub fn boxed<'a>(email: &'a str) -> Pin<Box<dyn Future<Output = Option<User>> + Send + 'a>> {
    Box::pin(async move { ready(found(email)).await })
}

/// A future without one.
#[sqreen::identify]
pub fn opaque(session: &str) -> impl Future<Output = Option<User>> + Send + '_ {
    let user = found(session);
    async move { ready(user).await }
}

/// The returned user says who it is.
#[sqreen::identify]
#[must_use]
pub fn session(number: usize) -> Option<User> {
    found(&"a".repeat(number))
}

/// The same, later, with an error.
///
/// # Errors
///
/// Where the session is empty.
#[sqreen::identify(user_from = |user| ("id", user.email.as_str()))]
pub async fn session_later(session: Arc<str>) -> Result<Option<User>, String> {
    if session.is_empty() {
        return Err("none".to_owned());
    }
    Ok(ready(found(&session)).await)
}

/// The argument says who it is.
#[sqreen::identify(user = user.email)]
pub async fn account(user: User) -> impl Display {
    let seats = ready(user.seats).await;
    format!("{} has {seats}", user.email)
}

/// An event, with properties of what came in and of what goes out.
#[sqreen::track("order.refunded", user = user.email, properties(seats = user.seats, rest = |rest| *rest))]
#[must_use]
pub fn refund(user: &User, seats: u32) -> Option<u32> {
    user.seats.checked_sub(seats)
}

/// An event that is told later.
#[sqreen::track("order.sent")]
pub async fn send(user: &User) {
    ready(user.seats).await;
}

/// Two of them on one function.
#[sqreen::track_auth(user = email)]
#[sqreen::identify]
#[must_use]
pub fn twice(email: &str) -> Option<User> {
    found(email)
}

/// What knows the users.
pub trait Backend {
    /// Who they are.
    type User;

    /// Looks one up.
    ///
    /// # Errors
    ///
    /// Where it cannot be told.
    #[allow(
        clippy::result_large_err,
        reason = "what implements it has to return it"
    )]
    fn check(&self, email: &str) -> Result<Option<Self::User>, Report>;

    /// Looks one up, later.
    fn check_later<'a>(
        &'a self,
        email: &'a str,
    ) -> impl Future<Output = Option<Self::User>> + Send + 'a;

    /// Looks nobody up.
    #[sqreen::track_auth]
    fn nobody(&self, email: &str) -> Option<Self::User> {
        let _: &str = email;
        None
    }
}

/// Users of one shop.
#[derive(Debug)]
pub struct Shop<'s, const N: usize> {
    /// Which one.
    pub name: &'s str,
    /// All of them.
    pub users: [User; N],
}

impl<const N: usize> Backend for Shop<'_, N> {
    type User = User;

    #[sqreen::track_auth(user(email = email, shop = self.name))]
    fn check(&self, email: &str) -> Result<Option<User>, Report> {
        if email.is_empty() {
            return Err(Report([0; 32]));
        }
        Ok(self.users.iter().find(|user| user.email == email).cloned())
    }

    #[sqreen::track_auth(user(email = email, shop = self.name))]
    fn check_later<'a>(&'a self, email: &'a str) -> impl Future<Output = Option<User>> + Send + 'a {
        let user = self.users.iter().find(|user| user.email == email);
        async move { ready(user).await.cloned() }
    }
}

impl<'s, const N: usize> Shop<'s, N> {
    /// By reference.
    #[sqreen::identify(user(shop = self.name, number = number))]
    #[must_use]
    pub fn session(&self, number: usize) -> Option<&User> {
        self.users.get(number)
    }

    /// By mutable reference, later.
    #[sqreen::track_signup(user = email)]
    pub async fn rename(&mut self, number: usize, email: String) -> Option<&mut User> {
        let user = self.users.get_mut(number)?;
        user.email = ready(email).await;
        Some(user)
    }

    /// By value.
    #[sqreen::track_auth]
    #[must_use]
    pub fn into_user(self, email: &str) -> Option<User> {
        IntoIterator::into_iter(self.users).find(|user| user.email == email)
    }

    /// Shared.
    #[sqreen::track_auth]
    pub async fn shared(self: Arc<Self>, email: &str) -> Option<&'s str> {
        (ready(email).await == self.name).then_some(self.name)
    }
}

/// Watched without a line in the functions.
#[derive(Debug)]
pub struct Accounts(pub Vec<User>);

#[sqreen::auto]
impl Accounts {
    /// Found by its name.
    ///
    /// # Errors
    ///
    /// Where there is none.
    pub async fn login(&self, email: &str, password: &str) -> Result<&User, LoginError> {
        let known = self.0.iter().find(|user| user.email == email);
        ready(known.filter(|user| user.email != password))
            .await
            .ok_or(LoginError::UnknownUser)
    }

    /// Found by its name.
    #[must_use]
    pub fn sign_up(&mut self, email: &str) -> Option<&User> {
        self.0.extend(found(email));
        self.0.last()
    }

    /// Found by its name and by what it returns.
    #[must_use]
    pub fn current_user(&self, session: usize) -> Option<User> {
        self.0.get(session).cloned()
    }
}
