//! The attributes of the [`sqreen`](https://docs.rs/sqreen) crate, which re-exports them: use that.
//!
//! A function goes through one file after the other: `args` (what was written), `item` (what it stands on),
//! `capture` (who the user is), `returned` (what tells the outcome), `expand` (what comes out). `errors`
//! collects what each of them refuses. `auto` sends the functions of a module the same way, `derive` is on its own.

#![deny(clippy::indexing_slicing, clippy::string_slice, clippy::unreachable)]

use proc_macro::TokenStream;

mod args;
mod attribute;
mod auto;
mod bindings;
mod capture;
mod derive;
mod errors;
mod expand;
mod item;
mod place;
mod question;
mod returned;
mod watch;

use attribute::Attribute;

#[doc = include_str!("docs/track_auth.md")]
#[proc_macro_attribute]
pub fn track_auth(args: TokenStream, item: TokenStream) -> TokenStream {
    watch::watch(Attribute::TrackAuth, args.into(), item.into()).into()
}

#[doc = include_str!("docs/track_signup.md")]
#[proc_macro_attribute]
pub fn track_signup(args: TokenStream, item: TokenStream) -> TokenStream {
    watch::watch(Attribute::TrackSignup, args.into(), item.into()).into()
}

#[doc = include_str!("docs/identify.md")]
#[proc_macro_attribute]
pub fn identify(args: TokenStream, item: TokenStream) -> TokenStream {
    watch::watch(Attribute::Identify, args.into(), item.into()).into()
}

#[doc = include_str!("docs/track.md")]
#[proc_macro_attribute]
pub fn track(args: TokenStream, item: TokenStream) -> TokenStream {
    watch::watch(Attribute::Track, args.into(), item.into()).into()
}

#[doc = include_str!("docs/auto.md")]
#[proc_macro_attribute]
pub fn auto(args: TokenStream, item: TokenStream) -> TokenStream {
    auto::auto(args.into(), item.into()).into()
}

#[doc = include_str!("docs/skip.md")]
#[proc_macro_attribute]
pub fn skip(args: TokenStream, item: TokenStream) -> TokenStream {
    auto::skip(args.into(), item.into()).into()
}

#[doc = include_str!("docs/identity.md")]
#[proc_macro_derive(Identity, attributes(identity))]
pub fn derive_identity(input: TokenStream) -> TokenStream {
    derive::derive(input.into()).into()
}
