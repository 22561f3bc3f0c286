//! The way through a module or an `impl`: judges each function and has those expanded that are watched.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Error, Path, Signature};

use super::backend::Backend;
use super::expand::{self, Found};
use super::find::{Verdict, judge};
use super::marks::{Marks, without_skip};
use super::scan::{Container, Impl, Item, Kind};
use super::scope::Scope;
use crate::attribute::Attribute as Ours;
use crate::errors::Errors;
use crate::watch::watch;

/// Macros that stand for items, but for none that could be watched.
const WITHOUT_FUNCTIONS: &[&str] = &[
    "macro_rules",
    "thread_local",
    "task_local",
    "lazy_static",
    "compile_error",
];

/// The way through an item.
pub(super) struct Walk<'a> {
    root: Option<Path>,
    scope: Scope<'a>,
    /// The modules and types around, from the item that the attribute stands on.
    path: Vec<&'a str>,
    found: Vec<Found>,
    /// Whether there was something that only the compiler will see.
    unseen: bool,
    errors: Errors,
}

impl<'a> Walk<'a> {
    pub(super) fn over(root: Option<Path>, errors: Errors) -> Self {
        Self {
            root,
            scope: Scope::default(),
            path: Vec::new(),
            found: Vec::new(),
            unseen: false,
            errors,
        }
    }

    pub(super) fn module(
        mut self,
        item: &'a Item,
        module: &'a Container,
    ) -> syn::Result<TokenStream> {
        let within = self.within(module, None);
        self.finish(item, module, within)
    }

    pub(super) fn implementation(
        mut self,
        item: &'a Item,
        implementation: &'a Impl,
    ) -> syn::Result<TokenStream> {
        let backend = Backend::of(implementation);
        let within = self.within(&implementation.container, backend.as_ref());
        self.finish(item, &implementation.container, within)
    }

    /// Input:
    ///
    /// ```text
    /// mod account { async fn login(email: &str) -> Option<User> { body } }
    /// ```
    ///
    /// Output:
    ///
    /// ```text
    /// #[doc = "# Watched by sqreen .."]
    /// mod account { (what `track_auth` makes of `login`) }
    /// (a warning for each function that was nearly watched)
    /// ```
    fn finish(
        mut self,
        item: &Item,
        container: &Container,
        within: TokenStream,
    ) -> syn::Result<TokenStream> {
        let watched = self
            .found
            .iter()
            .any(|found| matches!(found.verdict, Verdict::Watched { .. }));
        let mut errors = std::mem::take(&mut self.errors);
        if !watched && !self.unseen {
            errors.at(
                container.span,
                expand::nothing(&container.name, &self.found),
            );
        }
        let warnings = watched.then(|| expand::warnings(&self.found));
        let section = watched.then(|| expand::documentation(&self.found));
        // The first line of a module's documentation is the user's, wherever it stands.
        let has_inner = container
            .inner
            .iter()
            .any(|attr| attr.path().is_ident("doc"));
        let (outer, inner) = match section {
            Some(section) if has_inner => (None, Some(quote!(#![doc = #section]))),
            Some(section) => (Some(quote!(#[doc = #section])), None),
            None => (None, None),
        };
        let Container {
            header,
            braces,
            inner: inners,
            ..
        } = container;
        let attrs = &item.attrs;
        let body = braced(braces, quote!(#(#inners)* #inner #within));
        let errors = errors.finish().err().map(Error::into_compile_error);
        Ok(quote!(#(#attrs)* #outer #header #body #warnings #errors))
    }

    fn verdict(
        &self,
        sig: &Signature,
        marks: &Marks,
        backend: Option<&Backend<'_>>,
    ) -> Option<Verdict> {
        backend
            .filter(|_| !marks.is_settled())
            .and_then(|backend| backend.judge(sig, &self.scope))
            .or_else(|| judge(sig, marks, &self.scope))
    }

    /// The items of a container, the watched functions among them.
    fn within(&mut self, container: &'a Container, backend: Option<&Backend<'_>>) -> TokenStream {
        let outside = self.scope.enter(&container.items);
        let items: TokenStream = container
            .items
            .iter()
            .map(|item| self.item(item, backend))
            .collect();
        self.scope.leave(outside);
        items
    }

    fn item(&mut self, item: &'a Item, backend: Option<&Backend<'_>>) -> TokenStream {
        let marks = Marks::of(&item.attrs);
        let attrs = without_skip(&item.attrs);
        let untouched = || item.with(&attrs);
        match &item.kind {
            Kind::Function(sig) => {
                let Some(verdict) = self.verdict(sig, &marks, backend) else {
                    return untouched();
                };
                let out = match &verdict {
                    Verdict::Watched {
                        attribute, args, ..
                    } => self.watch(*attribute, args, untouched()),
                    Verdict::Passed { .. } => untouched(),
                };
                self.note(sig, verdict);
                out
            }
            _ if marks.skipped || marks.test => untouched(),
            Kind::Module(inner) => self.nested(&attrs, inner, None),
            Kind::Impl(implementation) => {
                let backend = Backend::of(implementation);
                self.nested(&attrs, &implementation.container, backend.as_ref())
            }
            Kind::Trait(of_trait) => self.nested(&attrs, of_trait, None),
            Kind::Macro(path) => {
                self.macro_call(path);
                untouched()
            }
            Kind::ModuleFile(_) | Kind::Struct(_) | Kind::Alias(..) | Kind::Other => untouched(),
        }
    }

    fn nested(
        &mut self,
        attrs: &[TokenStream],
        container: &'a Container,
        backend: Option<&Backend<'_>>,
    ) -> TokenStream {
        self.path.push(&container.name);
        let within = self.within(container, backend);
        self.path.pop();
        let Container {
            header,
            braces,
            inner,
            ..
        } = container;
        let body = braced(braces, quote!(#(#inner)* #within));
        quote!(#(#attrs)* #header #body)
    }

    fn watch(&self, attribute: Ours, args: &TokenStream, function: TokenStream) -> TokenStream {
        let root = self.root.as_ref().map(|root| quote!(crate = #root));
        watch(attribute, quote!(#args #root), function)
    }

    fn note(&mut self, sig: &Signature, verdict: Verdict) {
        let mut path = self.path.clone();
        let name = sig.ident.unraw().to_string();
        path.push(&name);
        self.found.push(Found {
            name: path.join("::"),
            span: sig.ident.span(),
            verdict,
        });
    }

    /// What a macro stands for is not there yet.
    fn macro_call(&mut self, path: &Path) {
        let name = path
            .segments
            .last()
            .map(|last| last.ident.to_string())
            .unwrap_or_default();
        if WITHOUT_FUNCTIONS.contains(&name.as_str()) {
            return;
        }
        self.unseen = true;
        self.errors.at(
            path.span(),
            format!(
                "the contents come from a macro and cannot be seen by `#[auto]`\n\
                 write the functions out, or put `#[sqreen::skip]` on `{name}!` if none of them is to be watched"
            ),
        );
    }
}

fn braced(as_was: &Group, tokens: TokenStream) -> TokenStream {
    let mut group = Group::new(as_was.delimiter(), tokens);
    group.set_span(as_was.span());
    TokenTree::Group(group).into_token_stream()
}
