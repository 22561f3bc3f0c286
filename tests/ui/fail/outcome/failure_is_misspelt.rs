use AuthError::*;

pub enum AuthError {
    Wrong,
    Database,
}

// Without an error it would match everything.
#[sqreen::track_auth(error = Databse)]
pub fn login(email: &str) -> Result<u64, AuthError> {
    if email.is_empty() { Err(Wrong) } else { Err(Database) }
}

fn main() {}
