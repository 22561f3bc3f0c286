pub enum LoginError {
    Wrong(u8),
    Locked,
}

pub enum SignUpError {
    Taken,
}

#[sqreen::track_auth(failure = SignUpError::Taken)]
pub fn another_error(email: &str) -> Result<usize, LoginError> {
    Ok(email.len())
}

#[sqreen::track_signup(error = "wrong" | "locked")]
pub async fn text(email: &str) -> Result<usize, LoginError> {
    Ok(email.len())
}

#[sqreen::track_auth(failure = LoginError::Wrong)]
pub fn without_its_fields(email: &str) -> Result<usize, LoginError> {
    Ok(email.len())
}

#[sqreen::track_auth(failure = LoginError::Locked)]
pub fn of_a_bool(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(failure = Err(LoginError::Locked))]
pub fn whole_of_an_option(email: &str) -> Option<usize> {
    Some(email.len())
}

#[sqreen::track_auth(failure = Ok(None))]
pub async fn whole_of_another(email: &str) -> Result<bool, LoginError> {
    Ok(email.is_empty())
}

fn main() {}
