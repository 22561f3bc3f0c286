//! A warning for each function against which one thing speaks; none for what is plainly something else.
#![deny(warnings)]

#[sqreen::auto]
mod account {
    #![allow(dead_code)]

    pub struct Json<T>(pub T);
    pub struct Html(pub String);
    pub struct User {
        pub name: String,
    }

    pub fn login(email: &str) -> bool {
        email.is_empty()
    }

    pub fn sign_in(name: &str) -> bool {
        name.is_empty()
    }

    pub fn send_login_link(email: &str) -> bool {
        email.is_empty()
    }

    pub async fn login_user(email: &str) -> Html {
        Html(email.to_owned())
    }

    pub fn register(username: &str) {
        drop(username.to_owned());
    }

    pub fn log_in(login: Json<serde_json::Login>) -> bool {
        login.0.is_empty()
    }

    pub fn current_user(session: &str) -> Option<User> {
        Some(User { name: session.to_owned() })
    }

    /// Shows a page, and takes nothing.
    pub fn login_page() -> Html {
        Html(String::new())
    }

    #[sqreen::skip]
    pub fn authenticate(name: &str) -> bool {
        name.is_empty()
    }

    mod serde_json {
        pub type Login = String;
    }
}

fn main() {
    account::login("a");
}
