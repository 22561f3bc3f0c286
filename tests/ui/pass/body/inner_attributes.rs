//! `#![…]` and `//!` at the start of the body stay the function's own.
#![deny(warnings)]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

#[sqreen::track_auth]
pub(crate) fn at_once(email: &str) -> bool {
    #![allow(unused_variables)]
    let unused = 1;
    email.is_empty()
}

#[sqreen::track_auth]
pub(crate) async fn later(email: &str) -> bool {
    #![expect(unused_variables, reason = "still fulfilled")]
    #![allow(unused_mut)]
    let mut unused = 1;
    email.is_empty()
}

mod documented {
    #[sqreen::identify(user = email)]
    pub fn inside(email: &str) -> Option<usize> {
        //! Documented.
        /*! Twice. */
        Some(email.len())
    }
}

#[sqreen::track_auth]
fn only_inner_attributes(login: u64) {
    #![allow(unused_variables)]
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(at_once("") && later("").await);
    assert_eq!(documented::inside("a"), Some(1));
    only_inner_attributes(1);
}
