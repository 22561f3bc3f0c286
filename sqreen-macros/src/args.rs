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
//!           | (`secret` | `session`) `=` place
//!           | `banned` `=` expression
//!           | `context` `=` place
//!           | `not_a_secret`
//!           | `crate` `=` absolute path
//! key      := name | string
//! question := closure of one argument | path of a function
//! reading  := place | literal | question
//! ```

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Error, Expr, Ident, LitStr, Path, Token, parenthesized, token};

use crate::attribute::Attribute;
use crate::errors::{Errors, after_equals, did_you_mean, list};
use crate::place::{Place, Wanted};
use crate::question::{Pattern, Question, Reading, takes_one};

/// What can be said.
struct Known {
    key: &'static str,
    takers: &'static [Attribute],
    /// How it is written.
    example: &'static str,
}

/// All that can be said, in the order in which errors list it.
const KEYS: &[Known] = {
    use Attribute::{Identify, Track, TrackAuth, TrackSignup};
    const fn known(
        key: &'static str,
        takers: &'static [Attribute],
        example: &'static str,
    ) -> Known {
        Known {
            key,
            takers,
            example,
        }
    }
    const ALL: &[Attribute] = &[TrackAuth, TrackSignup, Identify, Track];
    const ATTEMPTS: &[Attribute] = &[TrackAuth, TrackSignup];
    const USERS: &[Attribute] = &[TrackAuth, TrackSignup, Identify];
    &[
        known("user", ALL, "user = email` or `user(email = form.email)"),
        known("user_from", ALL, "user_from = |user| user.email"),
        known(
            "success",
            &[TrackAuth, TrackSignup, Track],
            "success = |returned| returned.is_ok()",
        ),
        known(
            "failure",
            ATTEMPTS,
            "failure = AuthError::InvalidCredentials(_)",
        ),
        known("error", ATTEMPTS, "error = AuthError::Database(_)"),
        known("traits", USERS, "traits(plan = |user| user.plan)"),
        known("properties", &[Track], "properties(amount = order.total)"),
        known("secret", &[TrackAuth], "secret = password"),
        known("session", &[Identify], "session = cookie.value()"),
        known("banned", USERS, "banned = Err(LoginError::Banned)"),
        known("context", ALL, "context = sqreen"),
        known("not_a_secret", ALL, "not_a_secret"),
        known("crate", ALL, "crate = ::sqreen"),
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
    /// `secret` of a login, `session` of an `identify`: of what is there, only a digest is kept.
    pub(crate) digested: Option<Place>,
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
        if let Err(error) = read.parse2(in_parentheses(args)) {
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
        let key = key(attribute, input)?;
        let word = key.to_string();
        let Some(known) = KEYS.iter().find(|known| known.key == word) else {
            return Err(self.unknown(attribute, &key, input));
        };
        if !known.takers.contains(&attribute) {
            return Err(Error::new(
                key.span(),
                format!(
                    "{attribute} takes no `{word}`{}\nit takes: {}",
                    attribute.instead_of(&word),
                    list(keys(attribute))
                ),
            ));
        }
        let grouped = matches!(known.key, "user" | "traits" | "properties");
        let given = input.peek(Token![=]) || grouped && input.peek(token::Paren);
        match known.key {
            "not_a_secret" if given => Err(Error::new(key.span(), "`not_a_secret` takes no value")),
            "not_a_secret" => once(&mut self.not_a_secret, key.span(), &key),
            _ if !given => Err(Error::new(
                key.span(),
                format!("`{word}` needs a value, as in `{}`", known.example),
            )),
            "user" => once(&mut self.user, user(input)?, &key),
            "user_from" => once(&mut self.user_from, Question::parse(input, FROM)?, &key),
            "success" => once(&mut self.success, Question::parse(input, SUCCESS)?, &key),
            "failure" => once(&mut self.failure, input.parse()?, &key),
            "error" => once(&mut self.error, input.parse()?, &key),
            "traits" => once(&mut self.traits, pairs(input, known.example, TRAIT)?, &key),
            "properties" => once(
                &mut self.properties,
                pairs(input, known.example, PROPERTY)?,
                &key,
            ),
            "secret" => once(&mut self.digested, Place::read(input, SECRET)?, &key),
            "session" => once(&mut self.digested, Place::read(input, SESSION)?, &key),
            "banned" => once(&mut self.banned, banned(input)?, &key),
            "context" => once(&mut self.context, context(input)?, &key),
            _ => once(&mut self.root, root(input)?, &key),
        }
    }

    fn unknown(&self, attribute: Attribute, key: &Ident, input: ParseStream<'_>) -> Error {
        let stands_alone = !input.peek(Token![=]) && !input.peek(token::Paren);
        let meant = did_you_mean(&key.to_string(), keys(attribute));
        let hint = if attribute == Attribute::Track && self.event.is_none() {
            "; an event's name is a text in quotes, as in `\"order.refunded\"`".to_owned()
        } else if stands_alone && meant.is_empty() {
            format!("; to say who it is, write `user = {key}`")
        } else {
            meant
        };
        Error::new(
            key.span(),
            format!(
                "unknown argument `{key}`{hint}\nexpected one of: {}",
                list(keys(attribute))
            ),
        )
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
        if attribute == Attribute::Track && self.event.is_none() && !errors.any() {
            errors.at(
                Span::call_site(),
                "say what happened, as in `#[track(\"order.refunded\")]`",
            );
        }
        if let (Some(success), Some(_)) = (&self.success, &self.failure) {
            errors.at(
                success.span(),
                "`success` and `failure` both say what a failure is: write one of them\nfor a third outcome, write `error = …` beside it",
            );
        }
    }
}

const FROM: &str = "expected a closure of what the function found, such as `|user| user.email`, or the path of a function";
const SUCCESS: &str = "expected a closure that says whether it succeeded, such as `|returned| returned.is_ok()`, or the path of a function\nfor a pattern of what is no success, write `failure = …`";
const SECRET: Wanted = Wanted {
    expected: "expected the argument that holds the password, such as `password` or `creds.password`",
    of_returned: "the secret is read from the arguments: name the one that holds it, as in `secret = password`",
};
const SESSION: Wanted = Wanted {
    expected: "expected the argument that names the session, such as `token` or `cookie.value()`",
    of_returned: "what names the session is read from the arguments, as in `session = token`",
};
const BANNED: &str =
    "expected what a banned user's call returns, such as `Err(LoginError::Banned)`";

/// What pairs are of, for errors.
#[derive(Clone, Copy)]
struct Pair {
    of: &'static str,
    example: &'static str,
}

const IDENTIFIER: Pair = Pair {
    of: "the key of an identifier",
    example: "email = form.email",
};
const TRAIT: Pair = Pair {
    of: "the name of a trait",
    example: "plan = |user| user.plan",
};
const PROPERTY: Pair = Pair {
    of: "the name of a property",
    example: "amount = order.total",
};

/// The keys that an attribute takes.
fn keys(attribute: Attribute) -> impl Iterator<Item = &'static str> {
    KEYS.iter()
        .filter(move |known| known.takers.contains(&attribute))
        .map(|known| known.key)
}

/// The word that an argument begins with.
fn key(attribute: Attribute, input: ParseStream<'_>) -> syn::Result<Ident> {
    let hint = if input.peek(LitStr) {
        "to name the user, write `user = …`\n"
    } else if input.peek(Token![|]) {
        "to ask what is returned, write `user_from = …`\n"
    } else {
        ""
    };
    input.call(Ident::parse_any).map_err(|error| {
        let expected = format!("{hint}expected one of: {}", list(keys(attribute)));
        Error::new(error.span(), expected)
    })
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

/// What a `macro_rules!` puts in stays one expression: the compiler does not look at the groups around it that
/// nobody sees, once they come from an attribute.
fn in_parentheses(tokens: TokenStream) -> TokenStream {
    let visible = |token: TokenTree| match token {
        TokenTree::Group(group) => {
            let inside = in_parentheses(group.stream());
            let delimiter = match group.delimiter() {
                Delimiter::None if inside.clone().into_iter().nth(1).is_none() => return inside,
                Delimiter::None => Delimiter::Parenthesis,
                delimiter => delimiter,
            };
            let mut visible = Group::new(delimiter, inside);
            visible.set_span(group.span());
            TokenTree::Group(visible).into()
        }
        token => token.into(),
    };
    tokens.into_iter().map(visible).collect()
}

fn skip_to_comma(input: ParseStream<'_>) {
    let _ = input.step(|cursor| {
        let mut rest = *cursor;
        while let Some((token, next)) = rest.token_tree() {
            if matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ',') {
                break;
            }
            rest = next;
        }
        Ok(((), rest))
    });
}

fn user(input: ParseStream<'_>) -> syn::Result<User> {
    if input.peek(Token![=]) {
        return input.parse().map(User::Single);
    }
    pairs(input, "user(email = form.email)", IDENTIFIER).map(User::Composite)
}

/// `(key = value, ..)`, or for a lone `=` how it is written.
fn pairs<V: Parse>(
    input: ParseStream<'_>,
    example: &str,
    pair: Pair,
) -> syn::Result<Vec<(Key, V)>> {
    if let Some(equals) = input.parse::<Option<Token![=]>>()? {
        return Err(Error::new(
            equals.span,
            format!("say each with its name, as in `{example}`"),
        ));
    }
    let inside;
    let parens = parenthesized!(inside in input);
    if inside.is_empty() {
        return Err(Error::new(
            parens.span.join(),
            format!("name at least one, as in `{example}`"),
        ));
    }
    let read = each(&inside, pair);
    if read.is_err() {
        // What is left unread would be a second error for the same mistake.
        inside.parse::<TokenStream>()?;
    }
    read
}

fn each<V: Parse>(input: ParseStream<'_>, pair: Pair) -> syn::Result<Vec<(Key, V)>> {
    let mut pairs = Vec::new();
    while !input.is_empty() {
        let key = Key::parse(input, pair)?;
        if !input.peek(Token![=]) {
            return Err(Error::new(
                key.span,
                format!("a name and a value are wanted, as in `{}`", pair.example),
            ));
        }
        pairs.push((key, input.parse()?));
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(pairs)
}

impl Key {
    fn parse(input: ParseStream<'_>, pair: Pair) -> syn::Result<Self> {
        if input.peek(LitStr) {
            let text: LitStr = input.parse()?;
            if text.value().is_empty() {
                return Err(Error::new(
                    text.span(),
                    format!("{} cannot be empty", pair.of),
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
                format!("expected {}, as in `{}`", pair.of, pair.example),
            )
        })?;
        Ok(Self {
            name: name.unraw().to_string(),
            span: name.span(),
        })
    }
}

/// `= expression`
fn banned(input: ParseStream<'_>) -> syn::Result<Expr> {
    let span = after_equals(input)?;
    let banned = input.parse().map_err(|_| Error::new(span, BANNED))?;
    if let Expr::Closure(closure) = &banned {
        takes_one(closure, "the refusal")?;
    }
    Ok(banned)
}

/// `= place`
fn context(input: ParseStream<'_>) -> syn::Result<Place> {
    let span = after_equals(input)?;
    let wanted = || {
        Error::new(
            span,
            "name the argument that carries the request, as in `context = sqreen`",
        )
    };
    let expr: Expr = input.parse().map_err(|_| wanted())?;
    Place::of_argument(expr).ok_or_else(wanted)
}

/// `= ::path`, or a path from the root of the user's own crate.
pub(crate) fn root(input: ParseStream<'_>) -> syn::Result<Path> {
    let span = after_equals(input)?;
    let wanted = "write where the sqreen crate is found, as in `crate = ::sqreen` or `crate = crate::sqreen`";
    let inside;
    let input = if input.peek(token::Paren) {
        parenthesized!(inside in input);
        &inside
    } else {
        input
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
