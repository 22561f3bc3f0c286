//! What a macro will write is not there yet, so it could not be watched, and nobody would know.
#[sqreen::auto]
mod account {
    include!("functions.in");

    pub fn login(email: &str) -> bool {
        email.is_empty()
    }

    macro_rules! function {
        ($name:ident) => {
            pub fn $name(email: &str) -> bool {
                email.is_empty()
            }
        };
    }

    function!(sign_in);
    function! { sign_up }

    thread_local! {
        pub static SEEN: bool = const { true };
    }
}

struct Accounts;

macro_rules! method {
    () => {};
}

#[sqreen::auto]
impl Accounts {
    method!();

    fn login(&self, email: &str) -> bool {
        email.is_empty()
    }
}

fn main() {
    account::SEEN.with(|seen| assert!(*seen));
    assert!(account::login("") && account::sign_in("") && account::sign_up("") && Accounts.login(""));
}
