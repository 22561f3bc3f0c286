#[sqreen::track_auth(user: email)]
pub fn user(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(user_from)]
pub fn user_from(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(success(|returned| *returned))]
pub fn success(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(failure(false))]
pub fn failure(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(banned)]
pub fn banned(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(context)]
pub fn context(email: &str, context: &sqreen::Sqreen) -> bool {
    context.request().is_some() && email.is_empty()
}

#[sqreen::track_auth(crate)]
pub fn root(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(not_a_secret = true, user = token)]
pub fn flag(token: &str) -> bool {
    token.is_empty()
}

fn main() {}
