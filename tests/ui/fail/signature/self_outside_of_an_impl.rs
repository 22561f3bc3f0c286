#[sqreen::track_auth]
pub fn login(&self, email: &str) -> bool {
    email.is_empty()
}

fn main() {}
