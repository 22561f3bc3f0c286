#![deny(warnings)]

#[sqreen::track_auth]
pub fn unused_argument(email: &str, password: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_signup]
pub async fn unused_variable(email: &str) -> bool {
    let length = email.len();
    email.is_empty()
}

#[sqreen::track("sold")]
pub fn unreachable(price: u64) -> u64 {
    return price;
    price + 1
}

#[sqreen::track_auth]
pub fn needless_mut(mut email: String) -> bool {
    email.is_empty()
}

#[sqreen::track_auth]
pub async fn needless_mut_async(mut email: String) -> bool {
    email.is_empty()
}

fn main() {}
