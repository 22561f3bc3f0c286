//! What attributes say of an item already.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, Meta, Path, Token};

/// What `auto` writes into a `#[skip]` that it leaves.
pub(super) const SEEN: &str = "__seen_by_auto";

/// What stands on an item.
#[derive(Default)]
pub(super) struct Marks {
    pub(super) skipped: bool,
    /// It is there for tests only.
    pub(super) test: bool,
    watched: Option<&'static str>,
}

impl Marks {
    pub(super) fn of(attrs: &[Attribute]) -> Self {
        let mut marks = Self::default();
        for attr in attrs {
            if is_skip(attr) {
                marks.skipped = true;
            } else {
                marks.read(&attr.meta);
            }
        }
        marks
    }

    /// The attribute of ours that it has.
    pub(super) fn watched(&self) -> Option<&'static str> {
        self.watched
    }

    /// Whether the user has said already what becomes of it.
    pub(super) fn is_settled(&self) -> bool {
        self.skipped || self.watched.is_some()
    }

    fn read(&mut self, meta: &Meta) {
        let Some(last) = meta.path().segments.last() else {
            return;
        };
        match last.ident.to_string().as_str() {
            "track_auth" => self.watched = Some("track_auth"),
            "track_signup" => self.watched = Some("track_signup"),
            "identify" => self.watched = Some("identify"),
            "track" => self.watched = Some("track"),
            "test" | "bench" | "rstest" | "test_case" => self.test = true,
            "cfg" => self.test |= nested(meta).iter().any(needs_test),
            "cfg_attr" => nested(meta).iter().skip(1).for_each(|meta| self.read(meta)),
            _ => {}
        }
    }
}

/// `test`, or `all(..)` with it.
fn needs_test(condition: &Meta) -> bool {
    condition.path().is_ident("test")
        || condition.path().is_ident("all") && nested(condition).iter().any(needs_test)
}

fn nested(meta: &Meta) -> Vec<Meta> {
    let Meta::List(list) = meta else {
        return Vec::new();
    };
    list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
        .map_or_else(|_| Vec::new(), |nested| nested.into_iter().collect())
}

/// `#[sqreen::skip]`, under whatever name the crate goes; rustfmt has a `skip` of its own.
fn is_skip(attr: &Attribute) -> bool {
    let path: &Path = attr.path();
    let ends = path
        .segments
        .last()
        .is_some_and(|last| last.ident == "skip");
    ends && path
        .segments
        .first()
        .is_some_and(|first| first.ident != "rustfmt")
}

/// Input: `#[sqreen::skip] #[inline]`. Output: `#[inline]`.
///
/// One by a name that was imported stays, done with: the import would be unused without it.
pub(super) fn without_skip(attrs: &[Attribute]) -> Vec<TokenStream> {
    let done_with = |attr: &Attribute| {
        let name = attr.path().get_ident()?;
        let seen = Ident::new(SEEN, Span::call_site());
        Some(quote!(#[#name(#seen)]))
    };
    attrs
        .iter()
        .filter_map(|attr| {
            if is_skip(attr) {
                done_with(attr)
            } else {
                Some(attr.to_token_stream())
            }
        })
        .collect()
}
