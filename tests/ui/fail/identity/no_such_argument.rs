struct Creds {
    email: String,
}

#[sqreen::track_auth(user = "emial")]
fn text(email: &str, password: &str) -> bool {
    email == password
}

#[sqreen::track_auth(user = emial)]
async fn path(email: &str, password: &str) -> bool {
    email == password
}

#[sqreen::track_signup(user(email = cerds.email, id = self.id))]
fn composite(creds: Creds, _db: u8) -> bool {
    creds.email.is_empty()
}

#[sqreen::identify(user = email)]
fn no_arguments() -> Option<()> {
    None
}

fn main() {
    text("", "");
}
