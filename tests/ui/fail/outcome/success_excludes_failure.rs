#[sqreen::track_auth(success = Result::is_ok, failure = "wrong")]
pub fn login(email: &'static str) -> Result<usize, &'static str> {
    Err(email)
}

#[sqreen::track_signup(failure = Err("taken"), success = Result::is_ok)]
pub async fn sign_up(email: &'static str) -> Result<usize, &'static str> {
    Err(email)
}

fn main() {}
