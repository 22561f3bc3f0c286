#[sqreen::track_auth]
pub fn login<E: AsRef<str>>(email: E) -> bool {
    email.as_ref().is_empty()
}

#[sqreen::identify(user = id)]
pub async fn current(id: impl Into<u64>) -> Option<u64> {
    Some(id.into())
}

fn main() {}
