//! `#[cfg]`, `#[cfg_attr]`, `#[allow]` and documentation of other macros stay on the arguments.
#![deny(warnings)]
#![forbid(unsafe_code)]

#[sqreen::track_auth]
fn there_and_gone(
    #[cfg(all())] email: &str,
    #[cfg(any())] missing: Unknown,
    #[allow(unused_variables)] unused: u32,
    #[cfg_attr(all(), allow(unused_variables))] also: u32,
) -> bool {
    email.is_empty()
}

#[sqreen::track_auth]
async fn later(
    #[cfg(any())] email: Unknown,
    #[cfg(all())] email: String,
    #[allow(unused_mut)] mut more: String,
) -> bool {
    email == more
}

#[sqreen::track_auth(user = email)]
fn one_of_two(#[cfg(any())] email: u8, #[cfg(not(any()))] email: &str) -> usize_result::R {
    Ok(email.len())
}

mod usize_result {
    pub(crate) type R = Result<usize, ()>;
}

struct Service;

impl Service {
    #[sqreen::track_auth]
    fn method(#[allow(unused)] &self, email: &str) -> bool {
        email.is_empty()
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(there_and_gone("", 1, 2));
    assert!(later(String::new(), String::new()).await);
    assert_eq!(one_of_two("a"), Ok(1));
    assert!(Service.method(""));
}
