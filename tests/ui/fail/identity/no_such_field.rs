pub struct Creds {
    pub email: String,
}

#[sqreen::track_auth(user = creds.emial)]
pub fn path(creds: Creds) -> bool {
    creds.email.is_empty()
}

#[sqreen::track_auth(user = "creds.emial")]
pub async fn text(creds: Creds) -> bool {
    creds.email.is_empty()
}

fn main() {}
