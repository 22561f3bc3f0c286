//! A mistake in one function hides neither those of others nor any function.
#[sqreen::auto]
mod account {
    pub struct Page;

    pub struct Id;

    pub fn login(email: &str) -> Page {
        drop(email.to_owned());
        Page
    }

    pub fn sign_in(email: Id) -> bool {
        drop(email);
        true
    }

    pub async fn sign_up(email: &str) -> Result<u8, String> {
        Ok(email)
    }

    #[sqreen::track_auth(usr = email)]
    pub fn authenticate(email: &str) -> bool {
        email.is_empty()
    }
}

fn main() {
    account::login("");
    account::sign_in(account::Id);
    drop(account::sign_up(""));
    account::authenticate("");
}
