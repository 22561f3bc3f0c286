//! A trait of a user may be yes or no, or a fraction, as a property may.
#![deny(warnings)]
#![forbid(unsafe_code)]

struct User {
    id: u64,
    admin: bool,
    balance: f64,
}

#[sqreen::track_auth(user_from = |user| user.id, traits(admin = |user| user.admin, balance = |user| user.balance, by = by_code))]
async fn login(by_code: bool) -> Option<User> {
    by_code.then_some(User { id: 7, admin: true, balance: 0.5 })
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(login(true).await.is_some());
}
