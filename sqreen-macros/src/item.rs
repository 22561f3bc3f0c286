//! The function an attribute stands on. Knows its signature; its body stays the tokens that the compiler
//! handed over, so that unfinished code and syntax newer than `syn` pass through.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Error, Ident, ReturnType, Signature, Token, Type, Visibility};

use crate::attribute::Attribute as Ours;
use crate::errors::Errors;

/// A function or method with a body.
pub(crate) struct Function {
    /// Everything before the body, as it was written.
    pub(crate) header: TokenStream,
    pub(crate) sig: Signature,
    /// `#![..]` at the start of the body.
    pub(crate) inner: TokenStream,
    /// The rest of the body, with its braces.
    pub(crate) body: Group,
}

impl Function {
    pub(crate) fn parse(attribute: Ours, item: TokenStream) -> syn::Result<Self> {
        let misplaced =
            |span| Error::new(span, format!("{attribute} goes on a function or method"));

        let mut header: Vec<TokenTree> = item.into_iter().collect();
        let last = header.pop();
        let header: TokenStream = header.into_iter().collect();
        let mut keyword = None;
        let parse = |input: ParseStream<'_>| {
            input.call(Attribute::parse_outer)?;
            input.parse::<Visibility>()?;
            keyword = Some(input.span());
            input.parse::<Signature>()
        };
        let sig = match parse.parse2(header.clone()) {
            Ok(sig) => sig,
            Err(error) if is_function(&header) => return Err(error),
            Err(error) => return Err(misplaced(keyword.unwrap_or_else(|| error.span()))),
        };
        match last.map(ungrouped) {
            Some(TokenTree::Group(body)) if body.delimiter() == Delimiter::Brace => {
                let (inner, body) = split_inner(body);
                Ok(Self {
                    header,
                    sig,
                    inner,
                    body,
                })
            }
            end => Err(Error::new(
                end.map_or_else(Span::call_site, |end| end.span()),
                format!("this function has no body: put {attribute} on the implementation"),
            )),
        }
    }

    /// Refuses the functions that can have no event.
    pub(crate) fn check(&self, attribute: Ours, errors: &mut Errors) {
        if let Some(constness) = &self.sig.constness {
            errors.at(
                constness.span,
                format!("{attribute} cannot watch a `const fn`: it may run while compiling, where nobody logs in"),
            );
        }
        if let ReturnType::Type(_, returned) = &self.sig.output
            && self.sig.asyncness.is_none()
            && let Type::Path(path) = &**returned
            && let Some(last) = path.path.segments.last()
            && last.ident == "Future"
        {
            errors.at(
                last.ident.span(),
                format!(
                    "{attribute} cannot tell what comes out of this future\n\
                     write its type out, as in `impl Future<Output = …>` or `Pin<Box<dyn Future<Output = …>>>`"
                ),
            );
        }
        if let ReturnType::Type(_, returned) = &self.sig.output
            && let Type::Never(never) = &**returned
        {
            errors.at(
                never.bang_token.span,
                format!(
                    "{attribute} needs a function that returns: what never returns has no outcome"
                ),
            );
        }
    }

    pub(crate) fn name(&self) -> &Ident {
        &self.sig.ident
    }
}

/// The braces of a `$body:block`, which come in a group that nobody sees.
fn ungrouped(token: TokenTree) -> TokenTree {
    if let TokenTree::Group(group) = &token
        && group.delimiter() == Delimiter::None
        && let Some(inside) = group.stream().into_iter().next()
    {
        return ungrouped(inside);
    }
    token
}

/// Whether the tokens are a function's, though they may be no signature that `syn` knows.
fn is_function(header: &TokenStream) -> bool {
    let mut tokens = header.clone().into_iter();
    tokens.any(|token| matches!(&token, TokenTree::Ident(word) if word == "fn"))
}

/// Inner attributes belong to the function: they are only allowed at the start of its own braces.
fn split_inner(body: Group) -> (TokenStream, Group) {
    let stream = body.stream();
    let mut tokens = stream.clone().into_iter();
    let starts_inner = matches!(tokens.next(), Some(TokenTree::Punct(pound)) if pound.as_char() == '#')
        && matches!(tokens.next(), Some(TokenTree::Punct(bang)) if bang.as_char() == '!');
    if !starts_inner {
        return (TokenStream::new(), body);
    }
    let mut inner = TokenStream::new();
    let split = |input: ParseStream<'_>| {
        while input.peek(Token![#]) && input.peek2(Token![!]) {
            for _ in 0..3 {
                inner.extend([input.parse::<TokenTree>()?]);
            }
        }
        input.parse::<TokenStream>()
    };
    match split.parse2(stream) {
        Ok(rest) => {
            let mut rest = Group::new(Delimiter::Brace, rest);
            rest.set_span(body.span());
            (inner, rest)
        }
        Err(_) => (TokenStream::new(), body),
    }
}

/// Whether a text of tokens has `name` as a word, be it in a format string.
pub(crate) fn mentions(tokens: &str, name: &str) -> bool {
    let is_word = |c: char| c == '_' || c.is_alphanumeric();
    let mut parts = tokens.split(name).peekable();
    while let (Some(before), Some(after)) = (parts.next(), parts.peek()) {
        if !before.ends_with(is_word) && !after.starts_with(is_word) {
            return true;
        }
    }
    false
}
