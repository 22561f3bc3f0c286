//! What applications and expanded attributes call.
//!
//! None of it panics, waits for I/O or returns an error that has to be handled: what cannot be used is
//! counted, logged once with its cause, and shown by the agent's diagnostics. All of it uses the agent of the
//! request being served, or else the process's.

pub(crate) mod attribute;
mod checkpoint;
mod extractor;
mod options;
pub mod outcome;
mod secret;
mod track;

pub use attribute::RequestContext;
pub use checkpoint::{Checkpoint, Rejected};
pub use extractor::Sqreen;
pub use options::{LoginOptions, SessionOptions};
pub use outcome::LoginOutcome;
pub use secret::SecretValue;
pub use track::{Receipt, TrackOptions};

use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use crate::event::{LoginRisk, Outcome, Severity};
use crate::identity::{IntoIdentifiers, UserIdentifiers};
use crate::pipeline::{Installed, Pipeline, Trouble, WITHOUT_AGENT, installed};
use crate::request::{AttemptKind, Attempted, Request, current, with_current};

/// Tells that somebody tried to log in, and whether it worked.
///
/// Call it where credentials are checked, not where a session is. `user` is what was typed, and nothing
/// else: a reason or a timestamp would make it another user. A failed login never makes the request that
/// user's; a successful one does.
///
/// Await the result where a banned user should get no further:
///
/// ```
/// # async fn check(email: &str, password: &str) -> bool { false }
/// # async fn log_in(email: &str, password: &str) {
/// let correct = check(email, password).await;
/// sqreen_runtime::auth_track(correct, ("email", email)).await.ok();
/// # }
/// ```
#[track_caller]
pub fn auth_track(success: bool, user: impl IntoIdentifiers) -> Checkpoint {
    attempt(
        caller(),
        AttemptKind::Login,
        success,
        user.into_identifiers(),
        LoginOptions::new(),
        Location::caller(),
    )
}

/// [`auth_track`], with the secret that was tried.
///
/// One password that fails on many accounts is password spraying. Of a secret that was wrong, a keyed digest of
/// 32 bits is kept, and nothing else; of one that was right, nothing at all.
///
/// ```
/// use sqreen_runtime::LoginOptions;
///
/// # async fn check(email: &str, password: &str) -> bool { false }
/// # async fn log_in(email: &str, password: &str) {
/// let correct = check(email, password).await;
/// let tried = LoginOptions::new().secret(password);
/// sqreen_runtime::auth_track_with(correct, ("email", email), tried).await.ok();
/// # }
/// ```
#[track_caller]
pub fn auth_track_with(
    success: bool,
    user: impl IntoIdentifiers,
    options: LoginOptions<'_>,
) -> Checkpoint {
    attempt(
        caller(),
        AttemptKind::Login,
        success,
        user.into_identifiers(),
        options,
        Location::caller(),
    )
}

/// Tells that somebody opened an account.
///
/// ```
/// sqreen_runtime::signup_track([("email", "alice@example.com"), ("platform_id", "7")]);
/// ```
#[track_caller]
pub fn signup_track(user: impl IntoIdentifiers) -> Checkpoint {
    attempt(
        caller(),
        AttemptKind::SignUp,
        true,
        user.into_identifiers(),
        LoginOptions::new(),
        Location::caller(),
    )
}

/// Tells whose request this is, and closes it if that user is banned.
///
/// The call does its work at once. Awaiting what it returns also stops here where the user is banned: where
/// the layer serves the request, nothing after the `await` ever runs and the client gets the refusal;
/// elsewhere the result is an `Err`.
///
/// ```
/// # struct Session { email: String }
/// # async fn account(session: Session) -> Result<(), sqreen_runtime::request::Refused> {
/// sqreen_runtime::identify(("email", &session.email)).await?;
/// # Ok(())
/// # }
/// ```
#[track_caller]
pub fn identify(user: impl IntoIdentifiers) -> Checkpoint {
    session(
        caller(),
        user.into_identifiers(),
        SessionOptions::new(),
        Location::caller(),
    )
}

/// [`identify`], with what else is known of the user, or which session it is.
///
/// ```
/// use sqreen_runtime::SessionOptions;
/// use sqreen_runtime::identity::Traits;
///
/// let traits = Traits::new().with("plan", "business");
/// sqreen_runtime::identify_with(("email", "alice@example.com"), traits);
///
/// # let cookie = "cookie";
/// // A digest of the cookie is kept, to see when a session is taken over; the cookie itself is not.
/// let session = SessionOptions::new().session(cookie);
/// sqreen_runtime::identify_with(("email", "alice@example.com"), session);
/// ```
#[track_caller]
pub fn identify_with<'a>(
    user: impl IntoIdentifiers,
    options: impl Into<SessionOptions<'a>>,
) -> Checkpoint {
    session(
        caller(),
        user.into_identifiers(),
        options.into(),
        Location::caller(),
    )
}

/// Whether the user of the current request is banned. If so the request is closed: whatever the handler
/// returns, the client gets the refusal. Only a page that bans send people to is not: it may tell them why.
///
/// `false` outside of a request.
#[must_use]
pub fn user_is_banned() -> bool {
    current().is_some_and(|request| request.user_is_banned())
}

/// Whether the user of the current request has to prove themselves once more, with a second factor for example,
/// because a decision asks for it.
///
/// It is for the application to ask; nobody is turned away. The demand ends by itself, when the user is
/// pardoned, and when [`stepped_up`] tells that they did.
///
/// ```
/// # fn ask_for_second_factor() -> &'static str { "" } fn account() -> &'static str { "" }
/// # fn page() -> &'static str {
/// if sqreen_runtime::step_up_required() {
///     return ask_for_second_factor();
/// }
/// # account()
/// # }
/// ```
///
/// `false` outside of a request, and where nobody has been identified.
#[must_use]
pub fn step_up_required() -> bool {
    with_current(|request| request.is_some_and(|request| request.step_up_required()))
}

/// How likely the account of the current request's user is in other hands; `None` where no decision says so.
///
/// For what should be held back meanwhile: a payment to a new account, a change of the e-mail address. It ends
/// as [`step_up_required`] does. `None` outside of a request, and where nobody has been identified.
///
/// It is what decisions say of an account, for as long as they last. How suspicious one login is, decided or not, is
/// [`login_risk`].
#[must_use]
pub fn risk() -> Option<Severity> {
    with_current(|request| request.and_then(|request| request.risk()))
}

/// How much likelier an attacker than the account's owner is to have made the login of the current request, by where
/// it comes from, with what and when.
///
/// It is there as soon as the login is: after the function that bears `#[track_auth]`, or after [`auth_track`], which
/// gives it as [`Checkpoint::risk`] too.
///
/// ```
/// # async fn log_in(email: &str) -> bool { false }
/// # fn ask_for_second_factor() -> &'static str { "" } fn welcome() -> &'static str { "" }
/// # async fn page(email: &str) -> &'static str {
/// if log_in(email).await && sqreen_runtime::login_risk().is_some_and(|risk| risk.score() > 80) {
///     return ask_for_second_factor();
/// }
/// # welcome()
/// # }
/// ```
///
/// `None` in any other request, and of whoever logs in for the first time. It judges one login; [`risk`] is what
/// decisions say of an account.
#[must_use]
pub fn login_risk() -> Option<LoginRisk> {
    with_current(|request| request.and_then(|request| request.login_risk()))
}

/// Tells that a user has proven themselves once more: a second factor was checked and right.
///
/// When this returns, no step-up is asked of them any more, and their account is not at risk.
///
/// ```
/// # fn check_code(code: &str) -> bool { false }
/// # fn second_factor(email: &str, code: &str) {
/// if check_code(code) {
///     sqreen_runtime::stepped_up(("email", email));
/// }
/// # }
/// ```
#[track_caller]
pub fn stepped_up(user: impl IntoIdentifiers) -> Receipt {
    proven(caller(), user.into_identifiers(), Location::caller())
}

/// Tells that something happened which matters to this application.
///
/// The name is what happened, such as `order.refunded`; names that begin with `sq.` are ours. Up to 16
/// properties are kept, the first in key order. An event that names no user is the request's user's.
///
/// ```
/// use sqreen_runtime::TrackOptions;
///
/// sqreen_runtime::track("cart.emptied", ());
/// sqreen_runtime::track("order.refunded", [("amount", 120), ("items", 3)]);
/// sqreen_runtime::track(
///     "invitation.sent",
///     TrackOptions::new().user(("email", "alice@example.com")).property("role", "admin"),
/// );
/// ```
pub fn track(name: &str, options: impl Into<TrackOptions>) -> Receipt {
    track::track(caller(), name, options.into())
}

/// The request that is current, or one that stands for none; nothing where there is no agent.
fn caller() -> Result<Arc<Request>, Rejected> {
    current().map_or_else(without_request, Ok)
}

/// [`caller`], without taking part in the request.
fn with_caller<R>(call: impl FnOnce(Result<&Arc<Request>, Rejected>) -> R) -> R {
    with_current(|request| match request {
        Some(request) => call(Ok(request)),
        None => match without_request() {
            Ok(request) => call(Ok(&request)),
            Err(rejected) => call(Err(rejected)),
        },
    })
}

/// Asks the agent of `request`, or else the one that [`caller`] would find, without a word where there is none.
fn with_pipeline<R>(
    request: Option<&Arc<Request>>,
    ask: impl FnOnce(&Pipeline) -> Option<R>,
) -> Option<R> {
    if let Some(request) = request {
        return ask(request.pipeline());
    }
    with_current(|request| match request {
        Some(request) => ask(request.pipeline()),
        None => match installed() {
            Installed::Agent(pipeline) => ask(&pipeline),
            Installed::Disabled | Installed::None => None,
        },
    })
}

#[cold]
fn without_request() -> Result<Arc<Request>, Rejected> {
    match installed() {
        Installed::Agent(pipeline) => {
            pipeline.note(
                Trouble::NoRequest,
                &"the SDK was called outside of a request, so no address is known: add `agent.layer()` to \
                  the application, and `in_request()` to work that is spawned",
            );
            Ok(Arc::new(Request::detached(pipeline)))
        }
        Installed::Disabled => Err(Rejected::Disabled),
        Installed::None => {
            WITHOUT_AGENT.note(
                Trouble::NoAgent,
                &"the SDK was called before `sqreen::start()`: the event is lost",
            );
            Err(Rejected::NoAgent)
        }
    }
}

fn attempt(
    request: Result<Arc<Request>, Rejected>,
    kind: AttemptKind,
    success: bool,
    user: Result<UserIdentifiers, crate::identity::IdentityError>,
    options: LoginOptions<'_>,
    place: &Location<'_>,
) -> Checkpoint {
    let request = match request {
        Ok(request) => request,
        Err(rejected) => return Checkpoint::rejected(rejected),
    };
    let outcome = if success {
        Outcome::Success
    } else {
        Outcome::Failure
    };
    let (user, rejected) = usable(&request, user, place);
    let mut attempted = Attempted::new(kind, outcome, user);
    if !success {
        attempted.secret = options.secret_digest(request.pipeline());
    }
    let risk = attribute::told_by_hand(&request, attempted);
    Checkpoint::after(request, rejected).of_login(risk)
}

fn session(
    request: Result<Arc<Request>, Rejected>,
    user: Result<UserIdentifiers, crate::identity::IdentityError>,
    options: SessionOptions<'_>,
    place: &Location<'_>,
) -> Checkpoint {
    let request = match request {
        Ok(request) => request,
        Err(rejected) => return Checkpoint::rejected(rejected),
    };
    let (user, rejected) = usable(&request, user, place);
    if let Some(user) = user {
        let session = options.session_digest(request.pipeline());
        // What it returns is noted in the request as well, where the checkpoint looks.
        let _ = request.identify(user, options.traits, session.as_ref());
    }
    Checkpoint::after(request, rejected)
}

fn proven(
    request: Result<Arc<Request>, Rejected>,
    user: Result<UserIdentifiers, crate::identity::IdentityError>,
    place: &Location<'_>,
) -> Receipt {
    Receipt::of(request.and_then(|request| {
        let (user, rejected) = usable(&request, user, place);
        if let Some(user) = user {
            request.stepped_up(user);
        }
        rejected.map_or(Ok(()), Err)
    }))
}

/// Notes what is wrong with the identifiers of a user.
fn usable(
    request: &Request,
    user: Result<UserIdentifiers, crate::identity::IdentityError>,
    place: &dyn fmt::Display,
) -> (Option<UserIdentifiers>, Option<Rejected>) {
    match user {
        Ok(user) => {
            if let Err(disagreement) = request.pipeline().formats.check(&user, place) {
                request
                    .pipeline()
                    .note(Trouble::IdentityFormat, &disagreement);
            }
            (Some(user), None)
        }
        Err(error) => {
            request
                .pipeline()
                .note(Trouble::Identity, &format_args!("{place}: {error}"));
            (None, Some(Rejected::Identity(error)))
        }
    }
}
