use std::future::Future;
use std::pin::Pin;

type Reply<T> = Pin<Box<dyn Future<Output = T> + Send>>;

#[sqreen::track_auth]
pub fn login(email: String) -> Reply<bool> {
    Box::pin(async move { email.is_empty() })
}

#[sqreen::track_auth(failure = false)]
pub fn with_a_pattern(email: String) -> Reply<bool> {
    Box::pin(async move { email.is_empty() })
}

#[sqreen::identify]
pub fn current(session: u64) -> Reply<Option<User>> {
    Box::pin(async move { (session > 0).then_some(User { id: session }) })
}

#[derive(sqreen::Identity)]
pub struct User {
    #[identity]
    pub id: u64,
}

fn main() {}
