pub enum LoginError {
    Wrong(u8),
    Locked,
}

#[sqreen::track_auth(failure = |error| matches!(error, LoginError::Locked))]
pub fn closure(email: &str) -> Result<usize, LoginError> {
    Ok(email.len())
}

#[sqreen::track_auth(failure = error.is_wrong())]
pub fn call(email: &str) -> Result<usize, LoginError> {
    Ok(email.len())
}

#[sqreen::track_signup(error = *error == LoginError::Locked)]
pub fn comparison(email: &str) -> Result<usize, LoginError> {
    Ok(email.len())
}

#[sqreen::track_auth(failure = LoginError::Locked, LoginError::Wrong(_))]
pub fn two_patterns(email: &str) -> Result<usize, LoginError> {
    Ok(email.len())
}

#[sqreen::track_auth(failure = LoginError::Locked || LoginError::Wrong(_))]
pub fn or_of_expressions(email: &str) -> Result<usize, LoginError> {
    Ok(email.len())
}

#[sqreen::track_auth(failure = LoginError::Locked => false)]
pub fn arm(email: &str) -> Result<usize, LoginError> {
    Ok(email.len())
}

fn main() {}
