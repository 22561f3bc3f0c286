#[sqreen::track_auth(user = email success = |returned| *returned)]
pub fn between(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(user(email = email id = id))]
pub fn between_pairs(email: &str, id: u64) -> bool {
    email.len() as u64 == id
}

#[sqreen::track_auth(user = token, not_a_secret success = |returned| *returned)]
pub fn after_a_word(token: &str) -> bool {
    token.is_empty()
}

#[sqreen::track_auth(user = email; success = |returned| *returned)]
pub fn semicolon(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(, user = email)]
pub fn leading(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track("sold" properties(price = price))]
pub fn after_the_name(price: u64) -> u64 {
    price
}

fn main() {}
