mod shop {
    pub struct Form {
        email: String,
    }

    impl Form {
        pub fn email(&self) -> &str {
            &self.email
        }
    }
}

#[sqreen::track_auth(user = form.email)]
pub fn login(form: &shop::Form) -> bool {
    form.email().is_empty()
}

fn main() {}
