pub enum LoginError {
    Banned,
}

#[sqreen::track_auth(banned = || Err(LoginError::Banned))]
pub fn none(email: &str) -> Result<usize, LoginError> {
    Ok(email.len())
}

#[sqreen::track_signup(banned = |refused, email| Err(LoginError::Banned))]
pub async fn two(email: &str) -> Result<usize, LoginError> {
    Ok(email.len())
}

#[sqreen::track_auth(banned = |refused: String| Err(LoginError::Banned))]
pub fn another(email: &str) -> Result<usize, LoginError> {
    Ok(email.len())
}

#[sqreen::track_auth(banned = refuse)]
pub fn path(email: &str) -> Result<usize, LoginError> {
    Ok(email.len())
}

fn refuse(_: sqreen::Refused) -> Result<usize, LoginError> {
    Err(LoginError::Banned)
}

fn main() {}
