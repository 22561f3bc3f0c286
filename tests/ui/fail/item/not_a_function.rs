#[sqreen::track_auth(user = email)]
pub struct Creds {
    pub email: String,
}

#[sqreen::track_auth]
impl Creds {
    pub fn login(&self) -> bool {
        self.email.is_empty()
    }
}

#[sqreen::identify]
pub mod account {}

#[sqreen::track_signup]
pub static SIGN_UPS: u64 = 0;

#[sqreen::track_auth]
const LIMIT: u64 = SIGN_UPS_BEFORE;

const SIGN_UPS_BEFORE: u64 = 1;

fn main() {
    let creds = Creds { email: LIMIT.to_string() };
    assert!(creds.login());
}
