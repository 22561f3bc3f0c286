#[sqreen::track_auth(user = email.trim())]
fn call_without_key(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(user = pair.0)]
fn tuple_without_key(pair: (&str, u8)) -> bool {
    pair.0.is_empty()
}

#[sqreen::track_auth(user(email))]
fn pair_without_value(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(user())]
fn no_pair(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(user)]
fn no_value(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(user("" = email))]
fn empty_key(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(user(email = email, id = id, "email" = email))]
fn same_key_twice(email: &str, id: u64) -> bool {
    email.len() as u64 == id
}

#[sqreen::track_auth("email")]
fn positional(email: &str) -> bool {
    email.is_empty()
}

fn main() {}
