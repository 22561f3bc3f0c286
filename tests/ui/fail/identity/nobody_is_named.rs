pub struct Creds {
    pub email: String,
    pub password: String,
}

#[sqreen::track_auth]
pub fn login(creds: &Creds, shop: u64) -> bool {
    creds.email.len() as u64 == shop
}

#[sqreen::track_signup]
pub async fn sign_up(Creds { email: address, password }: Creds) -> bool {
    address == password
}

#[sqreen::track_auth]
pub fn nothing() -> bool {
    true
}

#[sqreen::track_auth]
fn main() {}
