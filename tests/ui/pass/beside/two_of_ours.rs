//! Several attributes on one function, in any order, each with arguments of its own.
#![deny(warnings)]
#![forbid(unsafe_code)]

use sqreen::registry::{SiteKind, instrumentation};

struct Creds {
    email: String,
    password: String,
}

#[derive(Debug, PartialEq, sqreen::Identity)]
struct User {
    email: String,
}

#[sqreen::track_auth(user = creds.email)]
#[sqreen::identify]
async fn login(creds: Creds) -> Result<Option<User>, String> {
    Ok((creds.password == "correct horse").then_some(User { email: creds.email }))
}

#[sqreen::identify(user_from = |user| user.email)]
#[sqreen::track_signup(user = creds.email)]
#[sqreen::track("account.opened", properties(length = creds.email.len()))]
fn sign_up(creds: Creds) -> Option<User> {
    (!creds.password.is_empty()).then_some(User { email: creds.email })
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let creds = || Creds { email: "alice".to_owned(), password: "correct horse".to_owned() };
    let alice = User { email: "alice".to_owned() };
    assert_eq!(login(creds()).await, Ok(Some(User { email: "alice".to_owned() })));
    assert_eq!(sign_up(creds()), Some(alice));
    let kinds: Vec<_> = instrumentation().iter().map(|site| site.kind).collect();
    assert_eq!(kinds, [SiteKind::Login, SiteKind::Session, SiteKind::SignUp, SiteKind::Session, SiteKind::Custom]);
}
