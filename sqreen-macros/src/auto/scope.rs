//! The structs that the text around a function defines.

use proc_macro2::TokenTree;
use quote::ToTokens;
use syn::{Attribute, ItemStruct, Type};

use super::scan::{Item, Kind};
use super::types::strip;

/// What is defined where a function stands, and around it.
#[derive(Default)]
pub(super) struct Scope<'a> {
    structs: Vec<Defined<'a>>,
    /// Types with an `impl Identity for`.
    identities: Vec<&'a str>,
}

#[derive(Clone, Copy)]
pub(super) struct Defined<'a> {
    pub(super) item: &'a ItemStruct,
    /// `#[derive(Identity)]`
    derives: bool,
}

impl<'a> Scope<'a> {
    /// Adds what these items define, and gives what [`leave`](Self::leave) needs.
    pub(super) fn enter(&mut self, items: &'a [Item]) -> (usize, usize) {
        let outside = (self.structs.len(), self.identities.len());
        for item in items {
            match &item.kind {
                Kind::Struct(defined) => self.structs.push(Defined {
                    item: defined,
                    derives: derives_identity(&item.attrs),
                }),
                Kind::Impl(implementation) if implementation.is_of("Identity") => {
                    self.identities.push(&implementation.container.name);
                }
                _ => {}
            }
        }
        outside
    }

    pub(super) fn leave(&mut self, (structs, identities): (usize, usize)) {
        self.structs.truncate(structs);
        self.identities.truncate(identities);
    }

    /// The innermost struct of that name.
    pub(super) fn find(&self, ty: &Type) -> Option<Defined<'a>> {
        let Type::Path(path) = strip(ty) else {
            return None;
        };
        let mut segments = path.path.segments.iter().rev();
        let name = &segments.next()?.ident;
        if !segments.all(|segment| segment.ident == "self" || segment.ident == "super") {
            return None;
        }
        let mut known = self.structs.iter().rev();
        known.find(|known| known.item.ident == *name).copied()
    }

    pub(super) fn is_identity(&self, known: Defined<'_>) -> bool {
        known.derives || self.identities.iter().any(|name| known.item.ident == name)
    }

    /// Whether the type can be seen and does not say which user it is.
    pub(super) fn is_nobody(&self, user: &Type) -> bool {
        self.find(user)
            .is_some_and(|known| !self.is_identity(known))
    }
}

fn derives_identity(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| {
        attr.path().is_ident("derive")
            && attr
                .meta
                .to_token_stream()
                .into_iter()
                .any(mentions_identity)
    })
}

fn mentions_identity(token: TokenTree) -> bool {
    match token {
        TokenTree::Ident(word) => word == "Identity",
        TokenTree::Group(group) => group.stream().into_iter().any(mentions_identity),
        _ => false,
    }
}
