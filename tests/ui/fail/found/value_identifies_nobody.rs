pub struct User {
    pub email: String,
    pub roles: Vec<String>,
}

#[sqreen::track_auth(user_from = |user| user)]
pub fn whole_user(email: &str) -> Option<User> {
    Some(User { email: email.to_owned(), roles: Vec::new() })
}

#[sqreen::track_signup(user_from = |user| user.roles)]
pub async fn field(email: &str) -> Option<User> {
    Some(User { email: email.to_owned(), roles: Vec::new() })
}

#[sqreen::identify(user_from = |user| user.roles.len() + 1)]
pub fn number_without_key(email: &str) -> Option<User> {
    Some(User { email: email.to_owned(), roles: Vec::new() })
}

#[sqreen::identify(user_from = |user| ("roles", &user.roles))]
pub fn pair(email: &str) -> Option<User> {
    Some(User { email: email.to_owned(), roles: Vec::new() })
}

#[sqreen::track("seen", user_from = roles)]
pub fn path(email: &str) -> Option<User> {
    Some(User { email: email.to_owned(), roles: Vec::new() })
}

fn roles(user: &User) -> usize {
    user.roles.len()
}

fn main() {}
