//! What the function returns, as far as its text shows: at once or as a future, and how the type is named
//! where an `impl Trait` may not stand.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{
    AngleBracketedGenericArguments, GenericArgument, Path, PathArguments, ReturnType, Signature,
    Type, TypeParamBound, parse_quote,
};

/// When the value is there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// The function returns it.
    Now,
    /// The function is `async`.
    Awaited,
    /// The function returns a future of it, boxed or not.
    Future { boxed: bool },
}

/// The value whose outcome counts: for a future, what it resolves to.
pub(crate) struct Returned {
    pub(crate) when: When,
    /// Its type, for annotations; `_` for each `impl Trait`.
    pub(crate) value: TokenStream,
    /// Its type, to be looked at before there is a value; `Opaque` for each `impl Trait`.
    pub(crate) shape: TokenStream,
    /// The type of what the function itself returns, for its closure.
    pub(crate) whole: TokenStream,
    /// Where errors about the type are shown.
    pub(crate) span: Span,
}

impl Returned {
    pub(crate) fn of(sig: &Signature, root: &TokenStream) -> Self {
        let ReturnType::Type(_, whole) = &sig.output else {
            let when = if sig.asyncness.is_some() {
                When::Awaited
            } else {
                When::Now
            };
            let unit = quote!(());
            return Self {
                when,
                value: unit.clone(),
                shape: unit.clone(),
                whole: unit,
                span: sig.ident.span(),
            };
        };
        let (when, value) = match future(whole) {
            _ if sig.asyncness.is_some() => (When::Awaited, &**whole),
            Some((boxed, output)) => (When::Future { boxed }, output),
            None => (When::Now, &**whole),
        };
        Self {
            when,
            value: erased(value),
            shape: shape(value, root),
            whole: erased(whole),
            span: value.span(),
        }
    }
}

/// The output of `impl Future<Output = T>`, `Pin<Box<dyn Future<Output = T>>>`, `BoxFuture<'_, T>` and
/// `LocalBoxFuture<'_, T>`, and whether it is boxed.
pub(crate) fn future(ty: &Type) -> Option<(bool, &Type)> {
    match ty {
        Type::ImplTrait(opaque) => Some((false, output(opaque.bounds.iter())?)),
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            let argument = arguments(&last.arguments)
                .filter_map(type_argument)
                .next_back()?;
            match last.ident.to_string().as_str() {
                "BoxFuture" | "LocalBoxFuture" => Some((true, argument)),
                "Pin" => {
                    let Type::Path(pinned) = argument else {
                        return None;
                    };
                    let pinned = pinned
                        .path
                        .segments
                        .last()
                        .filter(|pinned| pinned.ident == "Box")?;
                    match arguments(&pinned.arguments).find_map(type_argument)? {
                        Type::TraitObject(object) => Some((true, output(object.bounds.iter())?)),
                        _ => None,
                    }
                }
                _ => None,
            }
        }
        Type::Group(group) => future(&group.elem),
        Type::Paren(paren) => future(&paren.elem),
        _ => None,
    }
}

fn output<'a>(mut bounds: impl Iterator<Item = &'a TypeParamBound>) -> Option<&'a Type> {
    let future = bounds.find_map(|bound| match bound {
        TypeParamBound::Trait(bound) => bound
            .path
            .segments
            .last()
            .filter(|last| last.ident == "Future"),
        _ => None,
    })?;
    arguments(&future.arguments).find_map(|argument| match argument {
        GenericArgument::AssocType(assoc) if assoc.ident == "Output" => Some(&assoc.ty),
        _ => None,
    })
}

fn arguments(arguments: &PathArguments) -> impl DoubleEndedIterator<Item = &GenericArgument> {
    let angled = match arguments {
        PathArguments::AngleBracketed(angled) => Some(angled),
        _ => None,
    };
    angled.into_iter().flat_map(|angled| &angled.args)
}

fn type_argument(argument: &GenericArgument) -> Option<&Type> {
    match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

/// The type of what is found: `User` of `impl Future<Output = Result<Option<User>, E>>`.
pub(crate) fn innermost(ty: &Type) -> &Type {
    if let Some((_, output)) = future(ty) {
        return innermost(output);
    }
    match ty {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .filter(|last| last.ident == "Option" || last.ident.to_string().ends_with("Result"))
            .and_then(|last| arguments(&last.arguments).find_map(type_argument))
            .map_or(ty, innermost),
        Type::Group(group) => innermost(&group.elem),
        Type::Paren(paren) => innermost(&paren.elem),
        _ => ty,
    }
}

/// Whether a value of this type may say who the user is; strings and numbers do not.
pub(crate) fn could_be_user(ty: &Type) -> bool {
    const NO_USERS: [&str; 20] = [
        "bool",
        "char",
        "f32",
        "f64",
        "i8",
        "i16",
        "i32",
        "i64",
        "i128",
        "isize",
        "str",
        "String",
        "u8",
        "u16",
        "u32",
        "u64",
        "u128",
        "usize",
        "StatusCode",
        "Duration",
    ];
    match ty {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .is_none_or(|last| !NO_USERS.iter().any(|name| last.ident == name)),
        Type::Reference(reference) => could_be_user(&reference.elem),
        Type::Group(group) => could_be_user(&group.elem),
        Type::Paren(paren) => could_be_user(&paren.elem),
        Type::Tuple(tuple) => !tuple.elems.is_empty(),
        Type::Slice(_) | Type::Array(_) | Type::Never(_) | Type::FnPtr(_) => false,
        _ => true,
    }
}

/// Input: `Result<impl IntoResponse, E>`. Output: `Result<_, E>`.
fn erased(ty: &Type) -> TokenStream {
    let mut ty = ty.clone();
    replace(&mut ty, &|_| parse_quote!(_));
    ty.into_token_stream()
}

/// Input: `Result<Json<impl Serialize>, E>`. Output: `Result<Opaque, E>`.
///
/// What is around the `impl Trait` goes too, lest it have a bound on its parameter; only the types by which
/// a refusal is chosen stay.
fn shape(ty: &Type, root: &TokenStream) -> TokenStream {
    let opaque = |ty: &Type| {
        let span = Span::call_site().located_at(ty.span());
        Type::Verbatim(quote_spanned!(span=> #root::__private::Opaque))
    };
    let mut ty = ty.clone();
    keep_choice(&mut ty, &opaque);
    ty.into_token_stream()
}

fn keep_choice(ty: &mut Type, opaque: &dyn Fn(&Type) -> Type) {
    if !replace(&mut ty.clone(), &|ty| ty.clone()) {
        return;
    }
    let Type::Path(path) = ty else {
        *ty = opaque(ty);
        return;
    };
    for argument in types_mut(&mut path.path) {
        let chooses = matches!(&*argument, Type::Path(inner) if inner.path.segments.last()
            .is_some_and(|last| last.ident == "Option" || last.ident == "Result"));
        if chooses {
            keep_choice(argument, opaque);
        } else if replace(&mut argument.clone(), &|ty| ty.clone()) {
            *argument = opaque(argument);
        }
    }
}

/// Puts `with` in the place of each `impl Trait`, and says whether there was one.
fn replace(ty: &mut Type, with: &dyn Fn(&Type) -> Type) -> bool {
    match ty {
        Type::ImplTrait(_) => {
            *ty = with(ty);
            true
        }
        Type::Path(path) => {
            types_mut(&mut path.path).fold(false, |found, ty| replace(ty, with) | found)
        }
        Type::TraitObject(object) => {
            object
                .bounds
                .iter_mut()
                .fold(false, |found, bound| match bound {
                    TypeParamBound::Trait(bound) => types_mut(&mut bound.path)
                        .fold(found, |found, ty| replace(ty, with) | found),
                    _ => found,
                })
        }
        Type::Tuple(tuple) => tuple
            .elems
            .iter_mut()
            .fold(false, |found, ty| replace(ty, with) | found),
        Type::Reference(reference) => replace(&mut reference.elem, with),
        Type::Array(array) => replace(&mut array.elem, with),
        Type::Slice(slice) => replace(&mut slice.elem, with),
        Type::Group(group) => replace(&mut group.elem, with),
        Type::Paren(paren) => replace(&mut paren.elem, with),
        _ => false,
    }
}

/// The types among a path's generic arguments.
fn types_mut(path: &mut Path) -> impl Iterator<Item = &mut Type> {
    path.segments.iter_mut().flat_map(|segment| {
        let angled = match &mut segment.arguments {
            PathArguments::AngleBracketed(AngleBracketedGenericArguments { args, .. }) => {
                Some(args)
            }
            _ => None,
        };
        angled
            .into_iter()
            .flatten()
            .filter_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty),
                GenericArgument::AssocType(assoc) => Some(&mut assoc.ty),
                _ => None,
            })
    })
}
