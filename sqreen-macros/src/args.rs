//! The grammar of what stands between an attribute's parentheses. Knows what can be written, nothing of the
//! function under it.
//!
//! ```text
//! args     := (name `,`)? (arg (`,` arg)* `,`?)?          name: of `track` only
//! arg      := `user` `=` place
//!           | `user` `(` key `=` place (`,` key `=` place)* `,`? `)`
//!           | `user_from` `=` question
//!           | `success` `=` question
//!           | (`failure` | `error`) `=` pattern (`if` condition)?
//!           | (`traits` | `properties`) `(` key `=` reading (`,` key `=` reading)* `,`? `)`
//!           | `banned` `=` expression
//!           | `context` `=` place
//!           | `not_a_secret`
//!           | `crate` `=` absolute path
//! key      := name | string
//! question := closure of one argument | path of a function
//! reading  := place | closure of one argument
//! ```

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Error, Expr, Ident, LitStr, Path, Token, parenthesized, token};

use crate::attribute::Attribute;
use crate::errors::{Errors, did_you_mean, list};
use crate::place::Place;
use crate::question::{Pattern, Question, Reading};

/// The keys, in the order in which errors list them, and which attributes take them.
const KEYS: &[(&str, &[Attribute])] = {
    use Attribute::{Identify, Track, TrackAuth, TrackSignup};
    &[
        ("user", &[TrackAuth, TrackSignup, Identify, Track]),
        ("user_from", &[TrackAuth, TrackSignup, Identify, Track]),
        ("success", &[TrackAuth, TrackSignup, Track]),
        ("failure", &[TrackAuth, TrackSignup]),
        ("error", &[TrackAuth, TrackSignup]),
        ("traits", &[TrackAuth, TrackSignup, Identify]),
        ("properties", &[Track]),
        ("banned", &[TrackAuth, TrackSignup, Identify]),
        ("context", &[TrackAuth, TrackSignup, Identify, Track]),
        ("not_a_secret", &[TrackAuth, TrackSignup, Identify, Track]),
        ("crate", &[TrackAuth, TrackSignup, Identify, Track]),
    ]
};

/// What was written.
#[derive(Default)]
pub(crate) struct Args {
    /// The name of an event.
    pub(crate) event: Option<LitStr>,
    pub(crate) user: Option<User>,
    pub(crate) user_from: Option<Question>,
    pub(crate) success: Option<Question>,
    pub(crate) failure: Option<Pattern>,
    pub(crate) error: Option<Pattern>,
    pub(crate) traits: Option<Vec<(Key, Reading)>>,
    pub(crate) properties: Option<Vec<(Key, Reading)>>,
    pub(crate) banned: Option<Expr>,
    pub(crate) context: Option<Place>,
    pub(crate) not_a_secret: Option<Span>,
    root: Option<Path>,
}

/// `user = place`, or the pairs of `user(..)` as they were written.
pub(crate) enum User {
    Single(Place),
    Composite(Vec<(Key, Place)>),
}

/// The key of an identifier, a trait or a property, and where it was written.
pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) span: Span,
}

impl Args {
    /// Reads everything that can be read; each mistake is noted, and reading goes on after the next comma.
    pub(crate) fn parse(attribute: Attribute, args: TokenStream, errors: &mut Errors) -> Self {
        let mut parsed = Self::default();
        let read = |input: ParseStream<'_>| {
            while !input.is_empty() {
                if let Err(error) = parsed.argument(attribute, input) {
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
        parsed.check(attribute, errors);
        parsed
    }

    /// Where the crate is found by what comes out.
    pub(crate) fn root(&self) -> TokenStream {
        self.root
            .as_ref()
            .map_or_else(|| quote!(::sqreen), ToTokens::to_token_stream)
    }

    /// Whether that was written.
    pub(crate) fn has_root(&self) -> bool {
        self.root.is_some()
    }

    fn argument(&mut self, attribute: Attribute, input: ParseStream<'_>) -> syn::Result<()> {
        if attribute == Attribute::Track && input.peek(LitStr) {
            return self.event(input);
        }
        let keys = || known(attribute);
        let key = input.call(Ident::parse_any).map_err(|error| {
            Error::new(error.span(), format!("expected one of: {}", list(keys())))
        })?;
        let word = key.to_string();
        if let Some((_, takers)) = KEYS.iter().find(|(known, _)| *known == word)
            && !takers.contains(&attribute)
        {
            return Err(Error::new(
                key.span(),
                format!(
                    "{attribute} takes no `{word}`{}\nit takes: {}",
                    attribute.instead_of(&word),
                    list(keys())
                ),
            ));
        }
        match &*word {
            "user" => once(&mut self.user, user(&key, input)?, &key),
            "user_from" => once(&mut self.user_from, Question::parse(input, FROM)?, &key),
            "success" => once(&mut self.success, Question::parse(input, SUCCESS)?, &key),
            "failure" => once(&mut self.failure, input.parse()?, &key),
            "error" => once(&mut self.error, input.parse()?, &key),
            "traits" => once(&mut self.traits, readings(&key, input, TRAITS)?, &key),
            "properties" => once(
                &mut self.properties,
                readings(&key, input, PROPERTIES)?,
                &key,
            ),
            "banned" => once(&mut self.banned, expression(input)?, &key),
            "context" => once(&mut self.context, input.parse()?, &key),
            "not_a_secret" => once(&mut self.not_a_secret, key.span(), &key),
            "crate" => once(&mut self.root, root(input)?, &key),
            unknown => Err(Error::new(
                key.span(),
                format!(
                    "unknown argument `{unknown}`{}\nexpected one of: {}",
                    did_you_mean(unknown, keys()),
                    list(keys())
                ),
            )),
        }
    }

    fn event(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let name: LitStr = input.parse()?;
        if self.event.is_some() {
            return Err(Error::new(
                name.span(),
                "an event has one name\ntwo events are two attributes",
            ));
        }
        let text = name.value();
        // As the runtime has it, where a wrong name could only be counted.
        let wrong = if text.is_empty() {
            Some("an event's name cannot be empty: call it what happened, as in `order.refunded`")
        } else if text.starts_with("sq.") {
            Some("names that begin with `sq.` are sqreen's own: choose another")
        } else if text.len() > 128 {
            Some("an event's name has at most 128 bytes")
        } else {
            None
        };
        let wrong = wrong.map(|wrong| Error::new(name.span(), wrong));
        self.event = Some(name);
        wrong.map_or(Ok(()), Err)
    }

    /// What is right by itself, but not together.
    fn check(&self, attribute: Attribute, errors: &mut Errors) {
        if attribute == Attribute::Track && self.event.is_none() {
            errors.at(
                Span::call_site(),
                "say what happened, as in `#[track(\"order.refunded\")]`",
            );
        }
        if let (Some(success), Some(_)) = (&self.success, &self.failure) {
            errors.at(
                success.span(),
                "`success` and `failure` say the same thing: write one of them",
            );
        }
    }
}

const FROM: &str = "expected a closure of what the function found, such as `|user| user.email`, or the path of a function";
const SUCCESS: &str = "expected a closure that says whether it succeeded, such as `|returned| returned.is_ok()`, or the path of a function\nfor a pattern of what is no success, write `failure = …`";
const TRAITS: &str = "traits(plan = user.plan)";
const PROPERTIES: &str = "properties(amount = order.total)";

/// The keys that an attribute takes.
fn known(attribute: Attribute) -> impl Iterator<Item = &'static str> {
    KEYS.iter()
        .filter(move |(_, takers)| takers.contains(&attribute))
        .map(|(key, _)| *key)
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
    in_pairs(&pairs, "an identifier").map(User::Composite)
}

fn readings(
    key: &Ident,
    input: ParseStream<'_>,
    example: &str,
) -> syn::Result<Vec<(Key, Reading)>> {
    if !input.peek(token::Paren) {
        return Err(Error::new(
            key.span(),
            format!("say each with its name, as in `{example}`"),
        ));
    }
    let pairs;
    let parens = parenthesized!(pairs in input);
    if pairs.is_empty() {
        return Err(Error::new(
            parens.span.join(),
            format!("name at least one, as in `{example}`"),
        ));
    }
    in_pairs(&pairs, "each")
}

/// `key = value, ..` to the end. `what` is one of them, for errors.
fn in_pairs<V: Parse>(input: ParseStream<'_>, what: &str) -> syn::Result<Vec<(Key, V)>> {
    let pair = |input: ParseStream<'_>| {
        let key: Key = input.parse()?;
        if !input.peek(Token![=]) {
            return Err(Error::new(
                key.span,
                format!(
                    "{what} is a key and a value, as in `{} = form.{}`",
                    key.name, key.name
                ),
            ));
        }
        Ok((key, input.parse()?))
    };
    let read = || {
        let mut pairs = Vec::new();
        while !input.is_empty() {
            pairs.push(pair(input)?);
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(pairs)
    };
    let read = read();
    if read.is_err() {
        // What is left unread would be a second error for the same mistake.
        input.parse::<TokenStream>()?;
    }
    read
}

/// `= expression`
fn expression(input: ParseStream<'_>) -> syn::Result<Expr> {
    let equals: Token![=] = input.parse()?;
    if input.is_empty() {
        return Err(Error::new(
            equals.span,
            "expected what a banned user's call returns, such as `Err(LoginError::Banned)`",
        ));
    }
    input.parse()
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
