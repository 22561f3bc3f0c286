//! `user_from = |user| ("id", user.id)`: pairs of keys and values, where a name alone would not do.
#![deny(warnings)]
#![forbid(unsafe_code)]

struct User {
    id: u64,
    shop: u64,
    email: String,
}

#[sqreen::track_auth(user_from = |user| ("id", user.id))]
async fn with_a_key(code: &str) -> Option<User> {
    find(code)
}

#[sqreen::track_auth(user_from = |user| [("email", user.email.clone()), ("shop", user.shop.to_string())])]
async fn several(code: &str) -> Option<User> {
    find(code)
}

#[sqreen::track_auth(user_from = |user| sqreen::user! { email: user.email, platform_id: user.shop })]
async fn of_different_types(code: &str) -> Option<User> {
    find(code)
}

#[sqreen::track_auth(user_from = |User { id, .. }| ("id", *id))]
async fn taken_apart(code: &str) -> Option<User> {
    find(code)
}

#[sqreen::track_auth(user_from = |user: &User| -> (&str, u64) {
    let shop = user.shop;
    ("id", shop * 1_000 + user.id)
})]
async fn with_types_and_statements(code: &str) -> Option<User> {
    find(code)
}

fn find(code: &str) -> Option<User> {
    (code == "424242").then(|| User { id: 7, shop: 1, email: "alice@example.com".to_owned() })
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(with_a_key("424242").await.is_some());
    assert!(several("424242").await.is_some_and(|user| user.shop == 1));
    assert!(of_different_types("424242").await.is_some_and(|user| user.email == "alice@example.com"));
    assert!(taken_apart("1").await.is_none());
    assert!(with_types_and_statements("424242").await.is_some_and(|user| user.id == 7));
}
