pub struct Creds {
    #[sqreen::track_auth]
    pub email: String,
}

pub fn login(#[sqreen::track_auth] email: &str) -> bool {
    email.is_empty()
}

fn main() {}
