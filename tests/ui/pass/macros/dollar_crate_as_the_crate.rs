//! `crate = $crate::…` in a macro that a facade exports.
#![deny(warnings)]
#![forbid(unsafe_code)]

pub mod guard {
    pub use ::sqreen::*;
}

#[macro_export]
macro_rules! login {
    ($name:ident) => {
        #[$crate::guard::track_auth(crate = $crate::guard)]
        fn $name(email: &str) -> bool {
            email.is_empty()
        }
    };
}

login!(login);

fn main() {
    assert!(login(""));
}
