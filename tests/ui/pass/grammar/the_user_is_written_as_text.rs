//! `user = "form.email"`: the same as without quotes.
#![deny(warnings)]
#![forbid(unsafe_code)]

struct Form {
    email: String,
    password: String,
}

#[sqreen::track_auth(user = "email")]
fn login(email: &str, password: &str) -> bool {
    email.len() < password.len()
}

#[sqreen::track_auth(user = "form.email")]
fn login_by_form(form: Form) -> bool {
    form.email.len() < form.password.len()
}

#[sqreen::track_signup(user(email = "form.email", "e-mail" = "form.email"))]
fn sign_up(form: &Form) -> bool {
    form.email.len() < form.password.len()
}

fn main() {
    let form = || Form { email: "alice@example.com".to_owned(), password: "correct horse battery".to_owned() };
    assert!(login("alice@example.com", "correct horse battery"));
    assert!(login_by_form(form()));
    assert!(sign_up(&form()));
}
