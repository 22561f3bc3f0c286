#[sqreen::track_auth]
pub fn login(email) -> bool {
    email.is_empty()
}

fn main() {}
