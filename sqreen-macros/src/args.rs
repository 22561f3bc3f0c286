//! The grammar of what stands between an attribute's parentheses. Knows what can be written, nothing of the
//! function under it.
//!
//! ```text
//! args  := (arg (`,` arg)* `,`?)?
//! arg   := `user` `=` place
//!        | `user` `(` key `=` place (`,` key `=` place)* `,`? `)`
//!        | `crate` `=` absolute path
//! key   := name | string
//! ```

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Error, Ident, LitStr, Path, Token, parenthesized, token};

use crate::errors::{Errors, did_you_mean, list};
use crate::place::Place;

/// The keys an attribute knows, in the order in which errors list them.
const KEYS: &[&str] = &["user", "crate"];

/// What was written.
#[derive(Default)]
pub(crate) struct Args {
    pub(crate) user: Option<User>,
    root: Option<Path>,
}

/// `user = place`, or the pairs of `user(..)` as they were written.
pub(crate) enum User {
    Single(Place),
    Composite(Vec<(Key, Place)>),
}

/// The key of an identifier, and where it was written.
pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) span: Span,
}

impl Args {
    /// Reads everything that can be read; each mistake is noted, and reading goes on after the next comma.
    pub(crate) fn parse(args: TokenStream, errors: &mut Errors) -> Self {
        let mut parsed = Self::default();
        let read = |input: ParseStream<'_>| {
            while !input.is_empty() {
                if let Err(error) = parsed.argument(input) {
                    errors.push(error);
                    skip_to_comma(input);
                }
                if !input.is_empty() && input.parse::<Token![,]>().is_err() {
                    errors.at(input.span(), "expected `,`");
                    skip_to_comma(input);
                    let _ = input.parse::<Token![,]>();
                }
            }
            Ok(())
        };
        if let Err(error) = read.parse2(args) {
            errors.push(error);
        }
        parsed
    }

    /// Where the crate is found by what comes out.
    pub(crate) fn root(&self) -> TokenStream {
        self.root
            .as_ref()
            .map_or_else(|| quote!(::sqreen), ToTokens::to_token_stream)
    }

    fn argument(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let key = input.call(Ident::parse_any).map_err(|error| {
            Error::new(error.span(), format!("expected one of: {}", list(KEYS)))
        })?;
        match key.to_string().as_str() {
            "user" => {
                let user = user(&key, input)?;
                once(&mut self.user, user, &key)
            }
            "crate" => {
                let root = root(input)?;
                once(&mut self.root, root, &key)
            }
            unknown => Err(Error::new(
                key.span(),
                format!(
                    "unknown argument `{unknown}`{}\nexpected one of: {}",
                    did_you_mean(unknown, KEYS.iter().copied()),
                    list(KEYS)
                ),
            )),
        }
    }
}

fn once<T>(slot: &mut Option<T>, value: T, key: &Ident) -> syn::Result<()> {
    if slot.is_some() {
        return Err(Error::new(
            key.span(),
            format!("`{key}` specified more than once"),
        ));
    }
    *slot = Some(value);
    Ok(())
}

fn skip_to_comma(input: ParseStream<'_>) {
    let _ = input.step(|cursor| {
        let mut rest = *cursor;
        while let Some((token, next)) = rest.token_tree() {
            if matches!(&token, proc_macro2::TokenTree::Punct(punct) if punct.as_char() == ',') {
                break;
            }
            rest = next;
        }
        Ok(((), rest))
    });
}

fn user(key: &Ident, input: ParseStream<'_>) -> syn::Result<User> {
    if input.peek(Token![=]) {
        return input.parse().map(User::Single);
    }
    if !input.peek(token::Paren) {
        return Err(Error::new(
            key.span(),
            "say which argument, as in `user = email` or `user(email = form.email)`",
        ));
    }
    let pairs;
    let parens = parenthesized!(pairs in input);
    if pairs.is_empty() {
        return Err(Error::new(
            parens.span.join(),
            "name at least one identifier, as in `user(email = form.email)`",
        ));
    }
    match pairs.parse_terminated(pair, Token![,]) {
        Ok(pairs) => Ok(User::Composite(pairs.into_iter().collect())),
        Err(error) => {
            // What is left unread would be a second error for the same mistake.
            pairs.parse::<TokenStream>()?;
            Err(error)
        }
    }
}

fn pair(input: ParseStream<'_>) -> syn::Result<(Key, Place)> {
    let key: Key = input.parse()?;
    if !input.peek(Token![=]) {
        return Err(Error::new(
            key.span,
            format!(
                "an identifier is a key and a value, as in `{} = form.email`",
                key.name
            ),
        ));
    }
    Ok((key, input.parse()?))
}

impl Parse for Key {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            let text: LitStr = input.parse()?;
            if text.value().is_empty() {
                return Err(Error::new(
                    text.span(),
                    "an identifier's key cannot be empty",
                ));
            }
            return Ok(Self {
                name: text.value(),
                span: text.span(),
            });
        }
        let name = input.call(Ident::parse_any).map_err(|error| {
            Error::new(
                error.span(),
                "expected the key of an identifier, as in `email = form.email`",
            )
        })?;
        Ok(Self {
            name: name.unraw().to_string(),
            span: name.span(),
        })
    }
}

/// `= ::path`, or a path from the root of the user's own crate.
pub(crate) fn root(input: ParseStream<'_>) -> syn::Result<Path> {
    let equals: Token![=] = input.parse()?;
    let wanted = "write where the sqreen crate is found, as in `crate = ::sqreen` or `crate = crate::sqreen`";
    let span = if input.is_empty() {
        equals.span
    } else {
        input.span()
    };
    let path = Path::parse_mod_style(input).map_err(|_| Error::new(span, wanted))?;
    let absolute = path.leading_colon.is_some()
        || path
            .segments
            .first()
            .is_some_and(|first| first.ident == "crate" || first.ident == "$crate");
    if absolute {
        Ok(path)
    } else {
        Err(Error::new_spanned(path, wanted))
    }
}

#[cfg(test)]
mod tests;
