//! `traits(…)`: what else is known of the user, from the arguments or from what is returned.
#![deny(warnings)]
#![forbid(unsafe_code)]

#[derive(Debug, PartialEq, sqreen::Identity)]
struct User {
    email: String,
    plan: &'static str,
    seats: u32,
}

struct Form {
    email: String,
    password: String,
    language: Option<String>,
}

#[sqreen::track_auth(
    user = form.email,
    traits(language = form.language, plan = |user| user.plan, seats = |user| user.seats + 1),
)]
async fn login(form: Form) -> Option<User> {
    (form.password == "correct horse").then_some(User { email: form.email, plan: "business", seats: 11 })
}

#[sqreen::track_signup(user = form.email, traits("language" = form.language, length = form.email.len()))]
async fn sign_up(form: Form) -> Result<Option<Form>, String> {
    Ok(Some(form))
}

#[sqreen::identify(traits(plan = |user: &User| user.plan.to_uppercase(), seats = |User { seats, .. }| *seats))]
async fn current_user(user: User) -> Option<User> {
    Some(user)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let form = || Form {
        email: "alice@example.com".to_owned(),
        password: "correct horse".to_owned(),
        language: None,
    };
    let alice = || User { email: "alice@example.com".to_owned(), plan: "business", seats: 11 };
    assert_eq!(login(form()).await, Some(alice()));
    assert!(sign_up(form()).await.is_ok_and(|form| form.is_some_and(|form| form.language.is_none())));
    assert_eq!(current_user(alice()).await, Some(alice()));
}
