#[sqreen::track_auth(user_from = )]
pub fn user_from(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(success = , user = email)]
pub fn success(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(failure = )]
pub fn failure(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(error = , user = email)]
pub fn error(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(failure = false if)]
pub fn guard(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(banned = )]
pub fn banned(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(banned = , user = email)]
pub fn banned_before_another(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(context = )]
pub fn context(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(crate = )]
pub fn root(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(user(email = ))]
pub fn pair(email: &str) -> bool {
    email.is_empty()
}

fn main() {}
