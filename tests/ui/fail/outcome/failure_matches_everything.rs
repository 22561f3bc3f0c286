pub enum LoginError {
    Locked,
    Db,
}

// A name without its enum binds whatever comes.
#[sqreen::track_auth(failure = Locked)]
pub fn login(email: &str) -> Result<usize, LoginError> {
    if email.is_empty() {
        return Err(LoginError::Db);
    }
    Err(LoginError::Locked)
}

fn main() {}
