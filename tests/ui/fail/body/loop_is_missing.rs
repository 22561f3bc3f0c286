#[sqreen::track_auth]
pub fn login(email: &str) -> bool {
    if email.is_empty() {
        break;
    }
    true
}

#[sqreen::track_signup]
pub async fn sign_up(email: &str) -> bool {
    if email.is_empty() {
        continue;
    }
    true
}

fn main() {}
