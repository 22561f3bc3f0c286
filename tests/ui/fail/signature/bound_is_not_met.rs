pub struct Page<T: std::fmt::Display>(pub T);

pub struct User;

#[sqreen::track_auth]
pub fn login(email: &str) -> Option<Page<User>> {
    (!email.is_empty()).then_some(Page(User))
}

#[sqreen::track_signup]
pub async fn sign_up(email: &str) -> Option<Page<User>> {
    (!email.is_empty()).then_some(Page(User))
}

fn main() {}
