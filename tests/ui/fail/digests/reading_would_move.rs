pub struct Password(String);

impl Password {
    pub fn into_inner(self) -> String {
        self.0
    }
}

#[sqreen::track_auth(secret = password.into_inner())]
pub async fn login(email: &str, password: Password) -> bool {
    email == password.0
}

fn main() {}
