//! Other attributes, qualifiers, visibility, inner attributes, documentation.
#![deny(warnings)]
#![deny(missing_docs)]

mod inner {
    /// Documented.
    #[inline]
    #[must_use]
    #[sqreen::track_auth]
    #[deprecated(note = "use another")]
    pub(in crate::inner) fn kept(email: &str) -> bool {
        #![allow(unused_variables)]
        //! Documented inside.
        let unused = 1;
        email.is_empty()
    }

    #[allow(deprecated)]
    pub(super) fn call() -> bool {
        kept("")
    }
}

#[sqreen::track_auth]
#[expect(dead_code)]
fn never_called(email: &str) -> bool {
    email.is_empty()
}

#[expect(dead_code)]
#[sqreen::track_auth]
async fn never_called_async(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth]
#[expect(unused_variables)]
fn unused_argument_is_still_told(email: &str, unused: &str) -> bool {
    true
}

#[expect(unused_variables)]
#[sqreen::track_auth]
async fn unused_owned_argument_is_still_told(email: String, unused: String, more: String) -> bool {
    more.is_empty()
}

#[sqreen::track_auth]
extern "C" fn for_c(login: u64) -> bool {
    login == 0
}

#[cfg(any())]
#[sqreen::track_auth(user = nobody)]
fn not_compiled() {}

#[cfg_attr(all(), sqreen::track_auth(user = email))]
fn by_cfg_attr(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth]
#[sqreen::identify(user = email)]
fn both(email: &str) -> Option<u32> {
    email.parse().ok()
}

#[sqreen::identify(user = email)]
#[sqreen::track_auth(user = email)]
async fn both_async(email: String) -> Option<u32> {
    email.parse().ok()
}

fn main() {
    assert!(inner::call());
    assert!(unused_argument_is_still_told("", ""));
    assert!(for_c(0));
    assert!(by_cfg_attr(""));
    assert!(both("1").is_some());
    drop((both_async("1".into()), unused_owned_argument_is_still_told(String::new(), String::new(), String::new())));
}
