//! Where the identifiers are taken from: finds the arguments that an attribute means, and refuses what must
//! not be a user's identity.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{FnArg, Ident, Pat, ReceiverKind, Signature, Type};

use crate::args::{Key, User};
use crate::attribute::Attribute;
use crate::errors::{Errors, did_you_mean, list};
use crate::place::{Place, is_secret};

/// The names by which applications call what identifies a user, the first preferred.
pub(crate) const USUAL: [&str; 5] = ["email", "mail", "e_mail", "username", "login"];

/// Who the user is.
pub(crate) enum Who {
    /// Read from the arguments, sorted by key in byte order.
    Arguments(Vec<(String, Place)>),
    /// The value that the function returns says it.
    Returned,
}

/// A name that the signature binds.
pub(crate) struct Binding {
    pub(crate) name: Ident,
    /// By value and of a type that may have a destructor.
    pub(crate) owned: bool,
}

/// `self` and the arguments in their order, those inside patterns as well.
pub(crate) fn bindings(sig: &Signature) -> Vec<Binding> {
    let mut found = Vec::new();
    for argument in &sig.inputs {
        match argument {
            FnArg::Receiver(receiver) => {
                let owned = match &receiver.kind {
                    ReceiverKind::Value => true,
                    ReceiverKind::Typed(_, ty) => !is_reference(ty),
                    _ => false,
                };
                found.push(Binding {
                    name: Ident::from(receiver.self_token),
                    owned,
                });
            }
            FnArg::Typed(argument) => {
                bound_by(&argument.pat, !is_reference(&argument.ty), &mut found)
            }
        }
    }
    found
}

fn is_reference(ty: &Type) -> bool {
    match ty {
        Type::Reference(_) => true,
        Type::Group(group) => is_reference(&group.elem),
        Type::Paren(paren) => is_reference(&paren.elem),
        _ => false,
    }
}

fn bound_by(pat: &Pat, owned: bool, found: &mut Vec<Binding>) {
    match pat {
        Pat::Ident(bound) => {
            let owned = owned && bound.by_ref.is_none();
            found.push(Binding {
                name: bound.ident.clone(),
                owned,
            });
            if let Some((_, inner)) = &bound.subpat {
                bound_by(inner, owned, found);
            }
        }
        Pat::Struct(parts) => parts
            .fields
            .iter()
            .for_each(|field| bound_by(&field.pat, owned, found)),
        Pat::TupleStruct(parts) => parts
            .elems
            .iter()
            .for_each(|part| bound_by(part, owned, found)),
        Pat::Tuple(parts) => parts
            .elems
            .iter()
            .for_each(|part| bound_by(part, owned, found)),
        Pat::Slice(parts) => parts
            .elems
            .iter()
            .for_each(|part| bound_by(part, owned, found)),
        Pat::Reference(reference) => bound_by(&reference.pat, owned, found),
        Pat::Paren(paren) => bound_by(&paren.pat, owned, found),
        Pat::Type(typed) => bound_by(&typed.pat, owned, found),
        // An or-pattern binds the same names in every case.
        Pat::Or(or) => or
            .cases
            .iter()
            .take(1)
            .for_each(|case| bound_by(case, owned, found)),
        _ => {}
    }
}

/// Who the user is, from what was written and, where nothing was, from the names of the arguments.
pub(crate) fn resolve(
    attribute: Attribute,
    user: Option<User>,
    sig: &Signature,
    bindings: &[Binding],
    errors: &mut Errors,
) -> Who {
    let mut pairs = match user {
        Some(User::Composite(pairs)) => pairs,
        Some(User::Single(place)) => {
            match place.last_name() {
                Some(name) => vec![(
                    Key {
                        name: name.unraw().to_string(),
                        span: place.span(),
                    },
                    place,
                )],
                None => {
                    errors.at(place.span(), "this has no name to be the identifier's key\ngive it one: `user(email = …)`");
                    Vec::new()
                }
            }
        }
        None if attribute == Attribute::Identify => return Who::Returned,
        None => match usual(bindings) {
            Some(name) => {
                vec![(
                    Key {
                        name: name.unraw().to_string(),
                        span: name.span(),
                    },
                    Place::argument(name),
                )]
            }
            None => {
                errors.at(Span::call_site(), nobody(attribute, bindings));
                Vec::new()
            }
        },
    };
    for (key, place) in &mut pairs {
        refuse_secret(key, place, errors);
        if let Err(message) = mean(place, sig, bindings) {
            errors.at(place.span(), message);
        }
    }
    pairs.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name));
    for twins in pairs.windows(2) {
        if let [(a, _), (b, _)] = twins
            && a.name == b.name
        {
            errors.at(
                b.span,
                format!(
                    "`{}` is given twice: a user has one value for each key",
                    b.name
                ),
            );
        }
    }
    Who::Arguments(
        pairs
            .into_iter()
            .map(|(key, place)| (key.name, place))
            .collect(),
    )
}

fn usual(bindings: &[Binding]) -> Option<&Ident> {
    USUAL.iter().find_map(|usual| {
        bindings
            .iter()
            .map(|bound| &bound.name)
            .find(|name| name.unraw() == usual)
    })
}

/// What to say where no argument has a usual name.
fn nobody(attribute: Attribute, bindings: &[Binding]) -> String {
    let candidates: Vec<_> = candidates(bindings)
        .filter(|name| *name != "self" && !is_secret(&name.to_string()))
        .collect();
    let who = match attribute {
        Attribute::TrackSignup => "who signs up",
        _ => "who logs in",
    };
    let Some(first) = candidates.first() else {
        return format!("no argument says {who}: give the function one, such as `email: &str`");
    };
    let list = list(candidates.iter().map(|name| name.unraw()));
    let name = attribute.name();
    format!(
        "say {who}: no argument is called {}\n\
         write for example `#[{name}(user = {first})]`, or a field of it as in `user = {first}.email`; the arguments: {list}",
        list_or(&USUAL),
        first = first.unraw(),
    )
}

fn list_or(names: &[&str]) -> String {
    match names.split_last() {
        Some((last, rest)) => format!("{} or `{last}`", list(rest)),
        None => String::new(),
    }
}

/// Arguments that a user can mean.
fn candidates(bindings: &[Binding]) -> impl Iterator<Item = &Ident> {
    bindings
        .iter()
        .map(|bound| &bound.name)
        .filter(|name| !name.to_string().starts_with('_'))
}

/// Finds the argument that `place` starts with and moves the name into its context: where a `macro_rules!`
/// wrote the one and its caller the other, the same word would be two different names.
fn mean(place: &mut Place, sig: &Signature, bindings: &[Binding]) -> Result<(), String> {
    let Some(root) = place.root() else {
        return Ok(());
    };
    let wanted = root.unraw();
    if let Some(meant) = bindings.iter().find(|bound| bound.name.unraw() == wanted) {
        root.set_span(root.span().resolved_at(meant.name.span()));
        return Ok(());
    }
    if is_async_trait(sig) {
        return Err(format!(
            "no argument is called `{wanted}`: `#[async_trait]` has moved patterns into the body\n\
             give the argument a plain name, as in `form: Json<Form>`, and write `form.{wanted}`"
        ));
    }
    let names: Vec<_> = candidates(bindings)
        .map(|name| name.unraw().to_string())
        .collect();
    let arguments = if names.is_empty() {
        "it takes no arguments".to_owned()
    } else {
        format!("its arguments: {}", list(&names))
    };
    Err(format!(
        "`{}` has no argument named `{wanted}`{}\n{arguments}",
        sig.ident,
        did_you_mean(&wanted.to_string(), names.iter().map(String::as_str)),
    ))
}

/// `#[async_trait]` names this lifetime in every function that it has been over.
fn is_async_trait(sig: &Signature) -> bool {
    sig.generics
        .lifetimes()
        .any(|lifetime| lifetime.lifetime.ident == "async_trait")
}

fn refuse_secret(key: &Key, place: &Place, errors: &mut Errors) {
    let taken = place
        .taken()
        .map(|taken| (taken.unraw().to_string(), taken.span()));
    let secret = taken
        .into_iter()
        .chain([(key.name.clone(), key.span)])
        .find(|(name, _)| is_secret(name));
    if let Some((name, span)) = secret {
        errors.at(
            span,
            format!(
                "`{name}` must not identify a user: its value would be kept and shown\n\
                 name what says who it is, such as `email`; if this is no secret, give it another name first"
            ),
        );
    }
}
