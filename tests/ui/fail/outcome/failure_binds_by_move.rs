pub enum LoginError {
    Wrong(String),
    Locked,
}

#[sqreen::track_auth(failure = &LoginError::Wrong(why) if why.is_empty())]
pub fn moves(email: &str) -> Result<usize, LoginError> {
    Ok(email.len())
}

#[sqreen::track_auth(failure = LoginError::Wrong(ref mut why) if why.is_empty())]
pub async fn mutable(email: &str) -> Result<usize, LoginError> {
    Ok(email.len())
}

#[sqreen::track_auth(failure = LoginError::Wrong(why) if takes(why))]
pub fn moves_in_the_guard(email: &str) -> Result<usize, LoginError> {
    Ok(email.len())
}

fn takes(why: String) -> bool {
    why.is_empty()
}

fn main() {}
