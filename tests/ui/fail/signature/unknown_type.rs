#[sqreen::track_auth]
pub fn returned(email: &str) -> Result<Usr, String> {
    Err(email.to_owned())
}

#[sqreen::track_signup]
pub async fn returned_async(email: &str) -> Result<Usr, String> {
    Err(email.to_owned())
}

#[sqreen::identify]
pub fn argument(session: Sesion) -> Option<User> {
    Some(User { id: session.id })
}

#[derive(sqreen::Identity)]
pub struct User {
    #[identity]
    pub id: u64,
}

pub struct Session {
    pub id: u64,
}

fn main() {}
