//! Which argument of a function carries who it is, as far as the text of its type shows.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{Fields, FnArg, Ident, ItemStruct, Pat, Signature, Type};

use super::names::camel_words;
use super::scope::Scope;
use super::types::{last_segment, strip, text, types};
use crate::bindings;
use crate::capture::USUAL;
use crate::place::is_secret;

/// What is sent in an address, kept in logs and histories, and no login's; or is the application's own.
const NO_CREDENTIALS: &[&str] = &[
    "Query",
    "Path",
    "State",
    "Extension",
    "Data",
    "TypedHeader",
    "ConnectInfo",
    "Session",
    "Mutex",
    "RwLock",
];

/// Last words of types that hold what was sent.
const BODIES: &[&str] = &["json", "form"];

/// Words of types that stand around those.
const AROUND_BODIES: &[&str] = &["valid", "validated", "garde", "box"];

/// A body of one of these has no field to be named.
const SHAPELESS: &[&str] = &[
    "Value", "Map", "HashMap", "BTreeMap", "String", "Bytes", "Vec", "Body",
];

/// What a session is known by.
const SESSIONS: &[&str] = &[
    "Session",
    "Cookies",
    "CookieJar",
    "SignedCookieJar",
    "PrivateCookieJar",
    "HeaderMap",
    "Parts",
    "Authorization",
];

const SESSION_NAMES: &[&str] = &[
    "session",
    "session_id",
    "session_token",
    "token",
    "cookie",
    "cookies",
    "jar",
    "jwt",
    "claims",
];

/// How a function is told who it is about.
pub(super) enum Carries {
    /// An argument has a usual name, which the attribute finds by itself.
    Name(String),
    /// A field of an argument: what to write after `user =`.
    Field(TokenStream),
    /// An argument's type.
    Type(String),
    /// Something does, which cannot be used as it is.
    Hidden(String),
}

/// The first argument that carries who it is.
pub(super) fn carries(sig: &Signature, scope: &Scope<'_>) -> Option<Carries> {
    let mut names = Vec::new();
    // The attribute, which knows names only, would take these as well.
    let mut misleading = Vec::new();
    let mut payloads = Vec::new();
    for (pat, ty) in typed(sig) {
        let payload = payload(ty, scope);
        let whole = payload.is_some() && matches!(pat, Pat::Ident(_));
        if whole || is_denied(ty) {
            misleading.extend(bindings::names(pat));
        } else {
            names.extend(bindings::names(pat));
        }
        payloads.extend(payload.map(|ty| (pat, ty)));
    }
    let misleading = usual(&misleading);
    match (usual(&names), misleading) {
        (Some(name), None) => return Some(Carries::Name(name.unraw().to_string())),
        (Some(name), Some(_)) => return Some(Carries::Field(name.to_token_stream())),
        (None, _) => {}
    }
    let (pat, ty) = payloads.first()?;
    Some(match (within(pat, ty, scope), misleading) {
        (Carries::Type(_), Some(name)) if name_of(pat) == Some(name) => Carries::Hidden(format!(
            "which field of `{name}` says who it is cannot be seen here"
        )),
        (Carries::Type(_), Some(name)) => {
            Carries::Hidden(format!("`{name}` would be taken for who it is"))
        }
        (carries, _) => carries,
    })
}

/// What an argument with a body or credentials of this type says.
fn within(pat: &Pat, ty: &Type, scope: &Scope<'_>) -> Carries {
    let shown = text(ty);
    let known = scope.find(ty).filter(|known| !scope.is_identity(*known));
    let Some(field) = known.and_then(|known| usual_field(known.item)) else {
        return Carries::Type(shown);
    };
    match name_of(pat) {
        Some(name) => Carries::Field(quote!(#name.#field)),
        None => Carries::Hidden(format!(
            "the argument with `{shown}` has no name to write `user = ….{field}` with"
        )),
    }
}

/// The one that the attribute finds by itself.
fn usual(names: &[Ident]) -> Option<&Ident> {
    USUAL
        .iter()
        .find_map(|usual| names.iter().find(|name| name.unraw() == usual))
}

/// The argument that holds the credentials of a known trait's method.
pub(super) fn field_of(argument: &Pat, ty: &Type, scope: &Scope<'_>) -> Option<TokenStream> {
    match within(argument, ty, scope) {
        Carries::Field(place) => Some(place),
        _ => None,
    }
}

/// The type of what a user sent, if the argument is that.
fn payload<'a>(ty: &'a Type, scope: &Scope<'_>) -> Option<&'a Type> {
    let ty = strip(ty);
    let last = last_segment(ty)?;
    let name = last.ident.to_string();
    if NO_CREDENTIALS.contains(&name.as_str()) {
        return None;
    }
    let words = camel_words(&name);
    let says = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    let argument = types(last).next_back();
    // `Json<Login>`, `web::Form<Login>`, `ValidatedJson<Login>`
    if let Some(sent) = argument
        && words
            .last()
            .is_some_and(|last| BODIES.contains(&last.as_str()))
    {
        let shapeless = last_segment(strip(sent))
            .is_none_or(|sent| SHAPELESS.iter().any(|known| sent.ident == known));
        return (!shapeless).then_some(sent);
    }
    if is_credentials(&name)
        || scope
            .find(ty)
            .is_some_and(|known| looks_like_credentials(known.item))
    {
        return Some(ty);
    }
    // `Valid<Json<Login>>`
    let around = argument.filter(|_| says(AROUND_BODIES));
    around.and_then(|argument| payload(argument, scope))
}

fn is_denied(ty: &Type) -> bool {
    last_segment(strip(ty))
        .is_some_and(|last| NO_CREDENTIALS.iter().any(|denied| last.ident == denied))
}

/// Whether a type is called like what people fill in to log in or sign up.
pub(super) fn is_credentials(name: &str) -> bool {
    const ACTS: &[&str] = &[
        "login",
        "logon",
        "log",
        "signin",
        "signup",
        "sign",
        "register",
        "registration",
        "auth",
        "authn",
        "authenticate",
        "authentication",
    ];
    const USERS: &[&str] = &["user", "account", "member"];
    const AROUND: &[&str] = &["in", "on", "up", "new", "create"];
    const SENT: &[&str] = &[
        "request", "req", "payload", "input", "dto", "body", "params", "data", "command",
    ];

    let words = camel_words(name);
    let any = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    let Some(last) = words.last().map(String::as_str) else {
        return false;
    };
    if matches!(last, "creds" | "credentials" | "credential" | "form") {
        return true;
    }
    if SENT.contains(&last) {
        return any(ACTS) || any(USERS);
    }
    // `Login`, `SignUp`, `NewUser`; but neither `User` nor `AuthUser`, nor `LoginService`.
    let only = words.iter().map(String::as_str).all(|word| {
        ACTS.contains(&word) && !word.starts_with("auth")
            || USERS.contains(&word)
            || AROUND.contains(&word)
    });
    only && (any(ACTS) || any(USERS) && any(&["new", "create"]))
}

/// Whether a struct has both who it is and a secret.
fn looks_like_credentials(item: &ItemStruct) -> bool {
    let mut names = fields(item);
    usual_field(item).is_some() && names.any(|name| is_secret(&name.unraw().to_string()))
}

fn usual_field(item: &ItemStruct) -> Option<&Ident> {
    USUAL
        .iter()
        .find_map(|usual| fields(item).find(|name| name.unraw() == usual))
}

fn fields(item: &ItemStruct) -> impl Iterator<Item = &Ident> {
    let named = match &item.fields {
        Fields::Named(named) => Some(&named.named),
        _ => None,
    };
    named
        .into_iter()
        .flatten()
        .filter_map(|field| field.ident.as_ref())
}

/// Whether it is given a session.
pub(super) fn has_session(sig: &Signature) -> bool {
    typed(sig).any(|(pat, ty)| {
        let of_type = last_segment(strip(ty))
            .is_some_and(|last| SESSIONS.iter().any(|known| last.ident == known));
        let names = bindings::names(pat);
        of_type
            || names
                .iter()
                .any(|name| SESSION_NAMES.iter().any(|known| name.unraw() == known))
    })
}

fn typed(sig: &Signature) -> impl Iterator<Item = (&Pat, &Type)> {
    sig.inputs.iter().filter_map(|argument| match argument {
        FnArg::Typed(argument) => Some((&*argument.pat, &*argument.ty)),
        FnArg::Receiver(_) => None,
    })
}

/// The name of the one thing that a pattern binds, through `Json(..)`.
fn name_of(pat: &Pat) -> Option<&Ident> {
    match pat {
        Pat::Ident(bound)
            if bound.subpat.is_none() && !bound.ident.to_string().starts_with('_') =>
        {
            Some(&bound.ident)
        }
        Pat::TupleStruct(parts) if parts.elems.len() == 1 => name_of(parts.elems.first()?),
        Pat::Paren(paren) => name_of(&paren.pat),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
