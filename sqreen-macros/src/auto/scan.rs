//! What is in a module or an `impl`. Finds the items and leaves their tokens alone: the bodies of functions
//! are never read, so unfinished code and syntax newer than `syn` pass through.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Attribute, ItemImpl, ItemStruct, Path, Signature, Token, Type, Visibility};

/// An item, with all of its tokens.
pub(super) struct Item {
    /// What stands on it.
    pub(super) attrs: Vec<Attribute>,
    /// The rest.
    pub(super) tokens: TokenStream,
    pub(super) kind: Kind,
}

/// What the item is, as far as it matters here.
pub(super) enum Kind {
    /// With a body.
    Function(Box<Signature>),
    /// Inline.
    Module(Container),
    /// `mod name;`
    ModuleFile(Ident),
    Impl(Box<Impl>),
    /// A trait, whose functions may have bodies.
    Trait(Container),
    Struct(Box<ItemStruct>),
    /// `type Name = Type;`
    Alias(Ident, Box<Type>),
    /// A macro's call, which may stand for anything.
    Macro(Path),
    Other,
}

/// Something with items between braces.
pub(super) struct Container {
    pub(super) name: String,
    /// Where errors about it are shown.
    pub(super) span: Span,
    /// All up to the braces.
    pub(super) header: TokenStream,
    pub(super) braces: Group,
    /// `#![..]` at its start.
    pub(super) inner: Vec<Attribute>,
    pub(super) items: Vec<Item>,
}

/// An `impl` and what it is for.
pub(super) struct Impl {
    pub(super) of_trait: Option<Path>,
    pub(super) container: Container,
}

impl Impl {
    /// Whether it is one of a trait of that name.
    pub(super) fn is_of(&self, name: &str) -> bool {
        let last = self.of_trait.as_ref().and_then(|path| path.segments.last());
        last.is_some_and(|last| last.ident == name)
    }
}

impl Item {
    /// The item again, with `attrs` in place of its own.
    pub(super) fn with(&self, attrs: &[TokenStream]) -> TokenStream {
        let tokens = &self.tokens;
        quote!(#(#attrs)* #tokens)
    }
}

/// The one item that an attribute stands on.
pub(super) fn item(tokens: TokenStream) -> Option<Item> {
    let mut items = items(tokens);
    let first = items.pop()?;
    items.is_empty().then_some(first)
}

/// All items. What is no item that is known here is one of a single token.
fn items(tokens: TokenStream) -> Vec<Item> {
    let mut items = Vec::new();
    let mut rest: Vec<TokenTree> = tokens.into_iter().collect();
    rest.reverse();
    loop {
        unwrap(&mut rest);
        if rest.is_empty() {
            return items;
        }
        items.push(next_item(&mut rest));
    }
}

/// Takes the tokens that come next out of the group that stands around what a `macro_rules!` was given, such
/// as `$item:item` or `$vis:vis`.
fn unwrap(rest: &mut Vec<TokenTree>) {
    while let Some(TokenTree::Group(group)) = rest.last()
        && group.delimiter() == Delimiter::None
    {
        let mut within: Vec<TokenTree> = group.stream().into_iter().collect();
        within.reverse();
        rest.pop();
        rest.extend(within);
    }
}

/// Takes one item off the end of `rest`, which is in reverse.
fn next_item(rest: &mut Vec<TokenTree>) -> Item {
    let attrs = attributes(rest);
    unwrap(rest);
    let mut tokens: Vec<TokenTree> = Vec::new();
    let shape = Shape::of(rest);
    let mut tries = 0;
    while let Some(token) = rest.pop() {
        let ends = shape.ends_with(&token, rest.last());
        let braces =
            matches!(&token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        tokens.push(token);
        if !ends {
            continue;
        }
        // Braces can also be a constant in a generic argument; then what is before them is not complete.
        tries += 1;
        if !braces || tries > MOST_CONSTANTS || shape.is_complete(&tokens) {
            break;
        }
    }
    let kind = shape.kind(&tokens);
    Item {
        attrs,
        tokens: tokens.into_iter().collect(),
        kind,
    }
}

/// In one signature. More than anybody writes; it bounds the reading of what is no signature at all.
const MOST_CONSTANTS: usize = 4;

fn attributes(rest: &mut Vec<TokenTree>) -> Vec<Attribute> {
    let mut attrs = Vec::new();
    while let [.., TokenTree::Group(group), TokenTree::Punct(pound)] = rest.as_slice()
        && pound.as_char() == '#'
        && group.delimiter() == Delimiter::Bracket
    {
        let tokens = quote!(#pound #group);
        let Ok(parsed) = Attribute::parse_outer.parse2(tokens) else {
            break;
        };
        attrs.extend(parsed);
        rest.truncate(rest.len() - 2);
    }
    attrs
}

/// Which tokens an item is made of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Function,
    Module,
    Impl,
    Trait,
    Struct,
    Alias,
    /// `use`, `const`, `static`, `extern crate`.
    Statement,
    /// `enum`, `union`, `extern "C" { .. }`.
    Braced,
    Macro,
    Unknown,
}

impl Shape {
    /// By the first words. `rest` is in reverse.
    fn of(rest: &[TokenTree]) -> Self {
        let mut words = rest.iter().rev().peekable();
        let mut first = true;
        let mut statement = false;
        while let Some(token) = words.next() {
            let word = match token {
                TokenTree::Ident(word) => word.to_string(),
                // `pub(crate)`, the text of `extern "C"`, and `$vis`.
                TokenTree::Group(group)
                    if !first && group.delimiter() == Delimiter::Parenthesis =>
                {
                    continue;
                }
                TokenTree::Literal(_) if !first => continue,
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace && !first => {
                    return Self::Braced;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' && first => return Self::Macro,
                _ if statement => return Self::Statement,
                _ => return Self::Unknown,
            };
            let next = words.peek();
            match word.as_str() {
                "fn" => return Self::Function,
                "mod" => return Self::Module,
                "impl" => return Self::Impl,
                "trait" => return Self::Trait,
                "struct" => return Self::Struct,
                "type" => return Self::Alias,
                "enum" => return Self::Braced,
                "use" | "static" => return Self::Statement,
                "crate" if !first => return Self::Statement,
                // Also begins `const fn` and `const unsafe fn`.
                "const" => statement = true,
                "pub" | "async" | "unsafe" | "safe" | "extern" | "default" | "auto" | "gen" => {}
                "union" | "macro" if matches!(next, Some(TokenTree::Ident(_))) => {
                    return Self::Braced;
                }
                _ if statement => return Self::Statement,
                _ if matches!(next, Some(TokenTree::Punct(punct)) if matches!(punct.as_char(), '!' | ':')) =>
                {
                    return Self::Macro;
                }
                _ => return Self::Unknown,
            }
            first = false;
        }
        Self::Unknown
    }

    /// Whether the item may be complete with this token.
    fn ends_with(self, token: &TokenTree, next: Option<&TokenTree>) -> bool {
        let semicolon =
            |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';');
        match (self, token) {
            (Self::Unknown, _) => true,
            (Self::Statement | Self::Alias, token) => semicolon(token),
            // `name!(..);`, `name! { .. }`, and `name! { .. };`
            (Self::Macro, TokenTree::Group(group)) => {
                group.delimiter() == Delimiter::Brace && !next.is_some_and(semicolon)
            }
            (_, TokenTree::Group(group)) => group.delimiter() == Delimiter::Brace,
            (_, token) => semicolon(token),
        }
    }

    /// Whether what ends in braces is the whole item.
    fn is_complete(self, tokens: &[TokenTree]) -> bool {
        match self {
            Self::Function => signature(tokens).is_some(),
            Self::Impl => implementation(tokens).is_some(),
            _ => true,
        }
    }

    fn kind(self, tokens: &[TokenTree]) -> Kind {
        let parsed = match self {
            Self::Function => signature(tokens).map(|sig| Kind::Function(Box::new(sig))),
            Self::Module => module(tokens),
            Self::Impl => implementation(tokens),
            Self::Trait => word_after("trait", tokens)
                .and_then(|name| container(name.to_string(), name.span(), tokens))
                .map(Kind::Trait),
            Self::Struct => syn::parse2(stream(tokens))
                .ok()
                .map(|parsed| Kind::Struct(Box::new(parsed))),
            Self::Alias => alias.parse2(stream(tokens)).ok(),
            Self::Macro => called.parse2(stream(tokens)).ok().map(Kind::Macro),
            Self::Statement | Self::Braced | Self::Unknown => None,
        };
        parsed.unwrap_or(Kind::Other)
    }
}

fn stream(tokens: &[TokenTree]) -> TokenStream {
    tokens.iter().cloned().collect()
}

/// A function's, if it has a body.
fn signature(tokens: &[TokenTree]) -> Option<Signature> {
    let (TokenTree::Group(body), header) = tokens.split_last()? else {
        return None;
    };
    let read = |input: ParseStream<'_>| {
        input.parse::<Visibility>()?;
        if input.peek(syn::Ident) && !input.peek(Token![fn]) {
            // `default`, in an `impl`.
            let ahead = input.fork();
            if ahead.parse::<Ident>()? == "default" {
                input.parse::<Ident>()?;
            }
        }
        input.parse::<Signature>()
    };
    let braces = body.delimiter() == Delimiter::Brace;
    read.parse2(stream(header)).ok().filter(|_| braces)
}

fn module(tokens: &[TokenTree]) -> Option<Kind> {
    let name = word_after("mod", tokens)?;
    Some(match container(name.to_string(), name.span(), tokens) {
        Some(container) => Kind::Module(container),
        None => Kind::ModuleFile(name),
    })
}

fn implementation(tokens: &[TokenTree]) -> Option<Kind> {
    let (_, header) = tokens.split_last()?;
    let header = stream(header);
    let parsed: ItemImpl = syn::parse2(quote!(#header {})).ok()?;
    let name = match &*parsed.self_ty {
        Type::Path(path) => path.path.segments.last()?.ident.to_string(),
        other => other.to_token_stream().to_string(),
    };
    let span = parsed.self_ty.span();
    Some(Kind::Impl(Box::new(Impl {
        of_trait: parsed.trait_.map(|(path, _)| path),
        container: container(name, span, tokens)?,
    })))
}

fn container(name: String, span: Span, tokens: &[TokenTree]) -> Option<Container> {
    let (TokenTree::Group(braces), header) = tokens.split_last()? else {
        return None;
    };
    let read = |input: ParseStream<'_>| {
        let inner = input.call(Attribute::parse_inner)?;
        Ok((inner, input.parse::<TokenStream>()?))
    };
    let (inner, within) = read.parse2(braces.stream()).ok()?;
    Some(Container {
        name,
        span,
        header: stream(header),
        braces: braces.clone(),
        inner,
        items: items(within),
    })
}

fn word_after(keyword: &str, tokens: &[TokenTree]) -> Option<Ident> {
    let mut tokens = tokens.iter();
    tokens.find(|token| matches!(token, TokenTree::Ident(word) if word == keyword))?;
    match tokens.next()? {
        TokenTree::Ident(name) => Some(name.clone()),
        _ => None,
    }
}

fn alias(input: ParseStream<'_>) -> syn::Result<Kind> {
    input.parse::<Visibility>()?;
    input.parse::<Token![type]>()?;
    let name = input.parse()?;
    input.parse::<Token![=]>()?;
    let ty = input.parse()?;
    input.parse::<TokenStream>()?;
    Ok(Kind::Alias(name, Box::new(ty)))
}

fn called(input: ParseStream<'_>) -> syn::Result<Path> {
    let path = input.call(Path::parse_mod_style)?;
    input.parse::<TokenStream>()?;
    Ok(path)
}

#[cfg(test)]
mod tests;
