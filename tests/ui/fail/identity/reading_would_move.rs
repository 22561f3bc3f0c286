pub struct Form {
    pub email: String,
}

impl Form {
    pub fn into_email(self) -> String {
        self.email
    }

    pub fn take_email(&mut self) -> String {
        std::mem::take(&mut self.email)
    }
}

#[sqreen::track_auth(user(email = form.into_email()))]
pub fn by_value(form: Form) -> bool {
    form.email.is_empty()
}

#[sqreen::track_signup(user(email = form.take_email()))]
pub async fn by_mutable_reference(form: Form) -> bool {
    form.email.is_empty()
}

fn main() {}
