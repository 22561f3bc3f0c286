//! What a function returns, as far as its text shows: whether it tells how it went, and whether it is a user.

use syn::{ReturnType, Signature, Type};

use super::names::camel_words;
use super::types::{last_segment, strip, text, types};
use crate::returned::future;

/// What is shown to people and is the same for any outcome, as far as its type says.
const PAGES: &[&str] = &[
    "Html",
    "Redirect",
    "Json",
    "String",
    "Markup",
    "Template",
    "NamedFile",
    "HttpResponse",
    "Value",
];

/// What the function says in the end: for a future, what it resolves to. `None` for `()`.
pub(super) fn output(sig: &Signature) -> Option<&Type> {
    let ReturnType::Type(_, returned) = &sig.output else {
        return None;
    };
    let returned = strip(returned);
    let told = match future(returned) {
        Some((_, output)) if sig.asyncness.is_none() => output,
        _ => returned,
    };
    match strip(told) {
        Type::Tuple(unit) if unit.elems.is_empty() => None,
        told => Some(told),
    }
}

/// Why nothing can tell whether it succeeded.
pub(super) fn tells_nothing(sig: &Signature) -> Option<String> {
    let Some(told) = output(sig) else {
        return Some("it returns nothing that says whether it succeeded".to_owned());
    };
    let silent = match told {
        Type::ImplTrait(_) | Type::Never(_) => true,
        Type::Reference(reference) => {
            matches!(last_segment(&reference.elem), Some(last) if last.ident == "str")
        }
        told => last_segment(told).is_some_and(|last| PAGES.iter().any(|page| last.ident == page)),
    };
    silent.then(|| format!("`{}` does not say whether it succeeded", text(told)))
}

/// The user in `Option<User>`, `Result<User, E>` or `Result<Option<User>, E>`.
pub(super) fn returned_user(sig: &Signature) -> Option<&Type> {
    let told = last_segment(output(sig)?)?;
    let mut inner = match told.ident.to_string().as_str() {
        "Option" | "Result" => strip(types(told).next()?),
        _ => return None,
    };
    if told.ident == "Result"
        && let Some(option) = last_segment(inner).filter(|last| last.ident == "Option")
    {
        inner = strip(types(option).next()?);
    }
    while let Some(pointer) = last_segment(inner)
        && (pointer.ident == "Box" || pointer.ident == "Arc" || pointer.ident == "Rc")
    {
        inner = strip(types(pointer).next()?);
    }
    let words = camel_words(&last_segment(inner)?.ident.to_string());
    let last = words.last()?;
    matches!(last.as_str(), "user" | "account" | "member").then_some(inner)
}
