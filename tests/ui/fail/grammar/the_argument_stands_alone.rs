#[sqreen::track_auth(email)]
pub fn login(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_signup(email = form.email)]
pub fn sign_up(form: Form) -> bool {
    form.email.is_empty()
}

#[sqreen::identify(|user| user.email)]
pub fn current(id: u64) -> Option<Form> {
    Some(Form { email: id.to_string() })
}

pub struct Form {
    pub email: String,
}

fn main() {}
