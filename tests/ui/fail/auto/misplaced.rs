//! On a function the attribute to use is another; on anything else there is none.
#[sqreen::auto]
pub fn login(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::auto]
async fn products() -> u8 {
    1
}

#[sqreen::auto]
pub struct Creds {
    pub email: String,
}

#[sqreen::auto]
pub trait Accounts {
    fn login(&self, email: &str) -> bool;
}

#[sqreen::auto]
use self::login as log_in;

#[sqreen::skip]
pub fn authenticate(email: &str) -> bool {
    email.is_empty()
}

fn main() {
    let creds = Creds { email: String::new() };
    assert!(login(&creds.email) && log_in("") && authenticate(""));
    drop(products());
}
