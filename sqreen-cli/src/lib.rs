//! What a policy would have decided: on streams that applications recorded, and on streams that are made up.
//!
//! The program `sqreen` of this package, as a library.

pub mod budget;
pub mod policy_file;
pub mod replay;
pub mod score;
pub mod simulate;
pub mod stream;
pub mod table;
