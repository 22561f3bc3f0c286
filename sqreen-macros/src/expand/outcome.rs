//! How an attempt ended: as the attribute says, otherwise by the type of what was returned.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Pat;
use syn::spanned::Spanned;

use crate::question::Pattern;

use super::body::{call_site, name_at, shown_at};
use super::{Names, Watched};

impl Watched<'_> {
    /// An `Outcome`.
    pub(super) fn outcome(&self, names: &Names, at: Span) -> TokenStream {
        let root = self.root;
        let failure = self.args.failure.as_ref();
        let arms = [(failure, "Failure"), (self.args.error.as_ref(), "Error")];
        let arms: Vec<_> = arms
            .into_iter()
            .filter_map(|(pattern, outcome)| Some((pattern?, Ident::new(outcome, at))))
            .map(|(pattern, outcome)| {
                let matches = self.matches(names, pattern);
                quote_spanned!(at=> if #matches { #root::__private::Outcome::#outcome } else)
            })
            .collect();
        let rest = match self.succeeded(names) {
            Some(success) => success,
            None if arms.is_empty() => return self.ask(names, "classify"),
            None => {
                // What is no failure is an error, or the other way round.
                let error = if failure.is_some() {
                    "Error"
                } else {
                    "Failure"
                };
                let error = Ident::new(error, at);
                self.ask_with(
                    names,
                    "rest",
                    &quote_spanned!(at=> #root::__private::Outcome::#error),
                )
            }
        };
        if arms.is_empty() {
            return rest;
        }
        quote_spanned!(at=> #(#arms)* { #rest })
    }

    /// `success = predicate`
    pub(super) fn succeeded(&self, names: &Names) -> Option<TokenStream> {
        let success = self.args.success.as_ref()?;
        let at = call_site(success.span());
        let (root, out) = (shown_at(self.root, at), name_at(&names.out, at));
        let success = &success.expr;
        Some(quote_spanned!(at=> #root::__private::check(&#out, #success)))
    }

    /// Whether the value, or its error, is as `pattern` says.
    fn matches(&self, names: &Names, pattern: &Pattern) -> TokenStream {
        let at = call_site(pattern.pat.span());
        let (pat, guard) = (&pattern.pat, pattern.guard());
        let pat = match pat {
            Pat::Or(_) if pattern.is_constant() => quote_spanned!(at=> &(#pat)),
            _ if pattern.is_constant() => quote_spanned!(at=> &#pat),
            _ => quote!(#pat),
        };
        // A name that is nothing would match everything. A constant or a variant can be named elsewhere.
        let named = pattern
            .constant_name()
            .map(|name| quote_spanned!(at=> if false { let _ = #name; }));
        let matches = |subject: TokenStream| quote_spanned!(at=> { #named match #subject { #pat #guard => true, _ => false } });
        if pattern.is_of_the_whole() {
            let out = name_at(&names.out, at);
            return matches(quote_spanned!(at=> &#out));
        }
        let (subject, found) = (self.ask(names, "subject"), name_at(&names.found, at));
        let matches = matches(quote_spanned!(at=> { #found }));
        quote_spanned! {at=>
            match #subject {
                ::core::option::Option::Some(#found) => #matches,
                ::core::option::Option::None => false,
            }
        }
    }

    /// Asks the returned value something, by method resolution.
    pub(super) fn ask(&self, names: &Names, question: &str) -> TokenStream {
        self.ask_with(names, question, &TokenStream::new())
    }

    fn ask_with(&self, names: &Names, question: &str, argument: &TokenStream) -> TokenStream {
        let (root, out) = (self.root, &names.out);
        let at = call_site(self.returned.span);
        let (tags, question) = (self.tags(at), Ident::new(question, at));
        quote_spanned! {at=>
            {
                #tags
                (&&#root::__private::Returned(&#out)).#question(#argument)
            }
        }
    }
}
