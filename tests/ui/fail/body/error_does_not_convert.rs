pub struct LoginError;

#[sqreen::track_auth]
pub fn login(email: &str) -> Result<u64, LoginError> {
    let number = email.parse::<u64>()?;
    Ok(number)
}

#[sqreen::track_auth]
pub async fn login_async(email: &str) -> Result<u64, LoginError> {
    let number = email.parse::<u64>()?;
    Ok(number)
}

fn main() {}
