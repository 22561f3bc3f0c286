//! The functions of a module and of the modules and types in it, by name, argument and returned type.
#![deny(warnings)]
#![forbid(unsafe_code)]

use sqreen::registry::SiteKind::{self, Login, Session, SignUp};

#[sqreen::auto]
mod account {
    #![allow(dead_code)]

    #[derive(sqreen::Identity, Clone)]
    pub struct User {
        pub email: String,
    }

    pub struct Json<T>(pub T);

    pub struct Creds {
        pub username: String,
        pub password: String,
    }

    pub struct SignUpForm {
        pub email: String,
    }

    pub async fn login(email: &str, password: &str) -> Option<User> {
        (password == "right").then(|| User { email: email.to_owned() })
    }

    pub fn sign_in(Json(creds): Json<Creds>) -> Result<User, &'static str> {
        if creds.password == "right" {
            Ok(User { email: creds.username })
        } else {
            Err("wrong")
        }
    }

    pub fn create_account(form: SignUpForm) -> bool {
        !form.email.is_empty()
    }

    pub fn current_user(session: &str) -> Option<User> {
        (!session.is_empty()).then(|| User { email: session.to_owned() })
    }

    /// Looks at any user, and not at who is asking.
    pub fn get_user(id: u64) -> Option<User> {
        (id > 0).then(|| User { email: id.to_string() })
    }

    pub fn login_page() -> &'static str {
        "<form>"
    }

    pub fn verify_password(password: &str, hash: &str) -> bool {
        password == hash
    }

    pub mod post {
        pub struct Service;

        impl Service {
            pub fn log_in(&self, super::Creds { username, .. }: super::Creds) -> bool {
                username.is_empty()
            }
        }
    }

    pub trait Accounts {
        fn register(&self, email: &str) -> bool {
            email.is_empty()
        }

        fn authenticate(&self, email: &str) -> bool;
    }

    #[cfg(test)]
    mod tests {
        fn login(email: &str) -> bool {
            email.is_empty()
        }
    }
}

fn watched() -> Vec<(&'static str, SiteKind, &'static [&'static str])> {
    let mut all: Vec<_> = sqreen::registry::instrumentation()
        .into_iter()
        .map(|site| (site.function, site.kind, site.keys))
        .collect();
    all.sort();
    all
}

fn main() {
    use account::*;
    let creds = |username: &str| Creds { username: username.into(), password: "right".into() };
    assert!(sign_in(Json(creds("ann"))).is_ok_and(|user| user.email == "ann"));
    assert!(create_account(SignUpForm { email: "ann".into() }));
    assert!(current_user("ann").is_some() && get_user(0).is_none());
    assert!(post::Service.log_in(creds("")));
    assert!(!login_page().is_empty() && verify_password("a", "a"));
    drop(login("ann", "right"));

    assert_eq!(
        watched(),
        [
            ("create_account", SignUp, ["email"].as_slice()),
            ("current_user", Session, &[]),
            ("log_in", Login, &["username"]),
            ("login", Login, &["email"]),
            ("register", SignUp, &["email"]),
            ("sign_in", Login, &["username"]),
        ]
    );
}
