//! What the text of a type says.

use quote::ToTokens;
use syn::{GenericArgument, PathArguments, PathSegment, Type};

/// As it was written, on one line.
pub(super) fn text(ty: &Type) -> String {
    let spaced = ty.to_token_stream().to_string();
    [
        (" < ", "<"),
        ("< ", "<"),
        (" <", "<"),
        (" >", ">"),
        (" :: ", "::"),
        (":: ", "::"),
        (" ,", ","),
        ("& ", "&"),
        ("( ", "("),
        (" )", ")"),
    ]
    .into_iter()
    .fold(spaced, |text, (from, to)| text.replace(from, to))
}

/// Without references, and the groups of a `macro_rules!`.
pub(super) fn strip(ty: &Type) -> &Type {
    match ty {
        Type::Reference(reference)
            if !matches!(&*reference.elem, Type::Slice(_)) && !is_str(&reference.elem) =>
        {
            strip(&reference.elem)
        }
        Type::Group(group) => strip(&group.elem),
        Type::Paren(paren) => strip(&paren.elem),
        other => other,
    }
}

fn is_str(ty: &Type) -> bool {
    last_segment(ty).is_some_and(|last| last.ident == "str")
}

pub(super) fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

pub(super) fn types(segment: &PathSegment) -> impl DoubleEndedIterator<Item = &Type> {
    let angled = match &segment.arguments {
        PathArguments::AngleBracketed(angled) => Some(&angled.args),
        _ => None,
    };
    angled
        .into_iter()
        .flatten()
        .filter_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(ty),
            _ => None,
        })
}
