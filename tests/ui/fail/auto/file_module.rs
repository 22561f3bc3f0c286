//! The attribute cannot see into another file.
#[sqreen::auto]
mod account;

fn main() {}
