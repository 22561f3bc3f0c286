#[sqreen::track_signup]
pub const fn sign_up(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::identify(user = id)]
pub const unsafe fn current(id: u64) -> Option<u64> {
    Some(id)
}

#[sqreen::track("sold")]
const fn sell(price: u64) -> u64 {
    price
}

const _: u64 = sell(1);

fn main() {}
