#[sqreen::track_signup(secret = password)]
pub fn sign_up(email: &str, password: &str) -> bool {
    email == password
}

#[sqreen::identify(user = email, secret = password)]
pub fn current_user(email: &str, password: &str) -> bool {
    email == password
}

#[sqreen::track("password.changed", secret = password)]
pub fn change(email: &str, password: &str) -> bool {
    email == password
}

#[sqreen::track_auth(session = token)]
pub fn login(email: &str, token: &str) -> bool {
    email == token
}

#[sqreen::track_signup(session = token)]
pub fn sign_up_in_a_session(email: &str, token: &str) -> bool {
    email == token
}

#[sqreen::track("cart.emptied", session = token)]
pub fn empty(token: &str) -> bool {
    token.is_empty()
}

fn main() {
    login("the functions", "are still there");
}
