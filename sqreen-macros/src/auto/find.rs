//! Which functions are watched, as what, and why others are not.

use std::fmt;

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{ReturnType, Signature};

use super::arguments::{Carries, carries, has_session};
use super::marks::Marks;
use super::names::{Says, says};
use super::returned::{returned_user, tells_nothing};
use super::scope::Scope;
use super::types::text;
use crate::attribute::Attribute as Ours;

/// What becomes of a function.
pub(super) enum Verdict {
    /// It is watched, with these arguments of the attribute.
    Watched {
        attribute: Ours,
        args: TokenStream,
        /// How it is known who it is, for people.
        by: String,
    },
    /// It is left alone, though it is called like one that is not.
    Passed {
        reasons: Vec<Reason>,
        /// Nothing but the one reason speaks against it, so it may be a mistake: what to do about it.
        remedy: Option<String>,
    },
}

/// Why a function is left alone.
pub(super) enum Reason {
    /// An attribute of ours stands on it.
    Marked(&'static str),
    /// It has `#[skip]`.
    Skipped,
    /// A word of its name.
    About(&'static str),
    /// Its name says a login and a sign-up.
    Both,
    NoIdentity,
    /// Something carries who it is, but not in a way that can be written here.
    Hidden(String),
    /// What it returns does not tell how it went.
    Silent(String),
    /// It returns no user.
    NoUser(String),
    /// It returns a user that does not say which.
    Nobody(String),
    /// No attribute of ours can stand on it.
    Impossible(&'static str),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Marked(with) => write!(f, "it has `#[{with}]`"),
            Self::Skipped => f.write_str("it has `#[skip]`"),
            Self::About(word) => write!(f, "`{word}` in its name"),
            Self::Both => f.write_str("its name says both a login and a sign-up"),
            Self::NoIdentity => f.write_str("no argument says who it is"),
            Self::Hidden(reason) | Self::Silent(reason) => f.write_str(reason),
            Self::NoUser(returned) => {
                write!(
                    f,
                    "it returns {returned} and no `Option` or `Result` of a user"
                )
            }
            Self::Nobody(user) => write!(f, "`{user}` does not derive `sqreen::Identity`"),
            Self::Impossible(what) => f.write_str(what),
        }
    }
}

impl Reason {
    /// What to do if the function is one of ours all the same, and what if not.
    fn remedy(&self, attribute: Ours) -> Option<String> {
        let name = attribute.name();
        let what = match attribute {
            Ours::TrackAuth => "is a login",
            Ours::TrackSignup => "is a sign-up",
            Ours::Identify => "finds the user of a session",
            Ours::Track => "is an event",
        };
        let write = |arguments: &str| {
            Some(format!(
                "put `#[sqreen::{name}{arguments}]` on it if it {what}, `#[sqreen::skip]` if not"
            ))
        };
        match self {
            Self::Marked(_) | Self::Skipped | Self::Impossible(_) | Self::NoUser(_) => None,
            Self::About(_) => write(""),
            Self::NoIdentity | Self::Hidden(_) => write("(user = ..)"),
            Self::Silent(_) => write("(success = |returned| ..)"),
            Self::Both => Some(
                "put `#[sqreen::track_auth]`, `#[sqreen::track_signup]` or `#[sqreen::skip]` on it"
                    .to_owned(),
            ),
            Self::Nobody(user) => Some(format!(
                "derive it for `{user}` if the function {what}, put `#[sqreen::skip]` on it if not"
            )),
        }
    }
}

/// Judges a function by its name, its arguments and what it returns. `None` for one that is nothing of ours.
pub(super) fn judge(sig: &Signature, marks: &Marks, scope: &Scope<'_>) -> Option<Verdict> {
    if marks.test {
        return None;
    }
    if let Some(watched) = marks.watched() {
        return Some(settled(Reason::Marked(watched)));
    }
    let says = says(&sig.ident.unraw().to_string())?;
    if marks.skipped {
        return Some(settled(Reason::Skipped));
    }
    let (attribute, against) = match says {
        Says::Does(attribute) => (attribute, None),
        Says::About(attribute, word) => (attribute, Some(Reason::About(word))),
        Says::LooksUp if has_session(sig) => (Ours::Identify, None),
        Says::LooksUp => return None,
        Says::Both => (Ours::TrackAuth, Some(Reason::Both)),
    };
    Some(match attribute {
        Ours::Identify => session(sig, against, scope),
        _ => attempt(attribute, sig, against, scope),
    })
}

fn settled(reason: Reason) -> Verdict {
    Verdict::Passed {
        reasons: vec![reason],
        remedy: None,
    }
}

fn attempt(
    attribute: Ours,
    sig: &Signature,
    against: Option<Reason>,
    scope: &Scope<'_>,
) -> Verdict {
    let who = match carries(sig, scope) {
        Some(Carries::Name(name)) => Ok((TokenStream::new(), format!("its argument `{name}`"))),
        Some(Carries::Field(place)) => {
            let shown = format!("`{}`", place.to_string().replace(' ', ""));
            Ok((quote!(user = #place,), shown))
        }
        Some(Carries::Type(ty)) => Ok((TokenStream::new(), format!("what `{ty}` says"))),
        Some(Carries::Hidden(reason)) => Err(Reason::Hidden(reason)),
        None => Err(Reason::NoIdentity),
    };
    let silent = tells_nothing(sig).map(Reason::Silent);
    let (who, unknown) = match who {
        Ok(who) => (Some(who), None),
        Err(reason) => (None, Some(reason)),
    };
    decide(attribute, who, [against, unknown, silent, impossible(sig)])
}

fn session(sig: &Signature, against: Option<Reason>, scope: &Scope<'_>) -> Verdict {
    let user = returned_user(sig);
    let wrong = match (user, &sig.output) {
        (Some(user), _) if scope.is_nobody(user) => Some(Reason::Nobody(text(user))),
        (Some(_), _) => None,
        (None, ReturnType::Type(_, ty)) => Some(Reason::NoUser(format!("`{}`", text(ty)))),
        (None, ReturnType::Default) => Some(Reason::NoUser("nothing".to_owned())),
    };
    let who = (TokenStream::new(), "the user it returns".to_owned());
    decide(Ours::Identify, Some(who), [against, wrong, impossible(sig)])
}

/// The functions that no attribute of ours can stand on.
fn impossible(sig: &Signature) -> Option<Reason> {
    sig.constness
        .map(|_| Reason::Impossible("it is a `const fn`"))
}

/// `who` is the attribute's arguments, and the same for people.
fn decide(
    attribute: Ours,
    who: Option<(TokenStream, String)>,
    against: impl IntoIterator<Item = Option<Reason>>,
) -> Verdict {
    let reasons: Vec<Reason> = against.into_iter().flatten().collect();
    match (who, reasons.as_slice()) {
        (Some((args, by)), []) => Verdict::Watched {
            attribute,
            args,
            by,
        },
        (_, [only]) => Verdict::Passed {
            remedy: only.remedy(attribute),
            reasons,
        },
        _ => Verdict::Passed {
            reasons,
            remedy: None,
        },
    }
}

#[cfg(test)]
mod tests;
