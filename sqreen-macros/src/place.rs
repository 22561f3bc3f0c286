//! A place in the arguments that an identifier is read from: `email`, `creds.email`, `"creds.email"`,
//! `self.shop.id()`.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Error, Expr, Ident, Lit, LitStr, Member};

use crate::errors::after_equals;

/// What an error says to write.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) expected: &'static str,
    /// In place of a closure.
    pub(crate) of_returned: &'static str,
}

const IDENTIFIER: Wanted = Wanted {
    expected: "expected an argument or a field path such as `email` or `creds.email`",
    of_returned: "this is read from the arguments\n\
                  to read it from what is returned, write `user_from = |user| …`",
};

/// An expression that starts at one argument (or `self`) and goes down from there.
pub(crate) struct Place {
    expr: Expr,
    span: Span,
}

impl Parse for Place {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Self::read(input, IDENTIFIER)
    }
}

impl Place {
    /// After a `=`, which is where an error about nothing at all is shown.
    pub(crate) fn read(input: ParseStream<'_>, wanted: Wanted) -> syn::Result<Self> {
        let span = after_equals(input)?;
        let expr = input
            .parse()
            .map_err(|_| Error::new(span, wanted.expected))?;
        Self::of(expr, wanted)
    }

    /// An argument by its name.
    pub(crate) fn argument(name: &Ident) -> Self {
        let expr = Expr::Path(syn::ExprPath {
            attrs: Vec::new(),
            qself: None,
            path: name.clone().into(),
        });
        Self {
            span: name.span(),
            expr,
        }
    }

    fn of(expr: Expr, wanted: Wanted) -> syn::Result<Self> {
        let mut place = Self {
            span: expr.span(),
            expr,
        };
        if let Some(text) = text(&place.expr) {
            place.expr = read(text, wanted.expected)?;
        }
        if let Expr::Closure(closure) = &place.expr {
            return Err(Error::new(closure.span(), wanted.of_returned));
        }
        match root(&mut place.expr) {
            Ok(_) => Ok(place),
            Err(span) => Err(Error::new(span, wanted.expected)),
        }
    }

    /// The body of a closure, if it goes down from one name.
    pub(crate) fn of_argument(expr: Expr) -> Option<Self> {
        let mut place = Self {
            span: expr.span(),
            expr,
        };
        place.root().is_some().then_some(place)
    }

    /// A literal, which starts at no argument.
    pub(crate) fn constant(expr: Expr) -> Self {
        Self {
            span: expr.span(),
            expr,
        }
    }

    /// All the names in it: what is taken of a secret is one.
    pub(crate) fn names(&self) -> Vec<Ident> {
        fn collect(tokens: TokenStream, names: &mut Vec<Ident>) {
            for token in tokens {
                match token {
                    // What a wrapper calls a secret need not be one.
                    TokenTree::Ident(name) if name.to_string().starts_with("expose_") => {}
                    TokenTree::Ident(name) => names.push(name),
                    TokenTree::Group(group) => collect(group.stream(), names),
                    _ => {}
                }
            }
        }
        let mut names = Vec::new();
        collect(self.expr.to_token_stream(), &mut names);
        names
    }

    /// Whether it is nothing but names, and so is there without anything being run.
    pub(crate) fn is_plain(&self) -> bool {
        let mut expr = &self.expr;
        loop {
            match expr {
                Expr::Field(field) => expr = &field.base,
                Expr::Group(group) => expr = &group.expr,
                Expr::Paren(paren) => expr = &paren.expr,
                Expr::Path(_) => return true,
                _ => return false,
            }
        }
    }

    /// Whether a method that is no conversion is called with arguments: what it gives has no name of its own.
    pub(crate) fn computes(&self) -> bool {
        let mut expr = peel(&self.expr);
        while let Expr::MethodCall(call) = expr {
            if !is_conversion(&call.method.to_string()) {
                return !call.args.is_empty();
            }
            expr = peel(&call.receiver);
        }
        false
    }

    /// The argument it starts at, to be compared and given the context of the argument it means.
    pub(crate) fn root(&mut self) -> Option<&mut Ident> {
        root(&mut self.expr).ok()
    }

    /// Where it was written.
    pub(crate) fn span(&self) -> Span {
        self.span
    }

    /// Whether both are the same value, conversions such as `.as_str()` aside.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let unconverted = |place: &Self| {
            let mut expr = peel(&place.expr);
            while let Expr::MethodCall(call) = expr
                && is_conversion(&call.method.to_string())
            {
                expr = peel(&call.receiver);
            }
            expr.to_token_stream().to_string()
        };
        unconverted(self) == unconverted(other)
    }

    /// The name of what is taken, conversions such as `.as_str()` aside: the key of a single identifier.
    pub(crate) fn taken(&self) -> Option<&Ident> {
        let mut expr = peel(&self.expr);
        while let Expr::MethodCall(call) = expr {
            if !is_conversion(&call.method.to_string()) {
                return (!self.computes()).then_some(&call.method);
            }
            expr = peel(&call.receiver);
        }
        match expr {
            Expr::Path(path) => path.path.get_ident(),
            Expr::Field(syn::ExprField {
                member: Member::Named(name),
                ..
            }) => Some(name),
            _ => None,
        }
    }
}

impl ToTokens for Place {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.expr.to_tokens(tokens);
    }
}

fn is_conversion(method: &str) -> bool {
    ["as_", "to_", "into_", "expose_", "trim"]
        .iter()
        .any(|start| method.starts_with(start))
        || matches!(
            method,
            "borrow" | "clone" | "cloned" | "deref" | "get_ref" | "inner" | "unwrap_or_default"
        )
}

/// The text, for a path that was written as one.
fn text(expr: &Expr) -> Option<&LitStr> {
    match expr {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text),
            _ => None,
        },
        // Around a `$value:literal` of a `macro_rules!`.
        Expr::Group(group) => text(&group.expr),
        _ => None,
    }
}

/// `"creds.email"` is the same as `creds.email`, for names and fields.
fn read(text: &LitStr, expected: &str) -> syn::Result<Expr> {
    let wanted = || Error::new(text.span(), expected);
    // In the macro's context, or the compiler would propose to write a lone field in place of the text.
    let ours = LitStr::new(&text.value(), Span::call_site().located_at(text.span()));
    let expr: Expr = ours.parse().map_err(|_| wanted())?;
    let mut part = &expr;
    loop {
        match part {
            Expr::Field(field) => part = &field.base,
            Expr::Path(_) => return Ok(expr),
            _ => return Err(wanted()),
        }
    }
}

/// Without what does not change which place is meant.
fn peel(expr: &Expr) -> &Expr {
    match expr {
        Expr::Group(group) => peel(&group.expr),
        Expr::Paren(paren) => peel(&paren.expr),
        Expr::Reference(reference) => peel(&reference.expr),
        Expr::Unary(syn::ExprUnary {
            op: syn::UnOp::Deref(_),
            expr,
            ..
        }) => peel(expr),
        other => other,
    }
}

/// The name that an expression starts with, or where it stops being a place.
fn root(expr: &mut Expr) -> Result<&mut Ident, Span> {
    match expr {
        Expr::Path(path) => {
            let span = path.span();
            let bare = path.qself.is_none()
                && path.path.leading_colon.is_none()
                && path.path.segments.len() == 1;
            let first = path
                .path
                .segments
                .first_mut()
                .filter(|first| bare && first.arguments.is_none());
            first.map(|first| &mut first.ident).ok_or(span)
        }
        Expr::Field(field) => root(&mut field.base),
        Expr::Index(index) => root(&mut index.expr),
        Expr::MethodCall(call) => root(&mut call.receiver),
        Expr::Group(group) => root(&mut group.expr),
        Expr::Paren(paren) => root(&mut paren.expr),
        Expr::Reference(reference) => root(&mut reference.expr),
        Expr::Unary(syn::ExprUnary {
            op: syn::UnOp::Deref(_),
            expr,
            ..
        }) => root(expr),
        other => Err(other.span()),
    }
}

/// The words by which passwords and the like are called: nothing that is read of them may be kept.
const SECRETS: [&str; 12] = [
    "apikey",
    "otp",
    "pass",
    "passcode",
    "passphrase",
    "passwd",
    "password",
    "pin",
    "pwd",
    "secret",
    "secrets",
    "totp",
];

/// Whether what `name` holds must never become part of an event, nor anything in it.
pub(crate) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.split('_').any(|word| SECRETS.contains(&word))
        || name.ends_with("api_key")
        || name.ends_with("private_key")
}

/// Whether `name` itself must not: who holds it is let in, though what it says, such as `token.email`, is no
/// secret.
pub(crate) fn lets_in(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let last = name.rsplit('_').next().unwrap_or_default();
    is_secret(&name) || matches!(last, "token" | "jwt" | "cookie" | "bearer")
}
