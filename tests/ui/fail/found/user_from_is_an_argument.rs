#[sqreen::track_signup(user_from = id)]
pub fn sign_up(id: u64) -> bool {
    id == 0
}

#[sqreen::identify(user_from = email)]
pub async fn current(email: &str) -> Option<usize> {
    Some(email.len())
}

fn main() {}
