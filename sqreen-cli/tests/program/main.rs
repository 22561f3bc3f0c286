//! The program `sqreen`, as a user types it, and what its scores rest on.

#![allow(clippy::unwrap_used, reason = "tests")]

mod replay;
mod score;
mod simulate;
mod streams;
mod support;
