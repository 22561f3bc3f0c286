#[sqreen::track_auth(user = emial)]
#[sqreen::identify(user = emial)]
pub fn both(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth]
#[sqreen::track("seen", user = emial)]
pub fn the_lower(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auht]
pub fn no_such_attribute(email: &str) -> bool {
    email.is_empty()
}

fn main() {}
