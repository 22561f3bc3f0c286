#[sqreen::track_signup]
pub fn sign_up(email: &str) -> bool {
    email.starts_with("a",
}

fn main() {}
