//! Watched futures go where `Send + 'static` is asked for: onto other threads, into sets of tasks.
#![deny(warnings)]
#![forbid(unsafe_code)]

use std::sync::Arc;

use tokio::task::JoinSet;

struct Service(u32);

impl Service {
    #[sqreen::track_auth]
    async fn login(self: Arc<Self>, email: String) -> Result<u32, String> {
        tokio::task::yield_now().await;
        if email.is_empty() { Err(email) } else { Ok(self.0) }
    }
}

#[sqreen::track_auth]
async fn generic<T: Send + Sync + 'static>(email: String, value: T) -> Option<T> {
    tokio::task::yield_now().await;
    (!email.is_empty()).then_some(value)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let service = Arc::new(Service(7));
    let mut tasks = JoinSet::new();
    for email in ["a", "b", "c"] {
        tasks.spawn(Arc::clone(&service).login(email.to_owned()));
    }
    assert_eq!(tasks.join_all().await, [Ok(7), Ok(7), Ok(7)]);
    assert_eq!(tokio::spawn(generic("a".to_owned(), 7)).await.ok(), Some(Some(7)));
    assert_eq!(tokio::spawn(async { generic(String::new(), "a").await }).await.ok(), Some(None));
}
