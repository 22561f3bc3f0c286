pub struct User {
    pub email: String,
    pub roles: Vec<String>,
    pub admin: bool,
    pub score: f64,
}

#[sqreen::track_auth(traits(roles = roles))]
pub fn argument(email: &str, roles: &[String]) -> Option<User> {
    find(email, roles)
}

#[sqreen::track_signup(traits(roles = |user| user.roles))]
pub async fn returned(email: &str, roles: &[String]) -> Result<Option<User>, String> {
    Ok(find(email, roles))
}

#[sqreen::identify(user = email, traits(score = |user| user.score * 2.0, admin = |user| user.admin))]
pub async fn numbers(email: &str, roles: &[String]) -> Option<User> {
    find(email, roles)
}

fn find(_: &str, _: &[String]) -> Option<User> {
    None
}

fn main() {}
