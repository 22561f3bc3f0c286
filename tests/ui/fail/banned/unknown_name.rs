pub enum LoginError {
    Banned,
}

#[sqreen::track_auth(banned = Err(LoginError::Baned))]
pub fn variant(email: &str) -> Result<usize, LoginError> {
    Ok(email.len())
}

#[sqreen::track_signup(banned = Err(refused.into()))]
pub async fn without_closure(email: &str) -> Result<usize, LoginError> {
    Ok(email.len())
}

#[sqreen::identify(user_from = |user| ("id", *user), banned = |refused| Err(refused.reson()))]
pub async fn method(id: u64) -> Result<u64, LoginError> {
    Ok(id)
}

fn main() {}
