//! `#[auto]`: watches the functions of a whole module or `impl`. Goes through its functions, and hands each
//! that is one of ours to `watch`, as if the attribute stood on it; so `#[async_trait]` below sees functions
//! that are watched already.
//!
//! `scan` finds the functions and `walk` goes through them; `find` decides, by what `marks`, `names`,
//! `arguments` and `returned` read, or `backend`, which knows a trait exactly; `expand` tells people.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Error, Ident, Path, Signature, Token};

use crate::errors::{Errors, did_you_mean, or_untouched};
use marks::SEEN;
use scan::Kind;
use walk::Walk;

mod arguments;
mod backend;
mod expand;
mod find;
mod marks;
mod names;
mod returned;
mod scan;
mod scope;
mod types;
mod walk;

pub(crate) fn auto(args: TokenStream, item: TokenStream) -> TokenStream {
    or_untouched(item, |item| {
        let mut errors = Errors::default();
        let root = root(args, &mut errors);
        let item = scan::item(item).ok_or_else(|| misplaced(Span::call_site(), None))?;
        match &item.kind {
            Kind::Module(module) => Walk::over(root, errors).module(&item, module),
            Kind::Impl(implementation) => {
                Walk::over(root, errors).implementation(&item, implementation)
            }
            Kind::ModuleFile(name) => Err(Error::new(
                name.span(),
                format!(
                    "`#[auto]` cannot see what is in another file\n\
                     write `mod {name} {{ .. }}`, or put the attribute on the `impl`"
                ),
            )),
            Kind::Function(sig) => Err(misplaced(sig.fn_token.span, Some(sig))),
            Kind::Trait(of_trait) => Err(misplaced(of_trait.span, None)),
            _ => Err(misplaced(first_word(&item.tokens), None)),
        }
    })
}

pub(crate) fn skip(args: TokenStream, item: TokenStream) -> TokenStream {
    or_untouched(item, |item| {
        if args.to_string() == SEEN {
            return Ok(item);
        }
        Err(Error::new(
            Span::call_site(),
            "`#[skip]` belongs inside an item with `#[sqreen::auto]`, and not in a `cfg_attr`\n\
             without `auto` nothing is watched that has no attribute of its own",
        ))
    })
}

/// `crate = ::path`
fn root(args: TokenStream, errors: &mut Errors) -> Option<Path> {
    let mut root = None;
    let read = |input: ParseStream<'_>| {
        while !input.is_empty() {
            let key = input.call(Ident::parse_any)?;
            if key != "crate" {
                let meant = did_you_mean(&key.to_string(), ["crate"]);
                // What follows is of an argument that is not known.
                input.parse::<TokenStream>()?;
                return Err(Error::new(
                    key.span(),
                    format!(
                        "unknown argument `{key}`{meant}\n\
                         `auto` takes `crate = ::path` only; what a function needs said goes into an attribute on it"
                    ),
                ));
            }
            if root.is_some() {
                input.parse::<TokenStream>()?;
                return Err(Error::new(key.span(), "`crate` specified more than once"));
            }
            root = Some(crate::args::root(input)?);
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    if let Err(error) = read.parse2(args) {
        errors.push(error);
    }
    root
}

fn misplaced(span: Span, function: Option<&Signature>) -> Error {
    let Some(sig) = function else {
        return Error::new(span, "`#[auto]` goes on a `mod name { .. }` or an `impl`");
    };
    let name = sig.ident.unraw();
    let fits = match names::says(&name.to_string()) {
        Some(names::Says::Does(attribute)) => format!(
            "; by its name, `{name}` is one for `#[sqreen::{}]`",
            attribute.name()
        ),
        _ => String::new(),
    };
    Error::new(
        span,
        format!(
            "`#[auto]` goes on a `mod name {{ .. }}` or an `impl`\n\
             say what this function is: `#[sqreen::track_auth]`, `#[sqreen::track_signup]` or `#[sqreen::identify]`{fits}"
        ),
    )
}

fn first_word(tokens: &TokenStream) -> Span {
    let words = tokens.clone().into_iter();
    let mut words = words.filter(|token| !matches!(token, TokenTree::Ident(word) if word == "pub"));
    words
        .next()
        .map_or_else(Span::call_site, |token| token.span())
}

#[cfg(test)]
mod tests;
