pub struct User {
    pub email: String,
}

#[sqreen::track_auth(user_from = || email)]
pub fn none(email: &str) -> Option<User> {
    Some(User { email: email.to_owned() })
}

#[sqreen::identify(user_from = |email, user| user.email)]
pub fn two(email: &str) -> Option<User> {
    Some(User { email: email.to_owned() })
}

#[sqreen::track_signup(user_from = async |user| user.email)]
pub fn asynchronous(email: &str) -> Option<User> {
    Some(User { email: email.to_owned() })
}

fn main() {}
