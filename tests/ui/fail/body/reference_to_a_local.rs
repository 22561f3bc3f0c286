#[sqreen::track_auth]
pub fn login(email: &str) -> Option<&str> {
    let trimmed = email.to_lowercase();
    Some(trimmed.as_str())
}

#[sqreen::track_auth]
pub async fn login_async(email: &str) -> Option<&str> {
    let trimmed = email.to_lowercase();
    Some(trimmed.as_str())
}

fn main() {}
