#[sqreen::track_auth(success = |_| true)]
pub fn login(email: &str) -> impl std::fmt::Display {
    Some(email.len())
}

#[sqreen::track_signup]
pub async fn sign_up(email: &str) -> Result<impl std::fmt::Display, String> {
    Ok(Some(email.len()))
}

#[sqreen::track("sold")]
pub fn sell() -> impl Iterator<Item = u8> {
    7
}

fn main() {}
