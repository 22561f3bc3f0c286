//! What a function's name says it does. Knows words, and nothing of arguments or types.
//!
//! A name is its words between underscores, never a part of one: `slash_register` has the word `register`,
//! `unregister` has not.

use crate::attribute::Attribute;

/// Words that follow each other in the name of a function that logs a user in.
const LOGIN: &[&str] = &[
    "login",
    "log in",
    "log user in",
    "logon",
    "log on",
    "signin",
    "sign in",
    "sign user in",
    "authenticate",
    "authn",
    "check credentials",
    "validate credentials",
    "verify credentials",
];

/// Says it less clearly than any other: `auth_sign_up` signs up.
const WEAK_LOGIN: &[&str] = &["auth"];

const SIGN_UP: &[&str] = &[
    "signup",
    "sign up",
    "sign user up",
    "register",
    "create account",
    "create new account",
    "create user",
    "create new user",
    "open account",
];

const SESSION: &[&str] = &[
    "current user",
    "current account",
    "session user",
    "authenticated user",
    "logged in user",
    "signed in user",
    "user from session",
    "user from token",
    "user from cookie",
    "user from cookies",
    "user from jar",
    "user from jwt",
    "user from claims",
    "user from request",
    "user from parts",
    "user from headers",
    "user by session",
    "user by token",
    "user by cookie",
    "user for session",
    "whoami",
];

/// Whole names. Any user may be looked up by these, so what they are given has to be a session.
const LOOK_UP: &[&str] = &[
    "get user",
    "load user",
    "fetch user",
    "find user",
    "resolve user",
    "user",
];

/// Beside a login's or a sign-up's words, these say that the function is something about it, and not it.
const ABOUT: &[&str] = &[
    // What people look at.
    "page form view show render template html screen dialog button menu prompt get",
    // Where things are.
    "url uri link path route routes router redirect callback address",
    // What stands before other functions.
    "require required requires needs ensure guard middleware layer extractor",
    "is has can may should allowed enabled valid",
    // The way out.
    "out off logout logoff signout",
    // What is not for users.
    "test tests mock fake dummy stub bench example",
    // What tells of it.
    "send notify message messages error errors record audit track report count counts counter",
    "attempt attempts failure failures failed history last event events metrics stats",
    "limit limits limiter rate throttle lock unlock lockout block unblock ban",
    // What it is made of.
    "parse decode encode hash request response payload code nonce state csrf cookie cookies header headers",
    "config options settings build builder client command make generate schema table index id",
    // What happens at other times.
    "reset forgot recover change update delete remove list search after before when",
];

/// The same beside a session's.
const ABOUT_SESSION: &[&str] = &[
    "set update delete remove clear create insert save store change invalidate revoke",
    "test mock fake dummy stub example page render show url link",
    "count list search permissions roles id ids name email by",
];

/// What a name says.
#[derive(PartialEq, Eq)]
pub(super) enum Says {
    /// It logs in, signs up, or finds the user of a session.
    Does(Attribute),
    /// It finds a user: of a session, if it is given one.
    LooksUp,
    /// It is about one of these, as this word says.
    About(Attribute, &'static str),
    /// Both a login and a sign-up.
    Both,
}

/// What the function's name says, if it is anything of ours.
pub(super) fn says(name: &str) -> Option<Says> {
    let name = name.to_ascii_lowercase();
    let words: Vec<&str> = name.split('_').filter(|word| !word.is_empty()).collect();

    let login = rest(&words, LOGIN);
    let sign_up = rest(&words, SIGN_UP);
    let (attribute, rest) = match (login, sign_up) {
        (Some(_), Some(_)) => return Some(Says::Both),
        (Some(rest), None) => (Attribute::TrackAuth, rest),
        (None, Some(rest)) => (Attribute::TrackSignup, rest),
        (None, None) => return session(&words).or_else(|| weak_login(&words)),
    };
    Some(unless_about(attribute, &rest, ABOUT))
}

fn weak_login(words: &[&str]) -> Option<Says> {
    let rest = rest(words, WEAK_LOGIN)?;
    Some(unless_about(Attribute::TrackAuth, &rest, ABOUT))
}

fn session(words: &[&str]) -> Option<Says> {
    if let Some(rest) = rest(words, SESSION) {
        return Some(unless_about(Attribute::Identify, &rest, ABOUT_SESSION));
    }
    let looks_up = LOOK_UP.contains(&words.join(" ").as_str());
    looks_up.then_some(Says::LooksUp)
}

fn unless_about(attribute: Attribute, rest: &[&str], about: &[&'static str]) -> Says {
    let mut about = about.iter().flat_map(|words| words.split(' '));
    let word = about.find(|word| rest.contains(word));
    word.map_or(Says::Does(attribute), |word| Says::About(attribute, word))
}

/// The words around the first of the phrases that is among them.
fn rest<'a>(words: &[&'a str], phrases: &[&str]) -> Option<Vec<&'a str>> {
    phrases.iter().find_map(|phrase| {
        let phrase: Vec<&str> = phrase.split(' ').collect();
        let at = words
            .windows(phrase.len())
            .position(|window| window == phrase)?;
        let (before, after) = (words.iter().take(at), words.iter().skip(at + phrase.len()));
        Some(before.chain(after).copied().collect())
    })
}

/// `LoginRequest` is `login`, `request`.
pub(super) fn camel_words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut previous_lower = false;
    for c in name.chars() {
        let begins = c.is_uppercase() && previous_lower;
        match words.last_mut() {
            Some(word) if !begins => word.extend(c.to_lowercase()),
            _ => words.push(c.to_lowercase().collect()),
        }
        previous_lower = !c.is_uppercase();
    }
    words
}

#[cfg(test)]
mod tests;
