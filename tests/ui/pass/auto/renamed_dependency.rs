//! The crate under another name.
#![deny(warnings)]

extern crate sqreen as protection;

#[protection::auto(crate = ::protection)]
mod account {
    pub fn login(email: &str) -> bool {
        email.is_empty()
    }

    pub async fn sign_up(username: &str) -> Result<usize, u8> {
        Ok(username.len())
    }

    #[protection::skip]
    pub fn log_in(name: &str) -> bool {
        name.is_empty()
    }
}

fn main() {
    assert!(account::login("") && account::log_in(""));
    drop(account::sign_up(""));
    assert_eq!(protection::registry::instrumentation().len(), 2);
}
