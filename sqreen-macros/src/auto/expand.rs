//! What comes out beside the watched functions: the documentation of what was done, and warnings about what
//! was nearly done.

use std::fmt::Write;

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use super::find::{Reason, Verdict};
use crate::attribute::Attribute;

/// A function and what became of it.
pub(super) struct Found {
    /// With the names of the modules and types around it, up to the item that the attribute stands on.
    pub(super) name: String,
    /// Of the name.
    pub(super) span: Span,
    pub(super) verdict: Verdict,
}

/// The section of the item's documentation.
pub(super) fn documentation(found: &[Found]) -> String {
    let mut watched = String::new();
    let mut passed = String::new();
    for Found { name, verdict, .. } in found {
        // Writing to a text cannot fail.
        let _ = match verdict {
            Verdict::Watched { attribute, by, .. } => {
                writeln!(watched, "- `{name}`: {}, by {by}", noun(*attribute))
            }
            Verdict::Passed { reasons, .. } => match reasons.as_slice() {
                [Reason::Marked(own)] => writeln!(watched, "- `{name}`: by its own `#[{own}]`"),
                reasons => writeln!(passed, "- `{name}`: {}", joined(reasons)),
            },
        };
    }
    let mut section = format!("\n\n# Watched by sqreen\n\n{watched}");
    if !passed.is_empty() {
        let _ = write!(section, "\nNot watched:\n\n{passed}");
    }
    section
}

/// A warning for each function that was nearly watched. There is no other way to give one on stable than to
/// use something deprecated.
pub(super) fn warnings(found: &[Found]) -> TokenStream {
    let warnings = found.iter().filter_map(
        |Found {
             name,
             span,
             verdict,
         }| {
            let Verdict::Passed {
                reasons,
                remedy: Some(remedy),
            } = verdict
            else {
                return None;
            };
            let at = Span::call_site().located_at(*span);
            let note = format!("`{name}` is not watched: {}\n{remedy}", joined(reasons));
            Some(quote_spanned! {at=>
                const _: () = {
                    #[deprecated(note = #note)]
                    const NEARLY_WATCHED: () = ();
                    NEARLY_WATCHED
                };
            })
        },
    );
    quote!(#(#warnings)*)
}

fn joined(reasons: &[Reason]) -> String {
    let reasons: Vec<String> = reasons.iter().map(Reason::to_string).collect();
    reasons.join("; ")
}

/// What to say where nothing is watched.
pub(super) fn nothing(item: &str, found: &[Found]) -> String {
    let mut text = format!("nothing in `{item}` is watched");
    for Found { name, verdict, .. } in found {
        if let Verdict::Passed { reasons, .. } = verdict {
            let _ = write!(text, "\n`{name}`: {}", joined(reasons));
        }
    }
    if found.is_empty() {
        text.push_str(
            ": no function is called like a login, a sign-up or what finds the user of a session\n\
             it looks for words such as `login`, `sign_up` and `current_user`",
        );
    }
    text.push_str(
        "\nput `#[sqreen::track_auth]`, `#[sqreen::track_signup]` or `#[sqreen::identify]` on the function itself",
    );
    text
}

fn noun(attribute: Attribute) -> &'static str {
    match attribute {
        Attribute::TrackAuth => "login",
        Attribute::TrackSignup => "sign-up",
        Attribute::Identify => "session",
        Attribute::Track => "event",
    }
}
