//! Traits whose methods are known exactly, whatever they are given: axum-login's `AuthnBackend`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{FnArg, Path, Signature, Type, parse_quote};

use super::arguments::field_of;
use super::find::Verdict;
use super::scan::{Impl, Kind};
use super::scope::Scope;
use crate::attribute::Attribute;

/// An `impl AuthnBackend for ..`.
pub(super) struct Backend<'a> {
    /// The trait that gives a user's id.
    auth_user: Path,
    /// `type Credentials`
    credentials: Option<&'a Type>,
}

impl<'a> Backend<'a> {
    pub(super) fn of(item: &'a Impl) -> Option<Self> {
        let path = item.of_trait.as_ref()?;
        if !item.is_of("AuthnBackend") {
            return None;
        }
        let credentials = item
            .container
            .items
            .iter()
            .find_map(|item| match &item.kind {
                Kind::Alias(name, ty) if name == "Credentials" => Some(&**ty),
                _ => None,
            });
        Some(Self {
            auth_user: beside(path),
            credentials,
        })
    }

    pub(super) fn judge(&self, sig: &Signature, scope: &Scope<'_>) -> Option<Verdict> {
        let auth_user = &self.auth_user;
        let user = Ident::new("user", Span::mixed_site());
        // Every `Id` is `Display`; not every one is a value of an identifier.
        let user_from = quote! {
            user_from = |#user| (
                "id",
                ::std::string::ToString::to_string(&<Self::User as #auth_user>::id(#user)),
            ),
        };
        if sig.ident == "authenticate" {
            let place = self.credentials(sig, scope);
            let typed = place.as_ref().map(|place| quote!(user = #place,));
            let by = match place {
                Some(place) => format!("`{}`", place.to_string().replace(' ', "")),
                None => "its credentials".to_owned(),
            };
            return Some(Verdict::Watched {
                attribute: Attribute::TrackAuth,
                args: quote!(#typed #user_from),
                by: format!("{by}, then the user's id"),
            });
        }
        (sig.ident == "get_user").then(|| Verdict::Watched {
            attribute: Attribute::Identify,
            args: user_from,
            by: "the user's id".to_owned(),
        })
    }

    /// The field that says who tries, if the type can be seen.
    fn credentials(&self, sig: &Signature, scope: &Scope<'_>) -> Option<TokenStream> {
        let argument = sig.inputs.iter().find_map(|argument| match argument {
            FnArg::Typed(argument) => Some(argument),
            FnArg::Receiver(_) => None,
        })?;
        let of_trait = matches!(&*argument.ty, Type::Path(path) if path.path.segments.last()
            .is_some_and(|last| last.ident == "Credentials" && path.path.segments.len() > 1));
        let ty = match self.credentials {
            Some(named) if of_trait => named,
            _ => &argument.ty,
        };
        field_of(&argument.pat, ty, scope)
    }
}

/// Input: `axum_login::AuthnBackend`. Output: `axum_login::AuthUser`, so that nothing has to be imported.
pub(super) fn beside(backend: &Path) -> Path {
    let mut path = backend.clone();
    match path.segments.last_mut() {
        Some(last) if backend.segments.len() > 1 || backend.leading_colon.is_some() => {
            *last = Ident::new("AuthUser", last.ident.span()).into();
            path
        }
        _ => parse_quote!(::axum_login::AuthUser),
    }
}
