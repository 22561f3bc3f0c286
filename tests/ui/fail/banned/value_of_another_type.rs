pub enum LoginError {
    Banned,
}

#[sqreen::track_auth(banned = LoginError::Banned)]
pub fn login(email: &str) -> Result<usize, LoginError> {
    Ok(email.len())
}

#[sqreen::track_auth(banned = "banned")]
pub async fn login_async(email: &str) -> Result<usize, LoginError> {
    Ok(email.len())
}

#[sqreen::identify(user = id, banned = Err(()))]
pub async fn current(id: u64) -> Result<Option<u64>, LoginError> {
    Ok(Some(id))
}

#[sqreen::track_signup(banned = |refused| refused)]
pub fn closure(email: &str) -> Result<usize, LoginError> {
    Ok(email.len())
}

#[sqreen::identify(user = id, banned = Some(()))]
pub fn at_entry(id: u64) -> Option<u64> {
    Some(id)
}

fn main() {}
