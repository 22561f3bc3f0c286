//! The longest attribute anybody should have to write.
#![deny(warnings)]
#![forbid(unsafe_code)]

use sqreen::{Refused, Sqreen};

pub struct Shop {
    pub id: u64,
}

pub struct Form {
    pub email: String,
    pub password: String,
    pub language: String,
}

pub struct User {
    pub id: u64,
    pub shop: u64,
    pub plan: &'static str,
}

#[derive(Debug, PartialEq)]
pub enum AuthError {
    WrongPassword,
    Database(String),
    Closed(String),
}

#[sqreen::track_auth(
    user(email = form.email, platform_id = shop.id),
    user_from = |user| [("id", user.id), ("platform_id", user.shop)],
    failure = AuthError::WrongPassword,
    error = AuthError::Database(cause) if cause != "ignored",
    traits(language = form.language, plan = |user| user.plan),
    banned = |refused: Refused| Err(AuthError::Closed(refused.to_string())),
    context = sqreen,
    crate = ::sqreen,
)]
pub async fn login(sqreen: Sqreen, shop: &Shop, form: Form) -> Result<User, AuthError> {
    if sqreen.user_is_banned() {
        return Err(AuthError::Database("closed".to_owned()));
    }
    if form.password != "correct horse" {
        return Err(AuthError::WrongPassword);
    }
    Ok(User { id: 7, shop: shop.id, plan: "business" })
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let form = |password: &str| Form {
        email: "alice@example.com".to_owned(),
        password: password.to_owned(),
        language: "en".to_owned(),
    };
    let shop = Shop { id: 1 };
    let user = login(Sqreen::current(), &shop, form("correct horse")).await;
    assert!(user.is_ok_and(|user| (user.id, user.shop, user.plan) == (7, 1, "business")));
    let user = login(Sqreen::current(), &shop, form("letmein")).await;
    assert_eq!(user.err(), Some(AuthError::WrongPassword));
}
