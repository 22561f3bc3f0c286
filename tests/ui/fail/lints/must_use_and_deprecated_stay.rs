#![deny(warnings)]

#[sqreen::track_auth]
#[must_use]
pub fn login(email: &str) -> bool {
    email.is_empty()
}

#[deprecated = "use `login`"]
#[sqreen::track_signup]
pub fn sign_up(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::identify]
pub fn current(session: u64) -> Result<User, String> {
    Ok(User { id: session })
}

#[derive(sqreen::Identity)]
pub struct User {
    #[identity]
    pub id: u64,
}

fn main() {
    login("a");
    let _ = sign_up("a");
    current(1);
}
