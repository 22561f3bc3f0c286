//! What identifies the user is read before the body takes it apart.
#![deny(warnings)]

struct Creds {
    email: String,
    password: String,
}

#[sqreen::track_auth(user = creds.email)]
fn moves_all(creds: Creds) -> bool {
    let Creds { email, password } = creds;
    email == password
}

#[sqreen::track_auth(user = creds.email)]
async fn moves_a_part(creds: Creds) -> Option<String> {
    let email = creds.email;
    (email == creds.password).then_some(email)
}

#[sqreen::track_auth]
fn mutates(mut email: String, mut attempts: u32) -> Option<String> {
    email.push('!');
    attempts += 1;
    (attempts > 1).then_some(email)
}

#[sqreen::track_auth]
async fn mutates_later(mut email: String, (mut a, b): (u32, u32)) -> Option<String> {
    std::future::ready(()).await;
    a += b;
    email.push('!');
    (a > 1).then_some(email)
}

#[sqreen::identify(user = creds.email)]
fn identifies_after_the_move(creds: Creds) -> Option<String> {
    Some(creds.email)
}

struct Session {
    email: String,
}

impl Session {
    #[sqreen::identify(user = self.email)]
    fn take(mut self) -> Option<String> {
        self.email.push('!');
        Some(self.email)
    }
}

fn main() {
    let creds = || Creds { email: "a".into(), password: "a".into() };
    assert!(moves_all(creds()));
    assert_eq!(mutates("a".into(), 1).as_deref(), Some("a!"));
    assert!(identifies_after_the_move(creds()).is_some());
    assert_eq!(Session { email: "a".into() }.take().as_deref(), Some("a!"));
    drop((moves_a_part(creds()), mutates_later("a".into(), (1, 1))));
}
