#[sqreen::track("sold")]
pub fn sell(price: u64) {
    price
}

#[sqreen::track_auth]
pub async fn login(email: &str) {
    email.len()
}

fn main() {}
