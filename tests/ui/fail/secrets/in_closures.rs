pub struct User {
    pub email: String,
    pub password_hash: String,
    pub otp: u32,
}

#[sqreen::identify(user_from = |user| user.email, traits(otp = |user| user.otp + 1))]
pub fn key_of_a_trait(email: &str) -> Option<User> {
    find(email)
}

#[sqreen::track_auth(user_from = |user| ("password", &user.password_hash))]
pub fn pair(email: &str) -> Option<User> {
    find(email)
}

#[sqreen::track("seen", properties(amount = |user| user.otp + 1))]
pub fn expression(email: &str) -> Option<User> {
    find(email)
}

fn find(_: &str) -> Option<User> {
    None
}

fn main() {}
