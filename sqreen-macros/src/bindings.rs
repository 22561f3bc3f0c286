//! The names that a function's signature binds, those that `#[async_trait]` has moved into the body included.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::{FieldPat, FnArg, Ident, Pat, ReceiverKind, Signature, Type};

use crate::item::Function;

/// A name that the signature binds.
pub(crate) struct Binding {
    pub(crate) name: Ident,
    /// Its type, for a name that is a whole argument.
    pub(crate) ty: Option<Type>,
    /// By value and of a type that may have a destructor.
    pub(crate) owned: bool,
}

/// All the names that an attribute can mean.
pub(crate) struct Bindings {
    /// `self` and the arguments in their order, those inside patterns as well.
    pub(crate) of_signature: Vec<Binding>,
    /// The patterns that the body begins with, in place of the signature.
    pub(crate) moved: Vec<Moved>,
}

/// `let Json(form) = __arg1;`
pub(crate) struct Moved {
    pub(crate) pat: Pat,
    pub(crate) argument: Ident,
    names: Vec<Ident>,
}

impl Bindings {
    pub(crate) fn of(function: &Function) -> Self {
        let moved = if is_async_trait(&function.sig) {
            let mut moved = Vec::new();
            moved_into(function.body.stream(), &mut moved);
            moved
        } else {
            Vec::new()
        };
        Self {
            of_signature: of_signature(&function.sig),
            moved,
        }
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &Ident> {
        let moved = self.moved.iter().flat_map(|moved| &moved.names);
        self.of_signature
            .iter()
            .map(|bound| &bound.name)
            .filter(|name| !is_of_async_trait(name))
            .chain(moved)
    }

    /// Arguments that a user can mean.
    pub(crate) fn candidates(&self) -> impl Iterator<Item = &Ident> {
        self.names()
            .filter(|name| !name.to_string().starts_with('_'))
    }

    /// The argument of this name, as it is written in the signature.
    pub(crate) fn find(&self, name: &Ident) -> Option<&Ident> {
        let name = name.unraw();
        self.names().find(|bound| bound.unraw() == name)
    }
}

/// `#[async_trait]` names this lifetime in every function that it has been over.
fn is_async_trait(sig: &Signature) -> bool {
    sig.generics
        .lifetimes()
        .any(|lifetime| lifetime.lifetime.ident == "async_trait")
}

/// `__arg1`, which nobody has written.
fn is_of_async_trait(name: &Ident) -> bool {
    let name = name.to_string();
    name.strip_prefix("__arg")
        .is_some_and(|number| number.parse::<usize>().is_ok())
}

/// Looks for `let pattern = { .. __arg1 };`, at whatever depth another attribute has put it.
fn moved_into(tokens: TokenStream, found: &mut Vec<Moved>) {
    let mut statement = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ';' => {
                found.extend(moved(std::mem::take(&mut statement)));
            }
            TokenTree::Group(group) => {
                moved_into(group.stream(), found);
                // The block of an `if` ends a statement; in a `let` it may be a part of the pattern.
                if group.delimiter() == Delimiter::Brace && !begins_with_let(&statement) {
                    statement.clear();
                } else {
                    statement.push(TokenTree::Group(group));
                }
            }
            other => statement.push(other),
        }
    }
}

fn begins_with_let(statement: &[TokenTree]) -> bool {
    matches!(statement.first(), Some(TokenTree::Ident(word)) if word == "let")
}

/// The argument that is moved: `__arg1`, or `{ let __arg1 = __arg1; __arg1 }`.
fn argument(value: TokenTree) -> Option<Ident> {
    match value {
        TokenTree::Ident(name) => is_of_async_trait(&name).then_some(name),
        TokenTree::Group(block) => argument(block.stream().into_iter().last()?),
        _ => None,
    }
}

/// Input: `let Json(mut form) = { let __arg1 = __arg1; __arg1 }`. Output: the pattern as it has to be for a
/// reference, `Json(form)`.
fn moved(mut statement: Vec<TokenTree>) -> Option<Moved> {
    let argument = argument(statement.pop()?)?;
    let equals = matches!(statement.pop(), Some(TokenTree::Punct(punct)) if punct.as_char() == '=');
    if !equals {
        return None;
    }
    let mut tokens = statement.into_iter();
    let begins = matches!(tokens.next(), Some(TokenTree::Ident(word)) if word == "let");
    if !begins {
        return None;
    }
    let mut pat = Pat::parse_single.parse2(tokens.collect()).ok()?;
    by_reference(&mut pat);
    Some(Moved {
        names: names(&pat),
        pat,
        argument,
    })
}

/// Takes away what a pattern cannot have where it is matched with a reference.
fn by_reference(pat: &mut Pat) {
    match pat {
        Pat::Ident(bound) => {
            bound.by_ref = None;
            bound.mutability = None;
            if let Some((_, inner)) = &mut bound.subpat {
                by_reference(inner);
            }
        }
        Pat::Struct(parts) => parts
            .fields
            .iter_mut()
            .for_each(|FieldPat { pat, .. }| by_reference(pat)),
        Pat::TupleStruct(parts) => parts.elems.iter_mut().for_each(by_reference),
        Pat::Tuple(parts) => parts.elems.iter_mut().for_each(by_reference),
        Pat::Slice(parts) => parts.elems.iter_mut().for_each(by_reference),
        Pat::Or(or) => or.cases.iter_mut().for_each(by_reference),
        Pat::Paren(paren) => by_reference(&mut paren.pat),
        Pat::Type(typed) => by_reference(&mut typed.pat),
        Pat::Reference(reference) => {
            by_reference(&mut reference.pat);
            *pat = (*reference.pat).clone();
        }
        _ => {}
    }
}

/// The names that a pattern binds.
pub(crate) fn names(pat: &Pat) -> Vec<Ident> {
    let mut bound = Vec::new();
    bound_by(pat, false, &mut bound);
    bound.into_iter().map(|bound| bound.name).collect()
}

fn of_signature(sig: &Signature) -> Vec<Binding> {
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
                    ty: None,
                    owned,
                });
            }
            FnArg::Typed(argument) => {
                let first = found.len();
                bound_by(&argument.pat, !is_reference(&argument.ty), &mut found);
                if let (Pat::Ident(_), Some(whole)) = (&*argument.pat, found.get_mut(first)) {
                    whole.ty = Some((*argument.ty).clone());
                }
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
                ty: None,
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
