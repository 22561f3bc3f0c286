//! The body of the function, in a closure or an `async` block of its own.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::ext::IdentExt;

use crate::item::mentions;

use super::{Names, Watched};

impl Watched<'_> {
    /// The body in a closure: `return` and `?` in it end it, and not the function.
    ///
    /// Clippy tells of a large error at the function, and not at all where a trait asks for it. It would tell
    /// of it at the closure once more.
    pub(super) fn call(&self, at: Span) -> TokenStream {
        let whole = &self.returned.whole;
        let order = self
            .drop_order(at)
            .map(|order| quote_spanned!(at=> if false { #order }));
        let body = untouched(&self.function.body, at);
        quote_spanned!(at=> #[allow(clippy::result_large_err)] move || -> #whole { #order #body })
    }

    /// The body in an `async` block.
    pub(super) fn block(&self, names: &Names, at: Span) -> TokenStream {
        let edge = self.edge(names, at);
        let body = untouched(&self.function.body, at);
        quote_spanned!(at=> async move { #edge #body })
    }

    /// A way out that is never taken. It names the type to an `async` block, which has no annotation: `?`,
    /// coercions and errors in the body then are as in the function itself.
    fn edge(&self, names: &Names, at: Span) -> TokenStream {
        let value = &names.value;
        let ty = &self.returned.value;
        let order = self.drop_order(at);
        quote_spanned! {at=>
            if let ::core::option::Option::Some(#value) = ::core::option::Option::None::<#ty> {
                #order
                return #value;
            }
        }
    }

    /// A closure or `async` block drops what it captured in the order in which it names it; a function drops
    /// its arguments from the last to the first. So they are named in that order, where it can matter.
    ///
    /// An argument that the body does not use stays out of it, and the compiler's warning about it stays.
    fn drop_order(&self, at: Span) -> Option<TokenStream> {
        let owned: Vec<_> = self
            .bindings
            .of_signature
            .iter()
            .filter(|bound| bound.owned)
            .collect();
        if owned.len() < 2 {
            return None;
        }
        let body = self.function.body.to_string();
        let mut allow = None;
        let used: Vec<_> = owned
            .iter()
            .rev()
            .map(|bound| &bound.name)
            .filter(|name| {
                let name = name.unraw().to_string();
                if name.starts_with('_') {
                    allow = Some(quote_spanned!(at=> #[allow(clippy::used_underscore_binding)]));
                }
                name.starts_with('_') || mentions(&body, &name)
            })
            .collect();
        Some(quote_spanned!(at=> #allow let _ = (#(&#used,)*);))
    }
}

/// The same tokens, shown at `at`.
pub(super) fn shown_at(tokens: &TokenStream, at: Span) -> TokenStream {
    tokens
        .clone()
        .into_iter()
        .map(|mut token| {
            token.set_span(token.span().located_at(at));
            token
        })
        .collect()
}

/// The same name, shown at `at`.
pub(super) fn name_at(name: &Ident, at: Span) -> Ident {
    let mut name = name.clone();
    name.set_span(name.span().located_at(at));
    name
}

/// The user's position in the macro's context.
pub(super) fn call_site(position: Span) -> Span {
    Span::call_site().located_at(position)
}

pub(super) fn braces(tokens: TokenStream, at: Span) -> TokenTree {
    let mut group = Group::new(Delimiter::Brace, tokens);
    group.set_span(at);
    TokenTree::Group(group)
}

/// The body, all its tokens untouched, its braces among them: by those the compiler tells in which edition the
/// last expression's temporaries are dropped, and that an error in an unfinished body was said before.
pub(super) fn untouched(body: &Group, at: Span) -> TokenStream {
    quote_spanned!(at=> #[allow(unused_braces)] #body)
}
