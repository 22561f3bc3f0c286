#[sqreen::track_auth]
pub fn login(email: &str) -> bool {
    email.parse::<u64>()? > 0
}

#[sqreen::track_signup]
pub async fn sign_up(email: &str) -> bool {
    email.parse::<u64>()? > 0
}

#[sqreen::track("sold")]
pub async fn sell(price: &str) {
    price.parse::<u64>()?;
}

fn main() {}
