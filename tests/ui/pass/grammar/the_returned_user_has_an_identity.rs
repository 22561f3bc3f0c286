//! With nothing said and nothing in the arguments, it is the returned user, whose type derives `Identity`.
#![deny(warnings)]
#![forbid(unsafe_code)]

use std::sync::Arc;

#[derive(Debug, PartialEq, sqreen::Identity)]
struct User {
    email: String,
}

#[sqreen::track_auth]
async fn login_by_code(code: &str) -> Result<Option<User>, &'static str> {
    match code {
        "" => Err("the database is down"),
        "424242" => Ok(Some(alice())),
        _ => Ok(None),
    }
}

#[sqreen::track_signup]
async fn accept_invitation(code: u32) -> Result<Arc<User>, u32> {
    if code == 424_242 { Ok(Arc::new(alice())) } else { Err(code) }
}

#[sqreen::identify]
async fn current_user(session: &str) -> Option<User> {
    (session == "s3ss10n").then(alice)
}

#[sqreen::identify]
fn the_user<'a>(users: &'a [User], number: usize) -> Option<&'a User> {
    users.get(number)
}

fn alice() -> User {
    User { email: "alice@example.com".to_owned() }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(login_by_code("424242").await, Ok(Some(alice())));
    assert_eq!(login_by_code("1").await, Ok(None));
    assert_eq!(accept_invitation(1).await, Err(1));
    assert_eq!(current_user("s3ss10n").await, Some(alice()));
    assert_eq!(the_user(&[alice()], 0), Some(&alice()));
}
