//! `#[tracing::instrument]` above and below, on functions and methods, `async` or not.
#![deny(warnings)]
#![forbid(unsafe_code)]

use tracing::instrument;

struct Creds {
    email: String,
    password: String,
}

#[instrument(skip(password))]
#[sqreen::track_auth]
async fn above(email: &str, password: &str) -> Result<usize, String> {
    if password.is_empty() {
        return Err("no password".to_owned());
    }
    std::future::ready(()).await;
    Ok(email.len())
}

#[sqreen::track_auth]
#[instrument(skip(password), ret, err)]
async fn below(email: &str, password: &str) -> Result<usize, String> {
    if password.is_empty() {
        return Err("no password".to_owned());
    }
    std::future::ready(()).await;
    Ok(email.len())
}

#[instrument(skip_all, fields(email = %creds.email))]
#[sqreen::track_auth(user = creds.email)]
fn above_sync(creds: Creds) -> Option<String> {
    (creds.password == "correct horse").then_some(creds.email)
}

#[sqreen::track_auth(user = creds.email)]
#[instrument(skip_all, fields(email = %creds.email))]
fn below_sync(creds: Creds) -> Option<String> {
    (creds.password == "correct horse").then_some(creds.email)
}

struct Service(u32);

impl Service {
    #[instrument(skip_all)]
    #[sqreen::track_auth(user = creds.email)]
    async fn above(&mut self, Creds { email, .. }: Creds, creds: &Creds) -> Option<String> {
        self.0 += 1;
        (email == creds.email).then_some(email)
    }

    #[sqreen::identify(user = email)]
    #[instrument(skip_all)]
    async fn below(self, Creds { email, .. }: Creds) -> Option<u32> {
        (!email.is_empty()).then_some(self.0)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let creds = || Creds { email: "alice".to_owned(), password: "correct horse".to_owned() };
    assert_eq!(above("alice", "a").await, Ok(5));
    assert_eq!(below("alice", "").await, Err("no password".to_owned()));
    assert_eq!(above_sync(creds()).as_deref(), Some("alice"));
    assert_eq!(below_sync(creds()).as_deref(), Some("alice"));
    let mut service = Service(0);
    assert_eq!(service.above(creds(), &creds()).await.as_deref(), Some("alice"));
    assert_eq!(service.below(creds()).await, Some(1));
}
