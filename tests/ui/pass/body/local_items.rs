//! Structs, constants, impls, functions, macros and imports inside the body.
#![deny(warnings)]
#![forbid(unsafe_code)]

use std::sync::atomic::{AtomicU32, Ordering};

#[sqreen::track_auth]
fn at_once(email: &str) -> Result<u32, String> {
    use std::fmt::Write;

    static CALLS: AtomicU32 = AtomicU32::new(0);
    const NOBODY: &str = "";

    struct Local<'a>(&'a str);

    impl Local<'_> {
        fn told(&self) -> String {
            let mut text = String::new();
            write!(text, "{}!", self.0).map_or(String::new(), |()| text)
        }
    }

    macro_rules! count {
        () => {
            CALLS.fetch_add(1, Ordering::Relaxed)
        };
    }

    fn nested(email: &str) -> bool {
        email != NOBODY
    }

    enum Choice {
        Left,
    }
    use Choice::*;

    let Left = Left;
    if nested(email) { Ok(count!()) } else { Err(Local(email).told()) }
}

#[sqreen::identify(user = email)]
async fn later(email: &str) -> Option<u32> {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    async fn nested() -> u32 {
        CALLS.fetch_add(1, Ordering::Relaxed)
    }
    if email.is_empty() { None } else { Some(nested().await) }
}

#[sqreen::track_auth]
async fn watched_itself(email: &str) -> bool {
    #[sqreen::track_auth]
    async fn inner(email: &str) -> bool {
        !email.is_empty()
    }
    inner(email).await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!((at_once("a"), at_once("a")), (Ok(0), Ok(1)));
    assert_eq!(at_once(""), Err("!".to_owned()));
    assert_eq!((later("a").await, later("a").await), (Some(0), Some(1)));
    assert!(watched_itself("a").await);
}
