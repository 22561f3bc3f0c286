//! The crate under another name, and re-exported from a module of the user's.
#![deny(warnings)]

extern crate sqreen as protection;

mod prelude {
    pub mod guard {
        pub use ::protection::*;
    }
}

#[derive(protection::Identity)]
#[identity(crate = ::protection)]
struct User {
    email: String,
}

#[protection::track_auth(user = email, crate = ::protection)]
fn login(email: &str) -> Option<User> {
    Some(User { email: email.into() })
}

#[prelude::guard::track_signup(crate = crate::prelude::guard, user = email)]
fn sign_up(email: &str) -> Option<User> {
    Some(User { email: email.into() })
}

#[prelude::guard::identify(crate = crate::prelude::guard)]
fn current(user: User) -> Option<User> {
    Some(user)
}

fn main() {
    let user = login("a").or_else(|| sign_up("a")).and_then(current);
    assert!(user.is_some_and(|user| user.email == "a"));
}
