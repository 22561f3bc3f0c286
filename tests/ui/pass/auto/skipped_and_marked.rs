//! `skip` and attributes of one's own come before what a name says, and leave no warning.
#![deny(warnings)]

use sqreen::{skip, track_auth};

#[sqreen::auto]
pub mod account {
    use super::{skip, track_auth};

    pub fn login(email: &str) -> bool {
        email.is_empty()
    }

    #[sqreen::skip]
    pub fn login_link(email: &str) -> bool {
        email.is_empty()
    }

    #[skip]
    pub fn authenticate() -> bool {
        true
    }

    #[track_auth(user = name)]
    pub fn sign_in(name: &str) -> bool {
        name.is_empty()
    }

    #[cfg_attr(all(), sqreen::track_signup(user = name))]
    pub fn sign_up(name: &str) -> bool {
        name.is_empty()
    }

    #[sqreen::skip]
    pub mod other {
        pub fn login(email: &str) -> bool {
            email.is_empty()
        }
    }

    macro_rules! by_macro {
        ($name:ident) => {
            pub fn $name(email: &str) -> bool {
                email.is_empty()
            }
        };
    }

    #[sqreen::skip]
    by_macro!(register);

    #[rustfmt::skip]
    #[deprecated]
    pub fn signup(email: &str) -> bool { email.is_empty() }
}

#[track_auth(user = name)]
fn unused(name: &str) -> bool {
    let _ = name;
    true
}

#[sqreen::auto]
mod skipped {
    use super::skip;

    #[skip]
    pub fn log_in() -> bool {
        true
    }

    pub fn register(email: &str) -> bool {
        email.is_empty()
    }

}

fn main() {
    let mut watched: Vec<_> = sqreen::registry::instrumentation().iter().map(|site| site.function).collect();
    watched.sort_unstable();
    assert_eq!(watched, ["login", "register", "sign_in", "sign_up", "signup", "unused"]);
    assert!(account::login("") && account::login_link("") && account::authenticate() && account::register(""));
    assert!(account::sign_in("") && account::sign_up("") && account::other::login("") && unused(""));
    assert!(skipped::log_in() && skipped::register(""));
}
