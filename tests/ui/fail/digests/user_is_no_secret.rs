pub struct Form {
    pub email: String,
    pub password: String,
}

#[sqreen::track_auth(user = form.email, secret = form.email)]
pub fn twice(form: &Form) -> bool {
    form.email == form.password
}

#[sqreen::track_auth(user(email = form.email.trim(), shop = shop), secret = form.email.as_bytes())]
pub fn converted(form: &Form, shop: u64) -> bool {
    form.email == form.password && shop > 0
}

#[sqreen::track_auth(secret = "email")]
pub fn found_by_name(email: &str, password: &str) -> bool {
    email == password
}

#[sqreen::identify(user = form.email, session = form.email)]
pub fn session(form: &Form) -> bool {
    form.email == form.password
}

fn main() {}
