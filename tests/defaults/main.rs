//! What the built-in playbooks promise, kept in simulated time against attackers who know them.
//!
//! Most guesses in any 24 hours, of two weeks, by strategy (`cargo test --test defaults -- --nocapture`):
//!
//! | from one address, own accounts | first minute | a day |
//! |---|---|---|
//! | 0, 10 | 10 | 41 |
//! | 60 | 40 | 41 |
//! | 500 | 100 | 101 |
//!
//! | on one account | a day |
//! |---|---|
//! | from 10,000 addresses | 71 |
//! | from its owner's home as well | 98 |

#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    reason = "a test may fail"
)]

mod crowd;
mod each_playbook;
mod office;
mod one_account;
mod one_address;
mod town;
mod victims;
mod world;
