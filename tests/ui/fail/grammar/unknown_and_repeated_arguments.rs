#[sqreen::track_auth(usr = email, frobnicate(1, 2), user = email, crate = ::sqreen, user = email)]
fn login(email: &str) -> bool {
    email.is_empty()
}

fn main() {
    login("the function is still there");
}
