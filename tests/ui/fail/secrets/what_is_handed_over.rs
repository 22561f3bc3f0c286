pub struct Form {
    pub email: String,
    pub password: String,
}

#[sqreen::track_auth(user = form.email, traits(typed = form.password))]
pub fn value_of_a_trait(form: &Form) -> bool {
    form.email == form.password
}

#[sqreen::track_signup(user = form.email, traits(password = form.email))]
pub fn key_of_a_trait(form: &Form) -> bool {
    form.email == form.password
}

#[sqreen::track("changed", user = form.email, properties(from = old_password, to = form.password))]
pub fn values_of_properties(form: &Form, old_password: &str) -> bool {
    form.password == old_password
}

#[sqreen::track_auth(user = "form.password")]
pub fn as_text(form: &Form) -> bool {
    form.email == form.password
}

#[sqreen::track_auth(user(access_token = form.email))]
pub fn key(form: &Form) -> bool {
    form.email == form.password
}

#[sqreen::track_auth(user = passwd.trim())]
pub fn converted(passwd: &str) -> bool {
    passwd.is_empty()
}

#[sqreen::track_auth(user = PASSWORD)]
pub fn in_capitals(#[allow(non_snake_case)] PASSWORD: &str) -> bool {
    PASSWORD.is_empty()
}

fn main() {}
