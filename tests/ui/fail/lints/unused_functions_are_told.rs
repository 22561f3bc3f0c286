#![deny(dead_code)]

#[sqreen::track_auth]
fn login(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_signup]
async fn sign_up(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::identify(user = id)]
fn current(id: u64) -> Option<u64> {
    Some(id)
}

struct Shop;

impl Shop {
    #[sqreen::track("sold")]
    fn sell(&self) {}
}

fn main() {
    let _ = Shop;
}
