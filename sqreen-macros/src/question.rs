//! What an attribute asks of the value that a function returned: closures, predicates and patterns.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Error, Expr, ExprClosure, Pat, Path, Token};

use crate::place::Place;

/// A closure of one argument, or the path of a function.
pub(crate) struct Question {
    pub(crate) expr: Expr,
}

impl Question {
    /// `wanted` says what to write.
    pub(crate) fn parse(input: ParseStream<'_>, wanted: &str) -> syn::Result<Self> {
        let equals: Token![=] = input.parse()?;
        let span = if input.is_empty() {
            equals.span
        } else {
            input.span()
        };
        let expr: Expr = input.parse().map_err(|error| {
            // Something that begins as a closure is explained best by the parser.
            if input.peek(Token![|]) || input.peek(Token![||]) {
                error
            } else {
                Error::new(span, wanted)
            }
        })?;
        Self::of(expr, wanted)
    }

    fn of(expr: Expr, wanted: &str) -> syn::Result<Self> {
        match grouped(&expr) {
            Expr::Closure(closure) => takes_one(closure)?,
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
        let mut place = Place::of_argument((*closure.body).clone())?;
        let argument = bound(closure.inputs.first()?)?;
        let root = place.root()?;
        (root == argument).then_some(place)
    }

    pub(crate) fn span(&self) -> Span {
        self.expr.span()
    }
}

/// The name that a closure gives to what it is asked about.
fn bound(pat: &Pat) -> Option<&Ident> {
    match pat {
        Pat::Ident(bound) => Some(&bound.ident),
        Pat::Type(typed) => bound(&typed.pat),
        _ => None,
    }
}

fn takes_one(closure: &ExprClosure) -> syn::Result<()> {
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
        "this closure takes one argument: a reference to what the function returned",
    ))
}

/// Without the invisible group around an `$expr` of a `macro_rules!`.
fn grouped(expr: &Expr) -> &Expr {
    match expr {
        Expr::Group(group) => grouped(&group.expr),
        Expr::Paren(paren) => grouped(&paren.expr),
        other => other,
    }
}

/// A place in the arguments, or a question to what was returned.
pub(crate) enum Reading {
    Argument(Place),
    Returned(Question),
}

impl Parse for Reading {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let closure =
            input.peek2(Token![|]) || input.peek2(Token![||]) || input.peek2(Token![move]);
        if closure {
            Question::parse(input, "").map(Self::Returned)
        } else {
            input.parse().map(Self::Argument)
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
        let equals: Token![=] = input.parse()?;
        let span = if input.is_empty() {
            equals.span
        } else {
            input.span()
        };
        let pat = Pat::parse_multi_with_leading_vert(input).map_err(|_| {
            Error::new(
                span,
                "expected a pattern of the error, such as `AuthError::InvalidCredentials(_)`",
            )
        })?;
        let guard = match input.parse::<Option<Token![if]>>()? {
            Some(token) => Some((token, input.parse()?)),
            None => None,
        };
        Ok(Self { pat, guard })
    }
}

impl Pattern {
    /// Whether it is one of the whole value and not of its error: it begins with `Ok` or `Err`.
    pub(crate) fn is_of_the_whole(&self) -> bool {
        of_the_whole(&self.pat)
    }

    pub(crate) fn guard(&self) -> TokenStream {
        match &self.guard {
            Some((token, condition)) => quote!(#token #condition),
            None => TokenStream::new(),
        }
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
