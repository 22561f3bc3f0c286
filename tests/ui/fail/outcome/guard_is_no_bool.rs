pub enum LoginError {
    Wrong(u8),
}

#[sqreen::track_auth(failure = LoginError::Wrong(times) if times)]
pub fn login(email: &str) -> Result<usize, LoginError> {
    Ok(email.len())
}

#[sqreen::track_signup(error = LoginError::Wrong(_) if times > 3)]
pub async fn unknown_name(email: &str) -> Result<usize, LoginError> {
    Ok(email.len())
}

#[sqreen::track_auth(failure = LoginError::Wrong(_) if email.is_empty())]
pub fn moved_argument(email: String) -> Result<usize, LoginError> {
    let owned = email;
    Ok(owned.len())
}

fn main() {}
