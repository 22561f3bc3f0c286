#[sqreen::track_auth(user = "")]
fn empty(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(user = "a b")]
fn two_words(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(user = "email.trim()")]
fn call_in_text(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(user = 3)]
fn number(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(user = crate::email)]
fn path(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(user(email = format!("{email}")))]
fn macro_call(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(user = )]
fn nothing(email: &str) -> bool {
    email.is_empty()
}

fn main() {}
