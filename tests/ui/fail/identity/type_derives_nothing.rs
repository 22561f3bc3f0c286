pub struct Session {
    pub id: u64,
}

pub struct User {
    pub id: u64,
}

#[sqreen::track_auth]
pub fn login(session: &Session) -> Result<User, String> {
    Ok(User { id: session.id })
}

#[sqreen::identify]
pub async fn current(session: &Session) -> User {
    User { id: session.id }
}

#[sqreen::identify]
pub fn found_nothing(session: &Session) {
    assert_ne!(session.id, 0);
}

fn main() {}
