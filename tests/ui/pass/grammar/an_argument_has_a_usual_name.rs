//! With nothing said, it is the argument called `email`, `mail`, `e_mail`, `username` or `login`, in that order.
#![deny(warnings)]
#![forbid(unsafe_code)]

use sqreen::registry::instrumentation;

#[sqreen::track_auth]
async fn by_email(login: &str, email: &str, password: &str) -> bool {
    login.len() + email.len() < password.len()
}

#[sqreen::track_auth]
fn by_mail(username: &str, mail: &str) -> bool {
    username == mail
}

#[sqreen::track_auth]
fn by_e_mail(username: &str, e_mail: &str) -> bool {
    username == e_mail
}

#[sqreen::track_signup()]
fn by_username(login: &str, username: &str) -> bool {
    login == username
}

#[sqreen::track_auth]
fn by_login(login: u64) -> bool {
    login == 7
}

struct Form {
    username: String,
    password: String,
}

#[sqreen::track_auth]
fn in_a_pattern(Form { username, password }: Form) -> Option<String> {
    (password == "correct horse").then_some(username)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(by_email("", "", "correct horse").await);
    assert!(by_mail("a", "a") && by_e_mail("a", "a") && by_username("a", "a") && by_login(7));
    let form = Form { username: "alice".to_owned(), password: "correct horse".to_owned() };
    assert_eq!(in_a_pattern(form).as_deref(), Some("alice"));
    let keys: Vec<_> = instrumentation().into_iter().flat_map(|site| site.keys).collect();
    assert_eq!(keys, [&"email", &"mail", &"e_mail", &"username", &"login", &"username"]);
}
