#[sqreen::track_auth]
pub fn login(Some(email): Option<&str>) -> bool {
    email.is_empty()
}

#[sqreen::track_signup]
pub async fn sign_up(Ok(email): Result<&str, u8>) -> bool {
    email.is_empty()
}

fn main() {}
