#[sqreen::track_auth(success = true)]
pub fn value(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(success = returned.is_ok())]
pub fn expression(email: &str) -> Result<usize, String> {
    Ok(email.len())
}

#[sqreen::track_auth(success = Ok(_))]
pub fn pattern(email: &str) -> Result<usize, String> {
    Ok(email.len())
}

#[sqreen::track_signup(success = "Result::is_ok")]
pub fn text(email: &str) -> Result<usize, String> {
    Ok(email.len())
}

#[sqreen::track("sold", success = { true })]
pub fn block(price: u64) -> u64 {
    price
}

#[sqreen::track_auth(success = |returned| )]
pub fn unfinished(email: &str) -> Result<usize, String> {
    Ok(email.len())
}

fn main() {}
