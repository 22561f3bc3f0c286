#[sqreen::track_auth(user_from = |user| user.email)]
pub fn unit(email: &str) {
    assert!(!email.is_empty());
}

#[sqreen::track_signup(user_from = |user| user.email)]
pub async fn ok_of_nothing(email: &str) -> Result<(), String> {
    assert!(!email.is_empty());
    Ok(())
}

#[sqreen::identify(user_from = |user| user.email)]
pub fn yes_or_no(email: &str) -> bool {
    email.is_empty()
}

fn main() {}
