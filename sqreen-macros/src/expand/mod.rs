//! What comes out: the same signature around a body that reports.
//!
//! Three rules keep the compiler's words about the user's code as they were:
//!
//! - Tokens that we add stand where the user's do, but in the context of the call site
//!   (`call_site().located_at(..)`). Lints that look for a user's own statements then pass over ours.
//! - Only names of local variables are `mixed_site`, so that they and the user's never meet. Blocks are not:
//!   another attribute may span its own names by them.
//! - The body is one block of its own. What it imports does not reach the types that we name.
//!
//! The last value is returned by `return`: `clippy::implicit_return` looks at it, its opposite does not.

mod body;
mod outcome;
mod read;
mod refusal;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;

use crate::args::Args;
use crate::attribute::Attribute;
use crate::bindings::Bindings;
use crate::capture::{Found, Reads};
use crate::item::Function;
use crate::returned::{Returned, When};

use body::{braces, call_site};

/// All that the stages before found out.
pub(crate) struct Watched<'a> {
    pub(crate) attribute: Attribute,
    pub(crate) args: &'a Args,
    /// The path of the crate.
    pub(crate) root: &'a TokenStream,
    pub(crate) function: &'a Function,
    pub(crate) bindings: &'a Bindings,
    pub(crate) reads: &'a Reads,
    pub(crate) returned: &'a Returned,
}

/// The local variables of an expansion.
struct Names {
    attempt: Ident,
    by: Ident,
    early: Ident,
    found: Ident,
    future: Ident,
    inside: Ident,
    kept: Ident,
    out: Ident,
    outcome: Ident,
    refused: Ident,
    session: Ident,
    told: Ident,
    value: Ident,
}

impl Names {
    fn at(span: Span) -> Self {
        let local = Span::mixed_site().located_at(span);
        let name = |name| Ident::new(name, local);
        Self {
            attempt: name("__attempt"),
            by: name("__by"),
            early: name("__early"),
            found: name("__found"),
            future: name("__future"),
            inside: name("__inside"),
            kept: name("__kept"),
            out: name("__out"),
            outcome: name("__outcome"),
            refused: name("__refused"),
            session: name("__session"),
            told: name("__told"),
            value: name("__value"),
        }
    }
}

impl Watched<'_> {
    /// Input:
    ///
    /// ```text
    /// async fn login(email: &str, password: &str) -> Result<User, Error> { body }
    /// ```
    ///
    /// Output:
    ///
    /// ```text
    /// async fn login(email: &str, password: &str) -> Result<User, Error> {
    ///     let mut __attempt = Attempt::enter(site!(..), &[("email", &email)]);
    ///     (refusal)
    ///     let __out: Result<User, Error> = __attempt.watch(async move { (edge) { body } }).await;
    ///     __attempt.finish((&&Returned(&__out)).classify());
    ///     return __out;
    /// }
    /// ```
    ///
    /// A function that returns a future reads its arguments when it is called, and does all else where the
    /// future is polled.
    pub(crate) fn expand(&self) -> TokenStream {
        let at = call_site(self.function.body.span());
        let names = Names::at(self.function.body.span());
        let future = &names.future;
        let Function { header, inner, .. } = self.function;

        let root = self.root;
        let read = self.reads_early().then(|| self.reading_early(&names, at));
        let watched = match self.returned.when {
            When::Now | When::Awaited => self.watch(&names, at),
            When::Future { boxed } => {
                let call = self.call(at);
                let call = quote_spanned!(at=> #root::__private::call_once(#call));
                let watched = self.watch(&names, at);
                let polled = quote_spanned!(at=> async move { #watched });
                let polled = if boxed {
                    quote_spanned!(at=> ::std::boxed::Box::pin(#polled))
                } else {
                    polled
                };
                // Not by `return`: other attributes know what `#[async_trait]` makes by its last expression.
                quote_spanned! {at=>
                    let #future = #call;
                    #[allow(clippy::implicit_return)]
                    #polled
                }
            }
        };
        // The outermost braces are the user's: an item that ends in ours would be ours to the `dead_code` lint.
        let body = braces(quote!(#inner #read #watched), self.function.body.span());
        quote!(#header #body)
    }

    /// The steps around the body.
    fn watch(&self, names: &Names, at: Span) -> TokenStream {
        match self.attribute {
            Attribute::TrackAuth | Attribute::TrackSignup => self.attempt(names, at),
            Attribute::Identify if self.reads.at_entry => self.session_at_entry(names, at),
            Attribute::Identify => self.session(names, at),
            Attribute::Track => self.custom(names, at),
        }
    }

    /// A banned user is refused before the body runs.
    fn attempt(&self, names: &Names, at: Span) -> TokenStream {
        let Names { attempt, out, .. } = names;
        let (root, value) = (self.root, &self.returned.value);
        let site = self.site(at);
        let into = quote_spanned!(at=> mut #attempt);
        let enter = if let Some(user) = self.lies_ready(at) {
            quote_spanned!(at=> let #into = #root::__private::Attempt::enter(#site, &[#user]);)
        } else {
            let enter = |closure: &TokenStream| quote_spanned!(at=> #root::__private::Attempt::enter_with(#site, #closure));
            self.entering(names, at, &into, &enter)
        };
        let refuse = self.refuse_before(names, attempt, at);
        let run = if self.returned.when == When::Now {
            let run = self.run(names, at);
            let inside = &names.inside;
            quote_spanned! {at=>
                let #out: #value = {
                    let #inside = #attempt.inside();
                    #run
                };
            }
        } else {
            let body = self.future(names, at);
            let word = if self.args.banned.is_some() {
                quote_spanned!(at=> #root::__private::Unsaid)
            } else {
                self.word(at)
            };
            quote_spanned!(at=> let #out: #value = #attempt.watch(#word, #body).await;)
        };
        let finish = self.finish(names, at);
        quote_spanned! {at=>
            #enter
            #refuse
            #run
            #attempt.#finish;
            return #out;
        }
    }

    /// A banned user is stopped once the body has said who it is.
    fn session(&self, names: &Names, at: Span) -> TokenStream {
        let Names { out, session, .. } = names;
        let (root, value) = (self.root, &self.returned.value);
        let (site, run) = (self.site(at), self.run(names, at));
        let look = if self.returned_says_all() {
            // An error about the type is shown at the return type.
            let at = call_site(self.returned.span);
            let (root, out) = (body::shown_at(root, at), body::name_at(out, at));
            quote_spanned!(at=> #root::__private::session_of(#site, &#out))
        } else {
            let who = self.who(names, at);
            quote_spanned!(at=> #root::__private::session(#site, #who))
        };
        let seen = quote_spanned! {at=>
            let #out: #value = #run;
            let #session = #look;
        };
        if self.returned.when != When::Now {
            return self.refuse_awaiting(names, at, &seen);
        }
        let refuse = self.refuse_before(names, session, at);
        quote_spanned! {at=>
            #seen
            #refuse
            return #out;
        }
    }

    /// A user who is known before the body runs is stopped there. Nothing has to be known of the body then,
    /// and it stays as it is.
    fn session_at_entry(&self, names: &Names, at: Span) -> TokenStream {
        let Names {
            future, session, ..
        } = names;
        let root = self.root;
        let site = self.site(at);
        let enter =
            |closure: &TokenStream| quote_spanned!(at=> #root::__private::session(#site, #closure));
        let refuse = self.refuse_before(names, session, at);
        let enter = self.entering(names, at, &quote_spanned!(at=> #session), &enter);
        let body = if matches!(self.returned.when, When::Future { .. }) {
            quote_spanned!(at=> return #future.await;)
        } else {
            body::untouched(&self.function.body, at)
        };
        quote_spanned! {at=>
            #enter
            #refuse
            #body
        }
    }

    /// An event is told once the function has returned; it stops nobody.
    fn custom(&self, names: &Names, at: Span) -> TokenStream {
        let out = &names.out;
        let (root, value) = (self.root, &self.returned.value);
        let (site, what) = (self.site(at), self.who(names, at));
        let (run, event) = (self.run(names, at), &self.args.event);
        quote_spanned! {at=>
            let #out: #value = #run;
            #root::__private::custom(#site, #event, #what);
            return #out;
        }
    }

    /// Runs the body and gives its value.
    fn run(&self, names: &Names, at: Span) -> TokenStream {
        let root = self.root;
        match self.returned.when {
            When::Now => {
                let call = self.call(at);
                quote_spanned!(at=> #root::__private::call_once(#call))
            }
            When::Awaited | When::Future { .. } => {
                let future = self.future(names, at);
                quote_spanned!(at=> #future.await)
            }
        }
    }

    /// The body as a future.
    fn future(&self, names: &Names, at: Span) -> TokenStream {
        match self.returned.when {
            When::Future { .. } => {
                let future = &names.future;
                quote!(#future)
            }
            _ => self.block(names, at),
        }
    }

    /// The traits by which types are told apart. Not every type needs one of them, and a path that the user
    /// wrote would be the user's unused import.
    fn tags(&self, at: Span) -> TokenStream {
        let root = self.root;
        let allow = self
            .args
            .has_root()
            .then(|| quote_spanned!(at=> #[allow(unused_imports)]));
        quote_spanned!(at=> #allow use #root::__private::tags::*;)
    }

    /// The `static` that stands for this place.
    fn site(&self, at: Span) -> TokenStream {
        let root = self.root;
        let kind = Ident::new(self.attribute.kind(), at);
        let function = self.function.name().unraw().to_string();
        let keys = self.reads.keys();
        let resolves =
            self.attribute.is_attempt() && matches!(self.reads.found, Some(Found::Asked(_)));
        let resolving = resolves.then(|| quote_spanned!(at=> => resolving));
        // A call in the user's own context: in ours its place would be that of the attribute, which `auto` has
        // for a whole module.
        let name = self.function.name().span();
        let here = quote_spanned!(name=> here());
        quote_spanned!(at=> #root::__private::site!(#kind #function #here #(#keys)* #resolving))
    }
}

#[cfg(test)]
mod tests;
