//! `user = self.email`: of the receiver, whichever kind it is.
#![deny(warnings)]
#![forbid(unsafe_code)]

struct Login {
    email: String,
    password: String,
}

impl Login {
    #[sqreen::track_auth(user = self.email)]
    fn check(&self) -> bool {
        self.password == "correct horse"
    }

    #[sqreen::track_auth(user = self.email)]
    async fn consume(self) -> Option<String> {
        (self.password == "correct horse").then_some(self.email)
    }

    #[sqreen::track_auth(user = self.email())]
    fn by_method(&mut self) -> bool {
        self.password.clear();
        self.email().is_empty()
    }

    fn email(&self) -> &str {
        &self.email
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut login = Login { email: "alice@example.com".to_owned(), password: "correct horse".to_owned() };
    assert!(login.check());
    assert!(!login.by_method());
    login.password.push_str("correct horse");
    assert_eq!(login.consume().await.as_deref(), Some("alice@example.com"));
}
