//! `user_from = |(user, _)| user.id`: a name bound by a pattern is as good as the whole.
#![deny(warnings)]
#![forbid(unsafe_code)]

struct User {
    id: u64,
}

#[sqreen::track_auth(user_from = |(user, _token)| user.id)]
async fn pair(code: u32) -> Result<(User, String), u32> {
    if code == 7 { Ok((User { id: 7 }, "token".to_owned())) } else { Err(code) }
}

#[sqreen::identify(user_from = |User { id }| *id)]
async fn parts(code: u32) -> Option<User> {
    (code == 7).then_some(User { id: 7 })
}

#[sqreen::track_signup(user_from = |user| { user.id })]
fn in_braces(code: u32) -> Option<User> {
    (code == 7).then_some(User { id: 7 })
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(pair(7).await.is_ok_and(|(user, token)| user.id == 7 && token == "token"));
    assert!(parts(7).await.is_some_and(|user| user.id == 7) && in_braces(7).is_some());
}
