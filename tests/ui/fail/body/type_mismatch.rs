pub struct User;

#[sqreen::track_auth]
pub fn login(email: &str) -> Result<User, String> {
    if email.is_empty() {
        return Err(7);
    }
    Ok(email)
}

#[sqreen::track_auth]
pub async fn login_async(email: &str) -> Result<User, String> {
    if email.is_empty() {
        return Err(7);
    }
    Ok(email)
}

fn main() {}
