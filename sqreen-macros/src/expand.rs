//! What comes out: the same signature around a body that reports.
//!
//! Three rules keep the compiler's words about the user's code as they were:
//!
//! - Tokens that we add stand where the user's do, but in the context of the call site
//!   (`call_site().located_at(..)`), the braces of the body among them. Lints that look for a user's own
//!   braces or statements then pass over ours.
//! - Only names of local variables are `mixed_site`, so that they and the user's never meet. Blocks are not:
//!   another attribute may span its own names by them.
//! - The body is one block of its own. What it imports does not reach the types that we name.
//!
//! The last value is returned by `return`: `clippy::implicit_return` looks at it, its opposite does not.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;

use crate::attribute::Attribute;
use crate::capture::{Binding, Who};
use crate::item::Function;
use crate::place::Place;
use crate::returned::{Returned, When};

/// All that the stages before found out.
pub(crate) struct Watched<'a> {
    pub(crate) attribute: Attribute,
    /// The path of the crate.
    pub(crate) root: &'a TokenStream,
    pub(crate) function: &'a Function,
    pub(crate) bindings: &'a [Binding],
    pub(crate) who: &'a Who,
    pub(crate) returned: &'a Returned,
}

/// The local variables of an expansion.
struct Names {
    attempt: Ident,
    early: Ident,
    future: Ident,
    out: Ident,
    refused: Ident,
    shape: Ident,
    value: Ident,
    who: Ident,
}

impl Names {
    fn at(span: Span) -> Self {
        let local = Span::mixed_site().located_at(span);
        let name = |name| Ident::new(name, local);
        Self {
            attempt: name("__attempt"),
            early: name("__early"),
            future: name("__future"),
            out: name("__out"),
            refused: name("__refused"),
            shape: name("__shape"),
            value: name("__value"),
            who: name("__who"),
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
    ///     let __attempt = Login::enter(site!(..), |__who| { __who.add("email", &email); });
    ///     (refusal)
    ///     let __out: Result<User, Error> = async move { (edge) { body } }.await;
    ///     __attempt.finish((&&Returned(&__out)).classify());
    ///     return __out;
    /// }
    /// ```
    ///
    /// A function that returns a future reads the identity when it is called, and does all else where the
    /// future is polled.
    pub(crate) fn expand(&self) -> TokenStream {
        let at = call_site(self.function.body.span());
        let names = Names::at(self.function.body.span());
        let Names { early, future, .. } = &names;
        let Function { header, inner, .. } = self.function;

        let kept = self.reads_early().map(|pairs| {
            let root = self.root;
            let capture = capture(pairs, &names, at);
            quote_spanned!(at=> let #early = #root::__private::Captured::early(#capture);)
        });
        let watched = match self.returned.when {
            When::Now => self.watch(&names, at, &self.call(at)),
            When::Awaited => {
                let edge = self.edge(&names, at);
                let body = respanned(&self.function.body, at);
                self.watch(
                    &names,
                    at,
                    &quote_spanned!(at=> async move { #edge #body }.await),
                )
            }
            When::Future { boxed } => {
                let call = self.call(at);
                let watched = self.watch(&names, at, &quote_spanned!(at=> #future.await));
                let polled = quote_spanned!(at=> async move { #watched });
                let polled = if boxed {
                    quote_spanned!(at=> ::std::boxed::Box::pin(#polled))
                } else {
                    polled
                };
                quote_spanned!(at=> let #future = #call; return #polled;)
            }
        };
        // The outermost braces are the user's: an item that ends in ours would be ours to the `dead_code` lint.
        let body = braces(quote!(#inner #kept #watched), self.function.body.span());
        quote!(#header #body)
    }

    /// What is read from the arguments but needed only after they are gone.
    fn reads_early(&self) -> Option<&[(String, Place)]> {
        match self.who {
            Who::Arguments(pairs)
                if self.attribute == Attribute::Identify
                    || matches!(self.returned.when, When::Future { .. }) =>
            {
                Some(pairs)
            }
            _ => None,
        }
    }

    /// The steps around `run`, which gives the value.
    fn watch(&self, names: &Names, at: Span, run: &TokenStream) -> TokenStream {
        match self.attribute {
            Attribute::TrackAuth | Attribute::TrackSignup => self.attempt(names, at, run),
            Attribute::Identify => self.session(names, at, run),
        }
    }

    /// A banned user is refused before the body runs: with the function's own error, or by the layer, or
    /// with the function's own word for nobody. Where there is none of them, the function goes on.
    fn attempt(&self, names: &Names, at: Span, run: &TokenStream) -> TokenStream {
        let Names {
            attempt,
            out,
            refused,
            ..
        } = names;
        let Self {
            root,
            returned: Returned { value, when, .. },
            ..
        } = self;
        let kind = Ident::new(self.attribute.kind(), at);
        let (site, who) = (self.site(at), self.who(names, at));
        let refuse = if *when == When::Now {
            self.refuse(names, at)
        } else {
            let shape = self.shape(names, at);
            let error = answer(names, at, &quote_spanned!(at=> error(#refused)));
            let absence = answer(names, at, &quote_spanned!(at=> absence()));
            quote_spanned!(at=> #shape #error #attempt.park().await; #absence)
        };
        let outcome = self.ask(names, "classify");
        quote_spanned! {at=>
            let #attempt = #root::__private::#kind::enter(#site, #who);
            if let ::core::option::Option::Some(#refused) = #attempt.refused() {
                #refuse
            }
            let #out: #value = #run;
            #attempt.finish(#outcome);
            return #out;
        }
    }

    /// A banned user is refused once the body has said who it is.
    fn session(&self, names: &Names, at: Span, run: &TokenStream) -> TokenStream {
        let Names {
            attempt,
            out,
            refused,
            shape,
            value: kept,
            ..
        } = names;
        let Self {
            root,
            returned: Returned { value, .. },
            ..
        } = self;
        let (site, who) = (self.site(at), self.who(names, at));
        let seen = quote_spanned! {at=>
            let #out: #value = #run;
            let #attempt = #root::__private::session(#site, #who);
        };
        if self.returned.when == When::Now {
            let refuse = self.refuse(names, at);
            return quote_spanned! {at=>
                #seen
                if let ::core::option::Option::Some(#refused) = #attempt.refused() {
                    #refuse
                }
                return #out;
            };
        }
        // The value is gone before the wait, where it is not needed again. Held over it, it would be part of
        // the future and have to be `Send`. Its scope has to end: it was borrowed, so moving it away is not
        // enough.
        let named = self.shape(names, at);
        let error = answer(names, at, &quote_spanned!(at=> error(#refused)));
        quote_spanned! {at=>
            let (#attempt, #kept) = {
                #seen
                let ::core::option::Option::Some(#refused) = #attempt.refused() else { return #out; };
                {
                    #named
                    #error
                    (#attempt, (&&#shape).keep(#out))
                }
            };
            #attempt.park().await;
            return #root::__private::word(#kept);
        }
    }

    /// Returns the refusal, where the function's type has a word for it.
    fn refuse(&self, names: &Names, at: Span) -> TokenStream {
        let refused = &names.refused;
        let shape = self.shape(names, at);
        let refuse = answer(names, at, &quote_spanned!(at=> refuse(#refused)));
        quote_spanned!(at=> #shape #refuse)
    }

    /// What the type that is returned can be asked.
    fn shape(&self, names: &Names, at: Span) -> TokenStream {
        let named = &names.shape;
        let Self {
            root,
            returned: Returned { shape, .. },
            ..
        } = self;
        quote_spanned! {at=>
            use #root::__private::tags::*;
            let #named = #root::__private::Returns::<#shape>::TYPE;
        }
    }

    /// The `static` that stands for this place.
    fn site(&self, at: Span) -> TokenStream {
        let root = self.root;
        let kind = Ident::new(self.attribute.kind(), at);
        let function = self.function.name().unraw().to_string();
        let keys = match self.who {
            Who::Arguments(pairs) => pairs.iter().map(|(key, _)| key.as_str()).collect(),
            Who::Returned => Vec::new(),
        };
        quote_spanned!(at=> #root::__private::site!(#kind #function #(#keys)*))
    }

    /// The closure that says who the user is.
    fn who(&self, names: &Names, at: Span) -> TokenStream {
        let Names { early, who, .. } = names;
        match self.who {
            Who::Returned => {
                let root = self.root;
                // An error about the type is shown at the return type.
                let returned = call_site(self.returned.span);
                let mut out = names.out.clone();
                out.set_span(out.span().located_at(self.returned.span));
                let found = quote_spanned!(returned=> #root::__private::who(&#out, #who));
                quote_spanned!(at=> |#who| #found)
            }
            Who::Arguments(_) if self.attribute == Attribute::Identify => {
                let present = self.ask(names, "present");
                quote_spanned! {at=>
                    |#who| #present && {
                        #early.give(#who);
                        true
                    }
                }
            }
            Who::Arguments(_) if self.reads_early().is_some() => {
                quote_spanned!(at=> |#who| #early.give(#who))
            }
            Who::Arguments(pairs) => capture(pairs, names, at),
        }
    }

    /// Asks the returned value something, by method resolution.
    fn ask(&self, names: &Names, question: &str) -> TokenStream {
        let root = self.root;
        let out = &names.out;
        let at = call_site(self.returned.span);
        let question = Ident::new(question, at);
        quote_spanned! {at=>
            {
                use #root::__private::tags::*;
                (&&#root::__private::Returned(&#out)).#question()
            }
        }
    }

    /// The body in a closure: `return` and `?` in it end it, and not the function.
    fn call(&self, at: Span) -> TokenStream {
        let Self {
            root,
            returned: Returned { whole, .. },
            ..
        } = self;
        let order = self
            .drop_order(at)
            .map(|order| quote_spanned!(at=> if false { #order }));
        let body = respanned(&self.function.body, at);
        quote_spanned!(at=> #root::__private::call_once(move || -> #whole { #order #body }))
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
        let owned: Vec<_> = self.bindings.iter().filter(|bound| bound.owned).collect();
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

/// `|who| { who.add("email", &email); }`
fn capture(pairs: &[(String, Place)], names: &Names, at: Span) -> TokenStream {
    let who = &names.who;
    let pairs = pairs.iter().map(|(key, place)| {
        // An error about the value's type is shown at the value.
        let at = call_site(place.span());
        quote_spanned!(at=> #who.add(#key, &#place);)
    });
    quote_spanned!(at=> |#who| { #(#pairs)* })
}

/// Returns what the shape says to `question`, if it is anything.
fn answer(names: &Names, at: Span, question: &TokenStream) -> TokenStream {
    let Names { shape, value, .. } = names;
    quote_spanned! {at=>
        if let ::core::option::Option::Some(#value) = (&&#shape).#question.value() {
            return #value;
        }
    }
}

/// The user's position in the macro's context.
fn call_site(position: Span) -> Span {
    Span::call_site().located_at(position)
}

fn braces(tokens: TokenStream, at: Span) -> TokenTree {
    let mut group = Group::new(Delimiter::Brace, tokens);
    group.set_span(at);
    TokenTree::Group(group)
}

/// The body, its own tokens untouched.
fn respanned(body: &Group, at: Span) -> TokenTree {
    braces(body.stream(), at)
}

/// Whether a text of tokens has `name` as a word, be it in a format string.
fn mentions(tokens: &str, name: &str) -> bool {
    let is_word = |c: char| c == '_' || c.is_alphanumeric();
    let mut parts = tokens.split(name).peekable();
    while let (Some(before), Some(after)) = (parts.next(), parts.peek()) {
        if !before.ends_with(is_word) && !after.starts_with(is_word) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests;
