//! The shapes on which other attributes raised warnings in their users' code.
#![deny(warnings)]
#![deny(unused_braces, unused_mut, unused_parens, unreachable_code, unused_variables, unused_must_use)]
#![deny(let_underscore_drop, single_use_lifetimes, unused_lifetimes, unused_qualifications, unit_bindings)]
#![deny(trivial_casts, variant_size_differences, elided_lifetimes_in_paths, explicit_outlives_requirements)]
#![deny(unused_results, redundant_lifetimes, unsafe_op_in_unsafe_fn, closure_returning_async_block)]
#![deny(tail_expr_drop_order, if_let_rescope, impl_trait_overcaptures)]

pub struct Creds {
    email: String,
}

#[sqreen::track_auth(user = creds.email)]
pub fn one_line(creds: &Creds) -> Option<&String> { Some(&creds.email) }

#[sqreen::track_auth(user = creds.email)]
pub async fn one_line_async(creds: Creds) -> Option<String> { Some(creds.email) }

#[sqreen::track_auth]
pub fn no_semicolon_at_the_end(email: &str) {
    assert!(email.is_empty())
}

#[sqreen::track_auth]
pub async fn no_semicolon_at_the_end_async(email: &str) {
    assert!(email.is_empty())
}

#[sqreen::track_auth]
pub fn empty(_email: &str, login: &str) {}

#[sqreen::identify(user = login)]
pub async fn empty_async(_email: &str, login: &str) {}

fn main() {
    let creds = || Creds { email: String::new() };
    assert!(one_line(&creds()).is_some());
    no_semicolon_at_the_end("");
    empty("", "");
    drop((one_line_async(creds()), no_semicolon_at_the_end_async(""), empty_async("", "")));
}
