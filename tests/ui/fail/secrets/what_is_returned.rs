pub struct User {
    pub email: String,
    pub password_hash: String,
    pub api_token: String,
}

#[sqreen::track_auth(user_from = |user| user.password_hash)]
pub fn identifier(email: &str) -> Option<User> {
    find(email)
}

#[sqreen::track_signup(traits(key = |user| user.api_token))]
pub fn value_of_a_trait(email: &str) -> Option<User> {
    find(email)
}

#[sqreen::track("seen", properties(secret = |user| user.email))]
pub fn key_of_a_property(email: &str) -> Option<User> {
    find(email)
}

fn find(_: &str) -> Option<User> {
    None
}

fn main() {}
