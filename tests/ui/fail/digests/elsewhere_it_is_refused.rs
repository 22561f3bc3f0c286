#[sqreen::track_auth(secret = password, traits(typed = password))]
pub fn trait_of_it(email: &str, password: &str) -> bool {
    email == password
}

#[sqreen::identify(user = token, session = token.as_bytes())]
pub fn user_of_it(token: &str) -> bool {
    token.is_empty()
}

fn main() {}
