#[sqreen::track_auth(user = email, secret = password, not_a_secret)]
pub fn login(email: &str, password: &str) -> bool {
    email == password
}

#[sqreen::identify(user_from = |id| id, session = token, not_a_secret)]
pub fn current_user(token: &str) -> Option<u64> {
    token.parse().ok()
}

fn main() {}
