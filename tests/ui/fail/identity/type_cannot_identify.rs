pub struct Creds {
    pub email: String,
}

#[sqreen::track_auth(user = creds)]
pub fn login(creds: &Creds) -> bool {
    creds.email.is_empty()
}

#[sqreen::track_signup]
pub async fn found_by_name(login: Creds) -> bool {
    login.email.is_empty()
}

fn main() {}
