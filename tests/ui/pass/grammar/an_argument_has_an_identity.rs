//! With nothing said and no usual name, it is the argument whose type derives `Identity`.
#![deny(warnings)]
#![forbid(unsafe_code)]

use std::sync::Arc;

#[derive(sqreen::Identity)]
struct Credentials {
    email: String,
    password: String,
}

struct Database(u64);

#[sqreen::track_auth]
async fn login(database: &Database, credentials: Credentials) -> Result<String, u64> {
    if credentials.password == "correct horse" { Ok(credentials.email) } else { Err(database.0) }
}

#[sqreen::track_auth]
fn by_reference(credentials: &Credentials) -> bool {
    credentials.password == "correct horse"
}

#[sqreen::track_auth]
fn shared(database: Database, credentials: Arc<Credentials>) -> Result<u64, Database> {
    if credentials.password == "correct horse" { Ok(database.0) } else { Err(database) }
}

impl Credentials {
    #[sqreen::track_signup]
    fn sign_up(self) -> Option<String> {
        Some(self.email)
    }
}

fn credentials(password: &str) -> Credentials {
    Credentials { email: "alice@example.com".to_owned(), password: password.to_owned() }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(login(&Database(7), credentials("letmein")).await, Err(7));
    assert!(by_reference(&credentials("correct horse")));
    assert!(shared(Database(7), Arc::new(credentials("correct horse"))).is_ok());
    assert_eq!(credentials("").sign_up().as_deref(), Some("alice@example.com"));
}
