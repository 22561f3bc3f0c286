//! What a banned user's call returns: what the attribute says, or a word of the function's own type, or, in
//! `async` code under the layer, nothing more.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::Expr;
use syn::spanned::Spanned;

use crate::question::grouped;
use crate::returned::When;

use super::body::{call_site, name_at, shown_at};
use super::{Names, Watched};

impl Watched<'_> {
    /// Before the body: `attempt` may say that it must not run. Where nothing can be returned, it does.
    ///
    /// An attempt of an async function looks itself while it is polled, which is less code.
    pub(super) fn refuse_before(&self, names: &Names, attempt: &Ident, at: Span) -> TokenStream {
        let Names { refused, value, .. } = names;
        let waits = self.returned.when != When::Now;
        let park = waits.then(|| quote_spanned!(at=> #attempt.park().await;));
        if let Some(banned) = self.banned(names) {
            return quote_spanned! {at=>
                if let ::core::option::Option::Some(#refused) = #attempt.refused() {
                    #park
                    #banned
                }
            };
        }
        if waits && self.attribute.is_attempt() {
            return TokenStream::new();
        }
        let word = self.word(at);
        if waits {
            return quote_spanned! {at=>
                if #attempt.is_refused() {
                    if let ::core::option::Option::Some(#value) = #attempt.refuse(#word).await {
                        return #value;
                    }
                }
            };
        }
        quote_spanned! {at=>
            if let ::core::option::Option::Some(#value) = #attempt.refusal(#word) {
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
        if let Some(banned) = self.banned(names) {
            return quote_spanned! {at=>
                let (#session, #refused) = {
                    #seen
                    let ::core::option::Option::Some(#refused) = #session.refused() else { return #out; };
                    (#session, #refused)
                };
                #session.park().await;
                #banned
            };
        }
        let word = self.word(at);
        quote_spanned! {at=>
            let #kept = {
                #seen
                if !#session.is_refused() {
                    return #out;
                }
                #session.stop(#word, #out)
            };
            return #kept.await;
        }
    }

    /// `banned = …`
    fn banned(&self, names: &Names) -> Option<TokenStream> {
        let Names { refused, value, .. } = names;
        let (root, ty) = (self.root, &self.returned.value);
        let banned = self.args.banned.as_ref()?;
        let at = call_site(banned.span());
        let (root, refused) = (shown_at(root, at), name_at(refused, at));
        let banned = match grouped(banned) {
            Expr::Closure(_) => quote_spanned!(at=> #root::__private::refuse(#refused, #banned)),
            value => quote_spanned!(at=> { let _ = #refused; #value }),
        };
        Some(quote_spanned!(at=> let #value: #ty = #banned; return #value;))
    }

    /// The word that the returned type has for a refusal.
    pub(super) fn word(&self, at: Span) -> TokenStream {
        let (root, shape, tags) = (self.root, &self.returned.shape, self.tags(at));
        quote_spanned!(at=> { #tags (&&#root::__private::Returns::<#shape>::TYPE).refuse() })
    }
}
