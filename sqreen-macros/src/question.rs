//! What an attribute asks of the value that a function returned: closures, predicates and patterns.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Error, Expr, ExprClosure, ExprLit, Lit, LitStr, Pat, Path, Stmt, Token};

use crate::bindings::names;
use crate::errors::after_equals;
use crate::place::Place;

/// A closure of one argument, or the path of a function.
pub(crate) struct Question {
    pub(crate) expr: Expr,
}

impl Question {
    /// `wanted` says what to write.
    pub(crate) fn parse(input: ParseStream<'_>, wanted: &str) -> syn::Result<Self> {
        let span = after_equals(input)?;
        // Something that begins as a closure is explained best by the parser.
        let closure = input.peek(Token![|]) || input.peek(Token![||]) || input.peek(Token![move]);
        let expr: Expr = input.parse().map_err(|error| {
            if closure {
                unfinished(error, span)
            } else {
                Error::new(span, wanted)
            }
        })?;
        Self::of(expr, wanted)
    }

    fn of(expr: Expr, wanted: &str) -> syn::Result<Self> {
        match grouped(&expr) {
            Expr::Closure(closure) => {
                takes_one(closure, "a reference to what the function returned")?
            }
            Expr::Path(_) => {}
            other => return Err(Error::new(other.span(), wanted)),
        }
        Ok(Self { expr })
    }

    pub(crate) fn closure(&self) -> Option<&ExprClosure> {
        match grouped(&self.expr) {
            Expr::Closure(closure) => Some(closure),
            _ => None,
        }
    }

    /// The closure's body, where it is a place of the closure's argument: `|user| user.email`.
    pub(crate) fn place(&self) -> Option<Place> {
        let closure = self.closure()?;
        let mut place = Place::of_argument(tail(&closure.body).clone())?;
        let root = place.root()?.clone();
        let names = names(closure.inputs.first()?);
        (names.contains(&root) && !place.computes()).then_some(place)
    }

    /// The closure's body without braces around it.
    pub(crate) fn tail(&self) -> Option<&Expr> {
        Some(tail(&self.closure()?.body))
    }

    /// Whether something in it ends it early.
    pub(crate) fn returns_early(&self) -> bool {
        fn early(tokens: TokenStream) -> bool {
            tokens.into_iter().any(|token| match token {
                TokenTree::Ident(word) => word == "return",
                TokenTree::Punct(punct) => punct.as_char() == '?',
                TokenTree::Group(group) => early(group.stream()),
                TokenTree::Literal(_) => false,
            })
        }
        early(self.expr.to_token_stream())
    }

    /// All that it reads: its place, or whatever it is.
    pub(crate) fn read(&self) -> Place {
        self.place()
            .unwrap_or_else(|| Place::constant(self.expr.clone()))
    }

    /// The name that it is, where it is nothing else.
    pub(crate) fn name(&self) -> Option<&Ident> {
        match grouped(&self.expr) {
            Expr::Path(path) => path.path.get_ident(),
            _ => None,
        }
    }

    /// The key of the pair that a closure makes: `|user| ("id", user.id)`.
    pub(crate) fn literal_key(&self) -> Option<&LitStr> {
        let Expr::Tuple(pair) = grouped(&self.closure()?.body) else {
            return None;
        };
        match grouped(pair.elems.first()?) {
            Expr::Lit(ExprLit {
                lit: Lit::Str(key), ..
            }) => Some(key),
            _ => None,
        }
    }

    pub(crate) fn span(&self) -> Span {
        self.expr.span()
    }
}

/// A closure without a body ends where there is nothing to point at.
fn unfinished(error: Error, span: Span) -> Error {
    if error.to_string().starts_with("unexpected end of input") {
        Error::new(span, "this closure has no body")
    } else {
        error
    }
}

/// The expression of a block that is nothing else.
fn tail(expr: &Expr) -> &Expr {
    match grouped(expr) {
        Expr::Block(block) if block.label.is_none() => match &block.block.stmts[..] {
            [Stmt::Expr(only, None)] => tail(only),
            _ => expr,
        },
        other => other,
    }
}

pub(crate) fn takes_one(closure: &ExprClosure, what: &str) -> syn::Result<()> {
    if let Some(asyncness) = &closure.asyncness {
        return Err(Error::new(
            asyncness.span,
            "this closure cannot be `async`: it is asked at once",
        ));
    }
    if closure.inputs.len() == 1 {
        return Ok(());
    }
    let mut pipes = TokenStream::new();
    closure.inputs_begin.to_tokens(&mut pipes);
    closure.inputs.to_tokens(&mut pipes);
    closure.inputs_end.to_tokens(&mut pipes);
    Err(Error::new_spanned(
        pipes,
        format!("this closure takes one argument: {what}"),
    ))
}

/// Without the invisible group around an `$expr` of a `macro_rules!`.
pub(crate) fn grouped(expr: &Expr) -> &Expr {
    match expr {
        Expr::Group(group) => grouped(&group.expr),
        Expr::Paren(paren) => grouped(&paren.expr),
        other => other,
    }
}

/// A place in the arguments, a constant, or a question to what was returned.
pub(crate) enum Reading {
    Argument(Place),
    Returned(Question),
}

impl Parse for Reading {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let span = after_equals(input)?;
        let wanted = "expected an argument or a field path such as `user.plan`, a constant, or a closure of what is returned such as `|user| user.plan`";
        let closure = input.peek(Token![|]) || input.peek(Token![||]) || input.peek(Token![move]);
        let expr: Expr = input.parse().map_err(|error| {
            if closure {
                unfinished(error, span)
            } else {
                Error::new(span, wanted)
            }
        })?;
        match grouped(&expr) {
            Expr::Closure(_) => Question::of(expr, wanted).map(Self::Returned),
            Expr::Path(path) if path.path.segments.len() > 1 => {
                Question::of(expr, wanted).map(Self::Returned)
            }
            Expr::Lit(_) => Ok(Self::Argument(Place::constant(expr))),
            _ => Place::of_argument(expr)
                .map(Self::Argument)
                .ok_or_else(|| Error::new(span, wanted)),
        }
    }
}

/// `failure = AuthError::InvalidCredentials(_) if …`
pub(crate) struct Pattern {
    pub(crate) pat: Pat,
    guard: Option<(Token![if], Box<Expr>)>,
}

impl Parse for Pattern {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let span = after_equals(input)?;
        let wanted = "expected a pattern of the error, such as `AuthError::InvalidCredentials(_)`";
        let leading = input.peek(Token![|]);
        let pat =
            Pat::parse_multi_with_leading_vert(input).map_err(|_| Error::new(span, wanted))?;
        let guard = match input.parse::<Option<Token![if]>>()? {
            Some(token) => {
                let condition = input
                    .parse()
                    .map_err(|_| Error::new(token.span, "expected a condition after this `if`"))?;
                Some((token, condition))
            }
            None => None,
        };
        if !input.is_empty() && !input.peek(Token![,]) {
            let instead = if leading {
                "a closure goes in `success = |returned| …`"
            } else {
                "several are joined with `|`, and a condition goes after `if`"
            };
            return Err(Error::new(span, format!("{wanted}\n{instead}")));
        }
        Ok(Self { pat, guard })
    }
}

impl Pattern {
    /// Whether it is one of the whole value and not of its error: it begins with `Ok` or `Err`.
    pub(crate) fn is_of_the_whole(&self) -> bool {
        of_the_whole(&self.pat)
    }

    /// Whether it is nothing but a constant or a unit variant, or a choice of them. A constant is not matched
    /// with what a reference points to unless the pattern says so.
    pub(crate) fn is_constant(&self) -> bool {
        is_constant(&self.pat)
    }

    /// The pattern, where it is one name that is written as types and constants are.
    pub(crate) fn constant_name(&self) -> Option<&Ident> {
        match &self.pat {
            Pat::Ident(name) if name.subpat.is_none() => {
                let capital = name.ident.to_string().starts_with(char::is_uppercase);
                capital.then_some(&name.ident)
            }
            _ => None,
        }
    }

    pub(crate) fn guard(&self) -> TokenStream {
        match &self.guard {
            Some((token, condition)) => quote!(#token #condition),
            None => TokenStream::new(),
        }
    }
}

fn is_constant(pat: &Pat) -> bool {
    match pat {
        Pat::Path(_) | Pat::Lit(_) => true,
        // `UNAUTHORIZED`, imported: a name that binds is not written so.
        Pat::Ident(name) => {
            let name = name.subpat.is_none().then(|| name.ident.to_string());
            name.is_some_and(|name| name.len() > 1 && !name.contains(char::is_lowercase))
        }
        Pat::Or(or) => or.cases.iter().all(is_constant),
        Pat::Paren(paren) => is_constant(&paren.pat),
        _ => false,
    }
}

fn of_the_whole(pat: &Pat) -> bool {
    let named = |path: &Path| {
        path.segments
            .last()
            .is_some_and(|last| last.ident == "Ok" || last.ident == "Err")
            && path
                .segments
                .iter()
                .rev()
                .nth(1)
                .is_none_or(|owner| owner.ident == "Result")
    };
    match pat {
        Pat::TupleStruct(parts) => named(&parts.path),
        Pat::Struct(parts) => named(&parts.path),
        Pat::Or(or) => or.cases.first().is_some_and(of_the_whole),
        Pat::Paren(paren) => of_the_whole(&paren.pat),
        Pat::Ident(bound) => bound
            .subpat
            .as_ref()
            .is_some_and(|(_, pat)| of_the_whole(pat)),
        _ => false,
    }
}
