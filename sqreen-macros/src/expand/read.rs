//! The closures that read: from the arguments before the body, and from what it returned.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{ExprClosure, ReturnType};

use crate::attribute::Attribute;
use crate::capture::{Found, Typed};
use crate::place::Place;
use crate::question::Question;
use crate::returned::When;

use super::body::{call_site, name_at, shown_at};
use super::{Names, Watched};

impl Watched<'_> {
    /// Whether anything is read from the arguments that is needed only after they are gone.
    pub(super) fn reads_early(&self) -> bool {
        let reads = self.reads;
        let anything = !matches!(reads.typed, Typed::Nobody)
            || !reads.of_arguments.is_empty()
            || reads.digested.is_some()
            || reads.context.is_some();
        let later = matches!(self.returned.when, When::Future { .. })
            || !(self.attribute.is_attempt() || reads.at_entry);
        anything && later
    }

    /// `("email", &email), ..`, where nothing has to be run to read it, and nothing else is read.
    pub(super) fn lies_ready(&self, at: Span) -> Option<TokenStream> {
        let reads = self.reads;
        let Typed::Named(pairs) = &reads.typed else {
            return None;
        };
        let plain = pairs.iter().all(|(_, place)| place.is_plain())
            && reads.of_arguments.is_empty()
            && reads.digested.is_none()
            && reads.context.is_none()
            && self.bindings.moved.is_empty()
            && !self.reads_early();
        plain.then(|| {
            let pairs = pairs.iter().map(|(key, place)| {
                // An error about the value's type is shown at the value.
                let value = call_site(place.taken().map_or(place.span(), Ident::span));
                let value = quote_spanned!(value=> &#place);
                quote_spanned!(at=> (#key, #value))
            });
            quote!(#(#pairs),*)
        })
    }

    /// Whether it is the returned value's type that says who the user is, and nothing else is read.
    pub(super) fn returned_says_all(&self) -> bool {
        matches!(self.reads.found, Some(Found::ByType))
            && self.reads.of_returned.is_empty()
            && !self.reads_early()
    }

    /// `let <into> = <with>(|told| { .. });`, where what is read may have been read before.
    pub(super) fn entering(
        &self,
        names: &Names,
        at: Span,
        into: &TokenStream,
        with: &dyn Fn(&TokenStream) -> TokenStream,
    ) -> TokenStream {
        let Names { early, told, .. } = names;
        let somebody = self.reads.at_entry.then(|| quote_spanned!(at=> true));
        if self.reads_early() {
            let read = with(&quote_spanned!(at=> &mut |#told| { #early.give(#told); #somebody }));
            return quote_spanned!(at=> let #into = #read;);
        }
        self.reading_arguments(names, at, into, &|statements| {
            with(&quote_spanned!(at=> &mut |#told| { #statements #somebody }))
        })
    }

    /// `let mut early = Early::read(|told| { .. });`
    pub(super) fn reading_early(&self, names: &Names, at: Span) -> TokenStream {
        let Names { early, told, .. } = names;
        let root = self.root;
        self.reading_arguments(names, at, &quote_spanned!(at=> mut #early), &|statements| {
            quote_spanned!(at=> #root::__private::Early::read(&mut |#told| { #statements }))
        })
    }

    /// `let <into> = <with the statements that read>;`, and what is left to know of who it is by type.
    fn reading_arguments(
        &self,
        names: &Names,
        at: Span,
        into: &TokenStream,
        with: &dyn Fn(&TokenStream) -> TokenStream,
    ) -> TokenStream {
        let Names {
            by, found, told, ..
        } = names;
        let root = self.root;
        let statements = self.statements(names, at);
        let Typed::ByType(candidates) = &self.reads.typed else {
            let read = with(&statements);
            return quote_spanned!(at=> let #into = #read;);
        };
        let says = candidates
            .iter()
            .map(|name| quote_spanned!(at=> (&#root::__private::Argument(&#name)).says()));
        let says = quote_spanned!(at=> #root::__private::Silent #(.or(#says))*);
        let named = if self.reads.at_entry {
            // An error that none of them says who it is is shown at the arguments.
            let at = call_site(self.function.sig.paren_token.span.join());
            let (root, found) = (shown_at(root, at), name_at(found, at));
            quote_spanned!(at=> #root::__private::name(&#found, #told.user());)
        } else {
            quote_spanned!(at=> #found.tell(#told.user());)
        };
        let read = with(&quote_spanned!(at=> #named #statements));
        let tags = self.tags(at);
        quote_spanned! {at=>
            let (#into, #by) = {
                #tags
                let #found = #says;
                (#read, #found.by())
            };
        }
    }

    /// `__told.add("email", &email);`, for each thing that is read from the arguments.
    fn statements(&self, names: &Names, at: Span) -> TokenStream {
        let told = &names.told;
        let reads = self.reads;
        let state = |verb: &str, key: &str, place: &Place| {
            // An error about the value's type is shown at the value.
            let at = call_site(place.taken().map_or(place.span(), Ident::span));
            let verb = Ident::new(verb, at);
            quote_spanned!(at=> #told.#verb(#key, &#place);)
        };
        let named = match &reads.typed {
            Typed::Named(pairs) => pairs.as_slice(),
            _ => &[],
        };
        let named = named.iter().map(|(key, place)| state("add", key, place));
        let others = reads
            .of_arguments
            .iter()
            .map(|(key, place)| state(self.verb(), key, place));
        let context = reads.context.iter().map(|place| {
            let at = call_site(place.span());
            quote_spanned!(at=> #told.context(&#place);)
        });
        // After the context: a digest is made with the key of the request's agent.
        let digested = reads.digested.iter().map(|place| {
            let at = call_site(place.taken().map_or(place.span(), Ident::span));
            let verb = Ident::new(self.attribute.digested(), at);
            quote_spanned!(at=> #told.#verb(&#place);)
        });
        let moved = self.bindings.moved.iter().map(|moved| {
            let (pat, argument) = (&moved.pat, &moved.argument);
            quote_spanned!(at=> #[allow(unused_variables)] let #pat = &#argument;)
        });
        quote!(#(#moved)* #(#named)* #(#others)* #(#context)* #(#digested)*)
    }

    /// What a named value becomes that is no identifier.
    fn verb(&self) -> &'static str {
        match self.attribute {
            Attribute::Track => "property",
            _ => "know",
        }
    }

    /// The closure that says whether anybody was found, or anything happened, and more about it.
    pub(super) fn who(&self, names: &Names, at: Span) -> TokenStream {
        let Names {
            early,
            out,
            outcome,
            told,
            ..
        } = names;
        let root = self.root;
        let given = self
            .reads_early()
            .then(|| quote_spanned!(at=> #early.give(#told);));
        let somebody = if let Some(success) = self.succeeded(names) {
            quote_spanned!(at=> #success.is_success())
        } else if matches!(self.reads.found, Some(Found::ByType)) {
            // An error about the type is shown at the return type.
            let returned = call_site(self.returned.span);
            let root = shown_at(root, returned);
            let (out, told) = (name_at(out, returned), name_at(told, returned));
            quote_spanned!(returned=> #root::__private::who(&#out, #told.user()))
        } else if self.attribute == Attribute::Identify && self.reads.found.is_none() {
            self.ask(names, "found")
        } else {
            self.ask(names, "present")
        };
        match self.reading_found(names, at) {
            None if given.is_none() => quote_spanned!(at=> &mut |#told| #somebody),
            None => quote_spanned!(at=> &mut |#told| { #given #somebody }),
            Some(found) => quote_spanned! {at=>
                &mut |#told| {
                    #given
                    let #outcome = #somebody;
                    if #outcome { #found }
                    #outcome
                }
            },
        }
    }

    /// The call that says how an attempt ended, and more about who it was. What the attribute itself says is
    /// kept in a closure.
    pub(super) fn finish(&self, names: &Names, at: Span) -> TokenStream {
        let Names { outcome, told, .. } = names;
        let ended = self.outcome(names, at);
        let found = self.reading_found(names, at);
        let asked = self.args.success.as_ref().map(Question::span);
        let patterns = self.args.failure.iter().chain(&self.args.error);
        let Some(asked) = asked.or_else(|| patterns.map(|pattern| pattern.pat.span()).next())
        else {
            return match found {
                None => quote_spanned!(at=> finish(#ended)),
                Some(found) => quote_spanned! {at=>
                    finish_with(&mut |#told| {
                        let #outcome = #ended;
                        if #outcome.is_success() { #found }
                        #outcome
                    })
                },
            };
        };
        let found = found.map(|found| quote_spanned!(at=> if #outcome.is_success() { #found }));
        // What a pattern binds need not be used. An error about what the closure captures is shown at the
        // words that capture it.
        let asked = call_site(asked);
        let patterns = self.args.failure.is_some() || self.args.error.is_some();
        let allow = patterns
            .then(|| quote_spanned!(asked=> #[allow(unused_variables, unreachable_patterns)]));
        let closure = quote_spanned! {asked=>
            |#told| {
                #told.decide();
                #allow
                let #outcome = #ended;
                #found
                #outcome
            }
        };
        quote_spanned!(at=> finish_with(&mut #closure))
    }

    /// What is read from the value that was found.
    fn reading_found(&self, names: &Names, at: Span) -> Option<TokenStream> {
        let Names {
            by,
            found,
            out,
            told,
            ..
        } = names;
        let root = self.root;
        let by_type = match (&self.reads.typed, &self.reads.found) {
            (Typed::ByType(_), Some(Found::ByType)) => {
                // An error that nobody says who it is is shown at the arguments.
                let arguments = call_site(self.function.sig.paren_token.span.join());
                let (by, out) = (name_at(by, arguments), name_at(out, arguments));
                Some(quote_spanned!(arguments=> #root::__private::find(&#by, &#out, #told.user());))
            }
            _ => None,
        };
        let user = match &self.reads.found {
            Some(Found::Asked(question)) => Some(self.user_from(names, question)),
            _ => None,
        };
        let others = self
            .reads
            .of_returned
            .iter()
            .map(|(key, question)| self.read(names, question, self.verb(), key));
        let asked: Vec<_> = user.into_iter().chain(others).collect();
        let asked = (!asked.is_empty()).then(|| {
            let tags = self.tags(at);
            quote_spanned! {at=>
                #tags
                if let ::core::option::Option::Some(#found) = (&&&#root::__private::Returned(&#out)).payload() {
                    #(#asked)*
                }
            }
        });
        (by_type.is_some() || asked.is_some()).then(|| quote!(#by_type #asked))
    }

    /// `user_from = |user| user.email`, or of a whole identity.
    fn user_from(&self, names: &Names, question: &Question) -> TokenStream {
        let Names { found, told, .. } = names;
        let root = self.root;
        let key = question
            .place()
            .and_then(|place| Some(place.taken()?.unraw().to_string()));
        if let Some(key) = key {
            return self.read(names, question, "add", &key);
        }
        let at = call_site(question.span());
        let root = shown_at(root, at);
        let (found, told) = (name_at(found, at), name_at(told, at));
        let question = &question.expr;
        quote_spanned!(at=> #told.identifiers(#root::__private::ask(#found, #question));)
    }

    /// Input: `|user| user.plan`. Output: `ask(__found, |user| __told.know("plan", &user.plan));`
    fn read(&self, names: &Names, question: &Question, verb: &str, key: &str) -> TokenStream {
        let Names { found, told, .. } = names;
        let root = self.root;
        let at = call_site(question.span());
        let root = shown_at(root, at);
        let (found, told) = (name_at(found, at), name_at(told, at));
        let plain = |closure: &&ExprClosure| {
            matches!(closure.output, ReturnType::Default) && !question.returns_early()
        };
        let (Some(closure), Some(body)) = (question.closure().filter(plain), question.tail())
        else {
            let (verb, question) = (Ident::new(verb, at), &question.expr);
            return quote_spanned!(at=> #told.#verb(#key, &#root::__private::ask(#found, #question)););
        };
        let (begin, inputs, end) = (&closure.inputs_begin, &closure.inputs, &closure.inputs_end);
        let value_at = call_site(body.span());
        let verb = Ident::new(verb, value_at);
        // A place is borrowed as it is; any other expression makes a value, which braces would move.
        let value = if question.place().is_some() {
            quote_spanned!(value_at=> &#body)
        } else {
            quote_spanned!(value_at=> &{ #body })
        };
        let read = quote_spanned!(value_at=> #told.#verb(#key, #value));
        quote_spanned!(at=> #root::__private::ask(#found, #begin #inputs #end #read);)
    }
}
