//! `mut` on an argument is used where it was, and told of where it is not needed.
#![deny(warnings)]
#![forbid(unsafe_code)]

#[sqreen::track_auth]
fn used(mut email: String, mut attempts: u32) -> Option<String> {
    email.push('!');
    attempts += 1;
    (attempts == 2).then_some(email)
}

#[sqreen::track_auth]
async fn used_later(mut email: String, (mut a, b): (u32, u32), mut text: &str) -> Option<String> {
    std::future::ready(()).await;
    a += b;
    text = text.trim();
    email.push_str(text);
    (a == 3).then_some(email)
}

#[sqreen::identify(user = email)]
fn used_after_it_was_read(mut email: String) -> Option<String> {
    email.push('!');
    Some(email)
}

#[expect(unused_mut)]
#[sqreen::track_auth]
fn not_needed(mut email: String) -> Option<String> {
    Some(email)
}

#[expect(unused_mut)]
#[sqreen::track_auth]
async fn not_needed_later(mut email: String) -> Option<String> {
    Some(email)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(used("a".to_owned(), 1).as_deref(), Some("a!"));
    assert_eq!(used_later("a".to_owned(), (1, 2), " b ").await.as_deref(), Some("ab"));
    assert_eq!(used_after_it_was_read("a".to_owned()).as_deref(), Some("a!"));
    assert_eq!(not_needed("a".to_owned()), not_needed_later("a".to_owned()).await);
}
