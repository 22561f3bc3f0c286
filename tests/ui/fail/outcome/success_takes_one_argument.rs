#[sqreen::track_auth(success = || true)]
pub fn none(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_signup(success = |email, returned| email.is_empty() && *returned)]
pub async fn two(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track("sold", success = async |returned| *returned > 0)]
pub fn asynchronous(price: u64) -> u64 {
    price
}

#[sqreen::track_auth(success = move |returned| *returned)]
pub fn moves_nothing(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(success = two_arguments)]
pub fn path(email: &str) -> bool {
    email.is_empty()
}

fn two_arguments(_: &str, returned: &bool) -> bool {
    *returned
}

fn main() {}
