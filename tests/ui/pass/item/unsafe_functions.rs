//! `unsafe fn` and `async unsafe extern fn`: what the body may do is what it might before.
#![deny(warnings)]
#![deny(unsafe_op_in_unsafe_fn)]

#[sqreen::track_auth]
unsafe fn at_once(email: &str, bytes: *const u8) -> bool {
    // SAFETY: the caller says that it can be read.
    email.is_empty() && unsafe { *bytes == 7 }
}

#[sqreen::track_auth]
async unsafe fn later(email: &str, unchecked: Option<u8>) -> Option<u8> {
    if email.is_empty() {
        return None;
    }
    // SAFETY: the caller says that there is one.
    Some(unsafe { unchecked.unwrap_unchecked() })
}

#[sqreen::track_auth]
pub(crate) unsafe extern "C" fn for_c(login: u64) -> bool {
    login == 0
}

#[sqreen::track_auth]
#[target_feature(enable = "sse2")]
#[cfg(target_arch = "x86_64")]
fn with_a_feature(email: &str) -> bool {
    email.is_empty()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    // SAFETY: all of them have what they ask for.
    unsafe {
        assert!(at_once("", &7));
        assert_eq!(later("a", Some(7)).await, Some(7));
        assert!(for_c(0));
        #[cfg(target_arch = "x86_64")]
        assert!(with_a_feature(""));
    }
}
