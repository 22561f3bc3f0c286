//! The way of an attribute on a function: what was written, what it means, what is refused, what comes out.

use proc_macro2::TokenStream;

use crate::args::Args;
use crate::attribute::Attribute;
use crate::capture::{bindings, resolve};
use crate::errors::{Errors, or_untouched};
use crate::expand::Watched;
use crate::item::Function;
use crate::returned::Returned;

pub(crate) fn watch(attribute: Attribute, args: TokenStream, item: TokenStream) -> TokenStream {
    or_untouched(item, |item| {
        let mut errors = Errors::default();
        let mut args = Args::parse(args, &mut errors);
        let function = match Function::parse(attribute, item) {
            Ok(function) => function,
            Err(error) => {
                errors.push(error);
                return errors.finish().map(|()| TokenStream::new());
            }
        };
        function.check(attribute, &mut errors);
        let bindings = bindings(&function.sig);
        let who = resolve(
            attribute,
            args.user.take(),
            &function.sig,
            &bindings,
            &mut errors,
        );
        errors.finish()?;

        let root = args.root();
        let returned = Returned::of(&function.sig, &root);
        let watched = Watched {
            attribute,
            root: &root,
            function: &function,
            bindings: &bindings,
            who: &who,
            returned: &returned,
        };
        Ok(watched.expand())
    })
}
