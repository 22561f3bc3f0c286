pub struct Creds {
    pub email: String,
    pub password: String,
}

#[sqreen::track_auth(user = password)]
pub fn argument(email: &str, password: &str) -> bool {
    email == password
}

#[sqreen::track_auth(user(email = creds.email, who = creds.password.as_str()))]
pub fn field(creds: &Creds) -> bool {
    creds.email == creds.password
}

#[sqreen::identify(user(session_token = id))]
pub fn key(id: u64) -> Option<u64> {
    Some(id)
}

#[derive(sqreen::Identity)]
pub struct User {
    pub email: String,
    #[identity]
    pub password_hash: String,
}

fn main() {}
