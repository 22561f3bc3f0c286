//! The three ways to name one identifier, on all three attributes.
#![deny(warnings)]

#[derive(sqreen::Identity)]
struct User {
    email: String,
}

struct Form {
    user: User,
    password: String,
}

#[sqreen::track_auth(user = "form.user.email")]
fn as_text(form: &Form) -> bool {
    form.password == "hunter2"
}

#[sqreen::track_signup(user = form.user.email)]
fn as_path(form: &Form) -> bool {
    form.password == "hunter2"
}

#[sqreen::track_auth]
fn found_by_name(username: &str, password: &str) -> bool {
    username.len() == password.len()
}

#[sqreen::track_auth()]
fn found_in_a_pattern(Form { user: User { email }, password }: &Form) -> bool {
    email == password
}

#[sqreen::identify(user = form.user.email)]
fn from_an_argument(form: &Form) -> Option<&str> {
    Some(&form.password)
}

#[sqreen::identify]
fn from_the_returned_value(form: Form) -> User {
    form.user
}

fn main() {
    let form = || Form { user: User { email: "alice@example.com".into() }, password: "hunter2".into() };
    assert!(as_text(&form()));
    assert!(as_path(&form()));
    assert!(!found_by_name("alice", "hunter2"));
    assert!(!found_in_a_pattern(&form()));
    assert_eq!(from_an_argument(&form()), Some("hunter2"));
    assert_eq!(from_the_returned_value(form()).email, "alice@example.com");
}
