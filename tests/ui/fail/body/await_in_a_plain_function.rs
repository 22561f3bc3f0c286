#[sqreen::track_auth]
pub fn login(email: &str) -> bool {
    find(email).await
}

#[sqreen::identify]
pub fn current(session: &str) -> Option<User> {
    find(session).await.then_some(User { id: 1 })
}

async fn find(email: &str) -> bool {
    email.is_empty()
}

#[derive(sqreen::Identity)]
pub struct User {
    #[identity]
    pub id: u64,
}

fn main() {}
