#[sqreen::track_auth]
pub fn login(email: &str) -> bool {
    let found:
}

fn main() {
    login("the function is still there");
}
