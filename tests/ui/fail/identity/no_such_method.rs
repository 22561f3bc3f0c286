pub struct Form {
    email: String,
}

impl Form {
    pub fn email(&self) -> &str {
        &self.email
    }
}

#[sqreen::track_auth(user = form.emial())]
pub fn login(form: &Form) -> bool {
    form.email().is_empty()
}

#[sqreen::track_signup(user(email = form.email(1)))]
pub async fn too_many_arguments(form: &Form) -> bool {
    form.email().is_empty()
}

fn main() {}
