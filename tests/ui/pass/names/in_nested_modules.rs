//! Functions of one name in different modules, in functions and in blocks are different places.
#![deny(warnings)]
#![forbid(unsafe_code)]

use sqreen::registry::instrumentation;

mod shop {
    pub(crate) mod account {
        #[sqreen::track_auth]
        pub(crate) fn login(email: &str) -> bool {
            super::super::login(email)
        }
    }

    #[sqreen::track_auth]
    pub(crate) fn login(email: &str) -> bool {
        self::account::login(email)
    }
}

#[sqreen::track_auth]
fn login(email: &str) -> bool {
    #[sqreen::track_auth]
    fn login(email: &str) -> bool {
        email.is_empty()
    }
    login(email)
}

fn main() {
    assert!(shop::login(""));
    let modules: Vec<_> = instrumentation()
        .iter()
        .map(|site| (site.function, site.module.split_once("::").map_or("", |(_, module)| module)))
        .collect();
    assert_eq!(
        modules,
        [("login", "shop::account"), ("login", "shop"), ("login", ""), ("login", "")],
    );
}
