#[sqreen::track]
pub fn nothing() {}

#[sqreen::track()]
pub fn empty() {}

#[sqreen::track(user = email)]
pub fn only_the_user(email: &str) -> bool {
    email.is_empty()
}

fn main() {}
