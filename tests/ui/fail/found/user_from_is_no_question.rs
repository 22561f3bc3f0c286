pub struct User {
    pub email: String,
}

#[sqreen::track_auth(user_from = user.email)]
pub fn field(email: &str) -> Option<User> {
    Some(User { email: email.to_owned() })
}

#[sqreen::track_signup(user_from = "email")]
pub fn text(email: &str) -> Option<User> {
    Some(User { email: email.to_owned() })
}

#[sqreen::identify(user_from(email = user.email))]
pub fn pairs(email: &str) -> Option<User> {
    Some(User { email: email.to_owned() })
}

#[sqreen::track("seen", user_from = User::email())]
pub fn call(email: &str) -> Option<User> {
    Some(User { email: email.to_owned() })
}

fn main() {}
