pub struct Password {
    pub raw: String,
}

#[sqreen::track_auth(user(email = password.raw))]
pub fn login(password: &Password) -> bool {
    password.raw.is_empty()
}

#[sqreen::identify(user_from = |user| user.0, traits(length = |user| user.1.password.len()))]
pub fn session(id: u64) -> Option<(u64, Account)> {
    let _ = id;
    None
}

pub struct Account {
    pub password: String,
}

fn main() {}
