pub struct Form {
    pub email: String,
    pub password: String,
}

#[sqreen::track_auth(user = form.email, secret = form.passwort)]
pub async fn login(form: Form) -> bool {
    form.email == form.password
}

fn main() {}
