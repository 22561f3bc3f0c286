#[sqreen::track_auth]
pub fn login(email: &str) -> bool {
    emial.is_empty()
}

#[sqreen::track_auth]
pub async fn uses_a_moved_value(email: String) -> bool {
    drop(email);
    email.is_empty()
}

fn main() {}
