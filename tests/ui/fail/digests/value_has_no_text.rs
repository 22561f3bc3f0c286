pub struct Hidden(String);

impl Hidden {
    pub fn expose_secret(&self) -> &str {
        &self.0
    }
}

#[sqreen::track_auth(secret = password)]
pub fn wrapped(email: &str, password: &Hidden) -> bool {
    email == password.expose_secret()
}

#[sqreen::track_auth(secret = pin)]
pub async fn number(email: &str, pin: u32) -> bool {
    pin.to_string() == email
}

#[sqreen::identify(user_from = |id| id, session = session.0)]
pub fn current_user(session: (u64, String)) -> Option<u64> {
    session.1.parse().ok()
}

fn main() {}
