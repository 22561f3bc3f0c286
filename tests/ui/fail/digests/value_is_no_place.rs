#[sqreen::track_auth(secret = )]
pub fn nothing(email: &str, password: &str) -> bool {
    email == password
}

#[sqreen::track_auth(secret)]
pub fn no_value(email: &str, password: &str) -> bool {
    email == password
}

#[sqreen::track_auth(secret(password))]
pub fn in_parentheses(email: &str, password: &str) -> bool {
    email == password
}

#[sqreen::track_auth(secret = 1234)]
pub fn number(email: &str, password: &str) -> bool {
    email == password
}

#[sqreen::track_auth(secret = "pass word")]
pub fn two_words(email: &str, password: &str) -> bool {
    email == password
}

#[sqreen::track_auth(secret = |user| user.password)]
pub fn question(email: &str, password: &str) -> bool {
    email == password
}

#[sqreen::track_auth(secret = password, secret = email)]
pub fn two_of_them(email: &str, password: &str) -> bool {
    email == password
}

#[sqreen::identify(user_from = |id| id, session = format!("{token}"))]
pub fn macro_call(token: &str) -> Option<u64> {
    token.parse().ok()
}

#[sqreen::identify(session = |id| id, user_from = |id| id)]
pub fn question_of_a_session(token: &str) -> Option<u64> {
    token.parse().ok()
}

fn main() {}
