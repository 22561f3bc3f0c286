//! A key that is no Rust name stands in quotes, as does one that is a keyword if one likes.
#![deny(warnings)]
#![forbid(unsafe_code)]

use sqreen::registry::instrumentation;

#[sqreen::track_auth(user("e-mail" = address, "type" = kind))]
fn login(address: &str, kind: u8) -> bool {
    address.len() == usize::from(kind)
}

#[sqreen::track_auth(user("e-mail" = address, type = kind))]
fn login_without_quotes(address: &str, kind: u8) -> bool {
    address.len() == usize::from(kind)
}

fn main() {
    assert!(login("a", 1) && login_without_quotes("a", 1));
    for site in instrumentation() {
        assert_eq!(site.keys, ["e-mail", "type"]);
    }
}
