pub struct User {
    pub email: String,
}

#[sqreen::track_auth(user_from = |user| ("email", user.email))]
pub fn login(email: &str) -> Option<User> {
    Some(User { email: email.to_owned() })
}

#[sqreen::identify(user_from = |user| user.into_email())]
pub async fn current(email: &str) -> Option<User> {
    Some(User { email: email.to_owned() })
}

impl User {
    pub fn into_email(self) -> String {
        self.email
    }
}

fn main() {}
