//! Where a type says who it is, the arguments whose type does not are as unused as before.
#![deny(warnings)]
#![forbid(unsafe_code)]

#[derive(sqreen::Identity)]
struct Creds {
    email: String,
}

struct Database;

#[sqreen::track_auth]
fn login(creds: Creds, #[expect(unused_variables)] database: Database) -> Option<String> {
    Some(creds.email)
}

fn main() {
    assert_eq!(login(Creds { email: "a".to_owned() }, Database).as_deref(), Some("a"));
}
