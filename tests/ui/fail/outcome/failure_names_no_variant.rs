pub enum LoginError {
    InvalidCredentials(u8),
    Db { reason: String },
}

#[sqreen::track_auth(failure = LoginError::InvalidCredential(_))]
pub fn variant(email: &str) -> Result<usize, LoginError> {
    Ok(email.len())
}

#[sqreen::track_signup(error = LoginError::Db { reson: _ })]
pub async fn field(email: &str) -> Result<usize, LoginError> {
    Ok(email.len())
}

#[sqreen::track_auth(failure = LogonError::InvalidCredentials(_))]
pub fn unknown_type(email: &str) -> Result<usize, LoginError> {
    Ok(email.len())
}

fn main() {}
