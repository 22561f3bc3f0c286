pub struct Form {
    pub email: String,
    pub password: String,
}

#[sqreen::track_auth(secret = pasword)]
pub fn misspelt(email: &str, password: &str) -> bool {
    email == password
}

#[sqreen::track_auth(user = form.email, secret = password)]
pub fn inside_of_an_argument(form: &Form) -> bool {
    form.email == form.password
}

#[sqreen::identify(user_from = |id| id, session = cookie.value())]
pub fn current_user(token: &str) -> Option<u64> {
    token.parse().ok()
}

fn main() {}
