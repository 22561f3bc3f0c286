pub struct User(pub u64, pub Vec<String>);

#[sqreen::track_auth(user_from = |user| user.0)]
pub fn field(email: &str) -> Option<User> {
    Some(User(email.len() as u64, Vec::new()))
}

#[sqreen::identify(user_from = |user| user.1[0])]
pub async fn element(email: &str) -> Option<User> {
    Some(User(email.len() as u64, Vec::new()))
}

fn main() {}
