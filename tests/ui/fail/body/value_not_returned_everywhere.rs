#[sqreen::track_auth]
pub fn login(email: &str) -> Result<usize, String> {
    if email.is_empty() {
        Err("empty".to_owned())
    }
}

#[sqreen::track_signup]
pub async fn sign_up(email: &str) -> Result<usize, String> {
    if email.is_empty() {
        return;
    }
    Ok(email.len())
}

#[sqreen::track_signup]
pub fn plain(email: &str) -> bool {
    if email.is_empty() {
        return;
    }
    true
}

fn main() {}
