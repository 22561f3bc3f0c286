#[sqreen::track_auth]
pub async fn login(email: &str) -> bool {
    email.
}

#[sqreen::identify]
pub fn current(session: &str) -> Option<User> {
    Some(User { id: session. })
}

#[derive(sqreen::Identity)]
pub struct User {
    #[identity]
    pub id: u64,
}

fn main() {
    drop(login("the function is still there"));
}
