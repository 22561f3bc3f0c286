//! Clippy says nothing about what attributes make of clean code. It is clippy that runs this test:
//! `cargo clippy --all-targets`.

#![warn(clippy::pedantic, clippy::nursery)]
#![warn(
    clippy::absolute_paths,
    clippy::allow_attributes_without_reason,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::as_underscore,
    clippy::clone_on_ref_ptr,
    clippy::create_dir,
    clippy::default_numeric_fallback,
    clippy::disallowed_script_idents,
    clippy::else_if_without_else,
    clippy::empty_drop,
    clippy::empty_structs_with_brackets,
    clippy::exit,
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::fn_to_numeric_cast_any,
    clippy::get_unwrap,
    clippy::if_then_some_else_none,
    clippy::impl_trait_in_params,
    clippy::indexing_slicing,
    clippy::infinite_loop,
    clippy::integer_division,
    clippy::let_underscore_must_use,
    clippy::let_underscore_untyped,
    clippy::lossy_float_literal,
    clippy::map_err_ignore,
    clippy::mem_forget,
    clippy::missing_docs_in_private_items,
    clippy::mixed_read_write_in_expression,
    clippy::multiple_inherent_impl,
    clippy::multiple_unsafe_ops_per_block,
    clippy::panic,
    clippy::panic_in_result_fn,
    clippy::pathbuf_init_then_push,
    clippy::pattern_type_mismatch,
    clippy::pub_with_shorthand,
    clippy::redundant_type_annotations,
    clippy::ref_patterns,
    clippy::rest_pat_in_fully_bound_structs,
    clippy::same_name_method,
    clippy::self_named_module_files,
    clippy::semicolon_inside_block,
    clippy::separated_literal_suffix,
    clippy::shadow_reuse,
    clippy::shadow_same,
    clippy::shadow_unrelated,
    clippy::string_slice,
    clippy::try_err,
    clippy::undocumented_unsafe_blocks,
    clippy::unneeded_field_pattern,
    clippy::unreachable,
    clippy::unseparated_literal_suffix,
    clippy::unused_result_ok,
    clippy::unwrap_in_result,
    clippy::unwrap_used,
    clippy::use_debug,
    clippy::verbose_file_reads,
    clippy::wildcard_enum_match_arm
)]

use sqreen::registry::instrumentation;

#[allow(dead_code, reason = "it is there to be looked at")]
#[path = "shapes/mod.rs"]
pub mod shapes;

/// The style that is opposite to the usual one.
#[warn(clippy::implicit_return)]
#[allow(clippy::needless_return, dead_code, reason = "it is the other style")]
mod returned {
    use std::fmt::Display;
    use std::future::{Future, ready};
    use std::pin::Pin;

    #[sqreen::track_auth]
    fn now(email: &str) -> Result<u32, ()> {
        return if email.is_empty() { Err(()) } else { Ok(1) };
    }

    #[sqreen::track_auth(user = email, failure = code if *code > 1, user_from = |user| user)]
    async fn later(email: String) -> Result<u32, u32> {
        return ready(email.parse().map_err(|_error| return 1)).await;
    }

    #[sqreen::track_signup]
    fn boxed(email: &str) -> Pin<Box<dyn Future<Output = bool> + Send + '_>> {
        return Box::pin(async move { return ready(email.is_empty()).await });
    }

    #[sqreen::track_signup]
    fn opaque(email: &str) -> impl Future<Output = bool> + Send + use<> {
        let outcome = email.is_empty();
        return async move { return ready(outcome).await };
    }

    #[sqreen::identify(user_from = |user| return ("id", user))]
    fn session(number: u32) -> Option<u32> {
        return number.checked_sub(1);
    }

    #[sqreen::identify(user_from = |user| user)]
    async fn session_later(number: u32) -> Option<u32> {
        return ready(number.checked_sub(1)).await;
    }

    #[sqreen::identify(user = number)]
    fn known(number: u32) -> impl Display {
        return number.to_string();
    }

    #[sqreen::identify(user = number)]
    async fn known_later(number: u32) -> impl Display {
        return ready(number.to_string()).await;
    }

    #[sqreen::track("order.sent", properties(number = number, rest = |rest| *rest))]
    fn send(number: u32) -> Option<u32> {
        return number.checked_sub(1);
    }
}

#[test]
fn what_clippy_looks_at_is_watched() {
    let source = include_str!("shapes/mod.rs");
    let written = ["#[sqreen::track", "#[sqreen::identify"]
        .map(|attribute| source.matches(attribute).count());
    let found_by_auto = 3;
    let watched = instrumentation();
    let listed = watched.iter().filter(|site| site.file.ends_with("mod.rs"));
    assert_eq!(
        listed.count(),
        written.into_iter().sum::<usize>() + found_by_auto
    );
}
