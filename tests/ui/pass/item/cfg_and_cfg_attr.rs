//! `#[cfg]` and `#[cfg_attr]`, around the attribute and through it.
#![deny(warnings)]
#![forbid(unsafe_code)]

use sqreen::registry::instrumentation;

#[cfg(any())]
#[sqreen::track_auth(user = nobody)]
fn gone() {}

#[sqreen::track_auth(user = nobody.of.these)]
#[cfg(any())]
fn gone_too() {}

#[sqreen::track_auth]
#[cfg(all())]
fn there(email: &str) -> bool {
    email.is_empty()
}

#[cfg_attr(all(), sqreen::track_auth(user = email), must_use)]
async fn by_cfg_attr(email: &str) -> bool {
    email.is_empty()
}

#[cfg_attr(any(), sqreen::track_auth(user = nobody))]
#[cfg_attr(all(), cfg_attr(all(), sqreen::identify(user = email)))]
async fn nested(email: &str) -> bool {
    email.is_empty()
}

struct Service;

impl Service {
    #[cfg_attr(all(), sqreen::track_auth)]
    #[cfg(not(any()))]
    fn method(&self, email: &str) -> bool {
        email.is_empty()
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(there("") && by_cfg_attr("").await && nested("").await && Service.method(""));
    let functions: Vec<_> = instrumentation().iter().map(|site| site.function).collect();
    assert_eq!(functions, ["there", "by_cfg_attr", "nested", "method"]);
}
