//! `#[derive(Identity)]`: which fields tell users apart.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{
    Attribute, Data, DeriveInput, Error, Field, Fields, Index, LitStr, Member, Path, parse_quote,
};

use crate::capture::USUAL;
use crate::errors::{Errors, did_you_mean, list, or_report};
use crate::place::lets_in;

pub(crate) fn derive(input: TokenStream) -> TokenStream {
    or_report(|| expand(syn::parse2(input)?)).unwrap_or_else(Error::into_compile_error)
}

/// One identifier.
struct Identifier<'a> {
    key: String,
    /// Where the key stands.
    span: Span,
    member: Member,
    field: &'a Field,
}

fn expand(input: DeriveInput) -> syn::Result<TokenStream> {
    let mut errors = Errors::default();
    let root = root(&input.attrs, &mut errors);
    let fields = fields(&input)?;
    let mut identifiers = marked(fields, &mut errors);
    if identifiers.is_empty() {
        errors.finish()?;
        identifiers.push(usual(&input.ident, fields)?);
        errors = Errors::default();
    }
    identifiers.sort_by(|a, b| a.key.cmp(&b.key));
    for twins in identifiers.windows(2) {
        if let [a, b] = twins
            && a.key == b.key
        {
            errors.at(
                b.span,
                format!(
                    "`{}` is given twice: a user has one value for each key",
                    b.key
                ),
            );
        }
    }
    errors.finish()?;

    let at = Span::mixed_site();
    let keys: Vec<_> = identifiers
        .iter()
        .map(|identifier| &identifier.key)
        .collect();
    let adds = identifiers.iter().map(
        |Identifier {
             key, member, field, ..
         }| {
            // An error about the field's type is shown at the type.
            let value = quote_spanned!(at.located_at(field.ty.span())=> &self.#member);
            quote_spanned!(at=> into.add(#key, #value);)
        },
    );
    let mut generics = input.generics.clone();
    if generics.type_params().next().is_some() {
        let clause = generics.make_where_clause();
        for Identifier { field, .. } in &identifiers {
            let ty = &field.ty;
            clause
                .predicates
                .push(parse_quote!(#ty: #root::__private::IdentifierValue));
        }
    }
    let name = &input.ident;
    let (generics, arguments, clause) = generics.split_for_impl();
    Ok(quote_spanned! {at=>
        #[automatically_derived]
        impl #generics #root::__private::Identity for #name #arguments #clause {
            const KEYS: &'static [&'static str] = &[#(#keys),*];

            fn capture(&self, into: &mut #root::__private::Capture) {
                #(#adds)*
            }
        }
    })
}

fn fields(input: &DeriveInput) -> syn::Result<&Fields> {
    let keyword = match &input.data {
        Data::Struct(data) => return Ok(&data.fields),
        Data::Enum(data) => data.enum_token.span,
        Data::Union(data) => data.union_token.span,
    };
    Err(Error::new(
        keyword,
        "`Identity` can be derived for structs\nimplement it by hand where who the user is depends on the value",
    ))
}

/// The fields with `#[identity]` or `#[identity(key = "..")]`.
fn marked<'a>(fields: &'a Fields, errors: &mut Errors) -> Vec<Identifier<'a>> {
    let mut identifiers = Vec::new();
    for (member, field) in fields.members().zip(fields) {
        let mut marks = field
            .attrs
            .iter()
            .filter(|attr| attr.path().is_ident("identity"));
        let Some(mark) = marks.next() else { continue };
        if let Some(second) = marks.next() {
            errors.at(second.path().span(), "`identity` specified more than once");
        }
        match key(mark, &member) {
            Ok((key, span)) => {
                let name = field.ident.as_ref();
                let name = name.map(|name| (name.unraw().to_string(), name.span()));
                let names = name.into_iter().chain([(key.clone(), span)]);
                if let Some((secret, at)) = names.into_iter().find(|(name, _)| lets_in(name)) {
                    errors.at(
                        at,
                        format!(
                            "`{secret}` must not identify a user: its value would be kept and shown\n\
                             mark the field that says who it is, such as `email`"
                        ),
                    );
                }
                identifiers.push(Identifier {
                    key,
                    span,
                    member,
                    field,
                });
            }
            Err(error) => errors.push(error),
        }
    }
    identifiers
}

/// The key that a mark gives, otherwise the field's name, and where either stands.
fn key(mark: &Attribute, member: &Member) -> syn::Result<(String, Span)> {
    let mut written = None;
    if !matches!(mark.meta, syn::Meta::Path(_)) {
        mark.parse_nested_meta(|meta| {
            if !meta.path.is_ident("key") {
                return Err(unknown(&meta.path, "key"));
            }
            if written.is_some() {
                return Err(Error::new_spanned(
                    &meta.path,
                    "`key` specified more than once",
                ));
            }
            let key: LitStr = meta.value()?.parse()?;
            if key.value().is_empty() {
                return Err(Error::new(
                    key.span(),
                    "an identifier's key cannot be empty",
                ));
            }
            written = Some((key.value(), key.span()));
            Ok(())
        })?;
    }
    match (written, member) {
        (Some(written), _) => Ok(written),
        (None, Member::Named(name)) => Ok((name.unraw().to_string(), name.span())),
        (None, Member::Unnamed(Index { .. })) => Err(Error::new(
            mark.path().span(),
            "this field has no name to be the identifier's key\ngive it one: `#[identity(key = \"email\")]`",
        )),
    }
}

fn unknown(path: &Path, known: &str) -> Error {
    let written = path.to_token_stream().to_string();
    let meant = did_you_mean(&written, [known]);
    Error::new_spanned(
        path,
        format!("unknown argument `{written}`{meant}\nexpected `{known}`"),
    )
}

/// The field with the usual name, where none is marked.
fn usual<'a>(name: &syn::Ident, fields: &'a Fields) -> syn::Result<Identifier<'a>> {
    let named = || {
        fields
            .iter()
            .filter_map(|field| Some((field, field.ident.as_ref()?)))
    };
    let found = USUAL
        .iter()
        .find_map(|usual| named().find(|(_, name)| name.unraw() == usual));
    if let Some((field, name)) = found {
        return Ok(Identifier {
            key: name.unraw().to_string(),
            span: name.span(),
            member: Member::Named(name.clone()),
            field,
        });
    }
    let usual = list(USUAL);
    let candidates = list(
        named()
            .map(|(_, name)| name.unraw())
            .filter(|name| !lets_in(&name.to_string())),
    );
    let candidates = if candidates.is_empty() {
        String::new()
    } else {
        format!("; its fields: {candidates}")
    };
    Err(Error::new(
        name.span(),
        format!(
            "say which field tells users apart: none is called one of {usual}\nmark it with `#[identity]`{candidates}"
        ),
    ))
}

/// `#[identity(crate = ::path)]` on the struct.
fn root(attrs: &[Attribute], errors: &mut Errors) -> TokenStream {
    let mut root = None;
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("identity")) {
        let parsed = attr.parse_nested_meta(|meta| {
            if !meta.path.is_ident("crate") {
                return Err(unknown(&meta.path, "crate"));
            }
            root = Some(crate::args::root(meta.input)?);
            Ok(())
        });
        if let Err(error) = parsed {
            errors.push(error);
        }
    }
    root.map_or_else(|| quote!(::sqreen), ToTokens::into_token_stream)
}
