#[derive(sqreen::Identity)]
pub fn login(email: &str) -> bool {
    email.is_empty()
}

pub struct User {
    #[identity]
    pub email: String,
}

fn main() {}
