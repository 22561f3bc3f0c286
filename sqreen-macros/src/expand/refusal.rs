//! What a banned user's call returns: what the attribute says, or a word of the function's own type, or, in
//! `async` code under the layer, nothing more.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::Expr;
use syn::spanned::Spanned;

use crate::returned::When;

use super::body::{call_site, name_at, shown_at};
use super::{Names, Watched};

impl Watched<'_> {
    /// Before the body: `attempt` says that it must not run. Where nothing can be returned, it does.
    pub(super) fn refuse_before(&self, names: &Names, attempt: &Ident, at: Span) -> TokenStream {
        if self.returned.when == When::Now {
            return self.refuse_now(names, at);
        }
        if let Some(banned) = self.banned(names) {
            return quote_spanned!(at=> #attempt.park().await; #banned);
        }
        let Names { value, word, .. } = names;
        let (tags, ask) = (self.tags(at), self.ask_the_type(names, at));
        quote_spanned! {at=>
            #tags
            let #word = #ask;
            if #word.waits() {
                #attempt.park().await;
            }
            if let ::core::option::Option::Some(#value) = #word.value() {
                return #value;
            }
        }
    }

    /// Returns the refusal, where the function's type has a word for it.
    pub(super) fn refuse_now(&self, names: &Names, at: Span) -> TokenStream {
        if let Some(banned) = self.banned(names) {
            return banned;
        }
        let value = &names.value;
        let (tags, ask) = (self.tags(at), self.ask_the_type(names, at));
        quote_spanned! {at=>
            #tags
            if let ::core::option::Option::Some(#value) = #ask.value() {
                return #value;
            }
        }
    }

    /// After an async body, in a function that is done or waits to be dropped.
    ///
    /// The value is gone before the wait, where it is not needed again. Held over it, it would be part of the
    /// future and have to be `Send`. Its scope has to end: it was borrowed, so moving it away is not enough.
    pub(super) fn refuse_awaiting(
        &self,
        names: &Names,
        at: Span,
        seen: &TokenStream,
    ) -> TokenStream {
        let Names {
            kept,
            out,
            refused,
            session,
            ..
        } = names;
        let root = self.root;
        let unless = quote_spanned! {at=>
            #seen
            let ::core::option::Option::Some(#refused) = #session.refused() else { return #out; };
        };
        if let Some(banned) = self.banned(names) {
            return quote_spanned! {at=>
                let (#session, #refused) = { #unless (#session, #refused) };
                #session.park().await;
                #banned
            };
        }
        let (tags, ask) = (self.tags(at), self.ask_the_type(names, at));
        quote_spanned! {at=>
            let (#session, #kept) = {
                #unless
                (#session, { #tags #ask.instead_of(#out) })
            };
            if #kept.waits() {
                #session.park().await;
            }
            return #root::__private::answer(#kept);
        }
    }

    /// `banned = …`
    fn banned(&self, names: &Names) -> Option<TokenStream> {
        let Names { refused, value, .. } = names;
        let (root, ty) = (self.root, &self.returned.value);
        let banned = self.args.banned.as_ref()?;
        let at = call_site(banned.span());
        let (root, refused) = (shown_at(root, at), name_at(refused, at));
        let banned = match banned {
            Expr::Closure(_) => quote_spanned!(at=> #root::__private::refuse(#refused, #banned)),
            value => quote_spanned!(at=> { let _ = #refused; #value }),
        };
        Some(quote_spanned!(at=> let #value: #ty = #banned; return #value;))
    }

    /// What the type that is returned says of a refusal.
    fn ask_the_type(&self, names: &Names, at: Span) -> TokenStream {
        let refused = &names.refused;
        let (root, shape) = (self.root, &self.returned.shape);
        quote_spanned!(at=> (&&#root::__private::Returns::<#shape>::TYPE).refuse(#refused))
    }
}
