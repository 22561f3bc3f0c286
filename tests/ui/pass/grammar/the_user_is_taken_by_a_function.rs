//! `user_from = User::identifiers`: the path of a function or method.
#![deny(warnings)]
#![forbid(unsafe_code)]

use sqreen::UserIdentifiers;

struct User {
    id: u64,
    shop: u64,
}

impl User {
    fn identifiers(&self) -> [(&'static str, u64); 2] {
        [("id", self.id), ("shop", self.shop)]
    }
}

mod identity {
    pub(crate) fn of<U: Into<u64> + Copy>(user: &U) -> (&'static str, u64) {
        ("id", (*user).into())
    }

    pub(crate) fn checked(user: &super::User) -> Result<sqreen::UserIdentifiers, sqreen::IdentityError> {
        sqreen::UserIdentifiers::new("id", &user.id)
    }
}

#[sqreen::track_auth(user_from = User::identifiers)]
async fn login(code: &str) -> Option<User> {
    (code == "424242").then_some(User { id: 7, shop: 1 })
}

#[sqreen::track_auth(user_from = identity::of::<u32>)]
async fn login_as_number(code: &str) -> Option<u32> {
    code.parse().ok()
}

#[sqreen::track_auth(user_from = identity::checked)]
async fn login_checked(code: &str) -> Option<User> {
    (code == "424242").then_some(User { id: 7, shop: 1 })
}

#[sqreen::identify(user_from = UserIdentifiers::clone)]
async fn current_user(user: UserIdentifiers) -> Option<UserIdentifiers> {
    Some(user)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(login("424242").await.is_some_and(|user| user.id + user.shop == 8));
    assert_eq!(login_as_number("7").await, Some(7));
    assert!(login_checked("1").await.is_none());
    if let Ok(user) = UserIdentifiers::new("id", &7) {
        assert!(current_user(user).await.is_some());
    }
}
