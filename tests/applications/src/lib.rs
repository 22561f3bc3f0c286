//! What the applications have in common: accounts, passwords, sealed tokens, and a way to tell what an agent saw.
//!
//! Each file in `tests` is an application of its own. Its login, sign-up and session functions are written as
//! they usually are with that framework; one attribute is all that `sqreen` adds to each.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "only tests use it, and a test may fail"
)]

pub mod accounts;
pub mod password;
pub mod sealed;
pub mod story;
#[path = "../../support/mod.rs"]
#[allow(
    missing_docs,
    missing_debug_implementations,
    clippy::new_without_default,
    reason = "the root package's"
)]
pub mod support;
