pub struct Session<'a>(pub &'a str);

#[sqreen::track_auth]
pub fn returned(email: &str, fallback: &str) -> Option<&str> {
    Some(if email.is_empty() { fallback } else { email })
}

#[sqreen::track_auth]
pub async fn returned_async(email: &str, fallback: &str) -> Option<&str> {
    Some(if email.is_empty() { fallback } else { email })
}

#[sqreen::identify(user = id)]
pub fn undeclared(id: u64, session: &'a str) -> Option<Session<'a>> {
    (id > 0).then_some(Session(session))
}

fn main() {}
