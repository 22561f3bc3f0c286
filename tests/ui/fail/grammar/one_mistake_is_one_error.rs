// Nobody else is named here, so what cannot be read must not count as not written.
#[sqreen::track_auth(user = 3)]
pub fn user(id: u64) -> bool {
    id == 0
}

#[sqreen::track_auth(usr = id)]
pub fn misspelt_user(id: u64) -> bool {
    id == 0
}

#[sqreen::track_signup(user_from = 3)]
pub fn user_from(id: u64) -> bool {
    id == 0
}

#[sqreen::track_auth(user(id))]
pub fn pairs(id: u64) -> bool {
    id == 0
}

#[sqreen::identify(user = 3)]
pub fn identified_by_type(id: u64) -> Option<u64> {
    Some(id)
}

#[sqreen::identify(user = tokn, not_a_secret)]
pub fn not_a_secret(token: u64) -> Option<u64> {
    Some(token)
}

#[sqreen::identify(user = token + 1, not_a_secret)]
pub fn not_a_secret_of_no_place(token: u64) -> Option<u64> {
    Some(token)
}

#[sqreen::track(7)]
pub fn name() {}

fn main() {}
