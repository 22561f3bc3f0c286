//! Who it is has been read when the body moves the argument, all of it or the field itself.
#![deny(warnings)]
#![forbid(unsafe_code)]

struct Creds {
    email: String,
    password: String,
}

#[sqreen::track_auth(user = creds.email)]
fn all_of_it(creds: Creds) -> Option<String> {
    let Creds { email, password } = creds;
    (email.len() < password.len()).then_some(email)
}

#[sqreen::track_auth(user = creds.email)]
async fn the_field_itself(creds: Creds) -> Option<String> {
    let email = creds.email;
    (email.len() < creds.password.len()).then_some(email)
}

#[sqreen::track_auth(user = creds.email, traits(length = creds.password.len()), not_a_secret)]
async fn another_field(creds: Creds) -> Option<String> {
    drop(creds.password);
    std::future::ready(()).await;
    Some(creds.email)
}

#[sqreen::identify(user = creds.email)]
async fn read_before_and_used_after(creds: Creds) -> Option<String> {
    Some(creds.email)
}

#[sqreen::track_auth(user = creds.email)]
fn into_a_thread(creds: Creds) -> Option<String> {
    std::thread::spawn(move || creds.email).join().ok()
}

#[sqreen::track_auth(user = creds.email)]
async fn into_a_task(creds: Box<Creds>) -> Option<String> {
    tokio::spawn(async move { creds.email }).await.ok()
}

#[sqreen::track_auth(user = creds.email)]
fn into_a_closure(creds: Creds) -> Option<impl FnOnce() -> String> {
    Some(move || creds.email)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let creds = || Creds { email: "alice".to_owned(), password: "correct horse".to_owned() };
    let alice = Some("alice".to_owned());
    assert_eq!(all_of_it(creds()), alice);
    assert_eq!(the_field_itself(creds()).await, alice);
    assert_eq!(another_field(creds()).await, alice);
    assert_eq!(read_before_and_used_after(creds()).await, alice);
    assert_eq!(into_a_thread(creds()), alice);
    assert_eq!(into_a_task(Box::new(creds())).await, alice);
    assert_eq!(into_a_closure(creds()).map(|email| email()), alice);
}
