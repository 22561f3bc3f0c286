#[sqreen::track_auth]
pub fn login(email: &str) -> Result<usize> {
    Ok(email.len())
}

#[sqreen::track_signup]
pub async fn sign_up(email: &str) -> Option {
    Some(email.len())
}

#[sqreen::track("sold")]
pub fn sell() -> Page<u8, u8> {
    Page(Vec::new())
}

pub struct Page<T>(pub Vec<T>);

fn main() {}
