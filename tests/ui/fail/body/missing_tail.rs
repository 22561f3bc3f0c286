#[sqreen::track_auth]
pub fn login(email: &str) -> Option<usize> {
    Some(email.len());
}

#[sqreen::track_auth]
pub async fn login_async(email: &str) -> Option<usize> {
    Some(email.len());
}

fn main() {}
