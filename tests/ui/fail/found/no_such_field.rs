pub struct User {
    pub email: String,
}

#[sqreen::track_auth(user_from = |user| user.emial)]
pub fn login(email: &str) -> Option<User> {
    Some(User { email: email.to_owned() })
}

#[sqreen::track_signup(user_from = |user| user.emial)]
pub async fn sign_up(email: &str) -> Result<Option<User>, String> {
    Ok(Some(User { email: email.to_owned() }))
}

#[sqreen::identify(user_from = |user| user.emial())]
pub async fn current(email: &str) -> Result<User, String> {
    Ok(User { email: email.to_owned() })
}

#[sqreen::identify(user_from = |user| ("email", user.emial))]
pub fn pair(email: &str) -> Result<User, String> {
    Ok(User { email: email.to_owned() })
}

fn main() {}
