//! The way of an attribute on a function: what was written, what it means, what is refused, what comes out.

use proc_macro2::TokenStream;

use crate::args::Args;
use crate::attribute::Attribute;
use crate::bindings::Bindings;
use crate::capture::resolve;
use crate::errors::{Errors, or_untouched};
use crate::expand::Watched;
use crate::item::Function;
use crate::returned::Returned;

pub(crate) fn watch(attribute: Attribute, args: TokenStream, item: TokenStream) -> TokenStream {
    or_untouched(item, |item| {
        let mut errors = Errors::default();
        let mut args = Args::parse(attribute, args, &mut errors);
        let function = match Function::parse(attribute, item) {
            Ok(function) => function,
            Err(error) => {
                errors.push(error);
                return errors.finish().map(|()| TokenStream::new());
            }
        };
        function.check(attribute, &mut errors);
        let bindings = Bindings::of(&function);
        let reads = resolve(attribute, &mut args, &function, &bindings, &mut errors);
        errors.finish()?;

        let root = args.root();
        let returned = Returned::of(&function.sig, &root);
        let watched = Watched {
            attribute,
            args: &args,
            root: &root,
            function: &function,
            bindings: &bindings,
            reads: &reads,
            returned: &returned,
        };
        Ok(watched.expand())
    })
}
