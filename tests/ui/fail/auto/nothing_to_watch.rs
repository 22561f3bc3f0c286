//! What is in a module tells why none of it is watched.
#[sqreen::auto]
mod account {
    pub fn login_page(email: &str) -> String {
        email.to_owned()
    }

    pub fn login(name: &str) -> bool {
        name.is_empty()
    }

    pub async fn authenticate(Query(email): Query<String>) -> bool {
        email.is_empty()
    }

    pub fn log_in_or_sign_up(email: &str) -> bool {
        email.is_empty()
    }

    pub const fn sign_in(email: &str) -> bool {
        email.is_empty()
    }

    #[sqreen::track_signup(user = name)]
    pub fn sign_up(name: &str) -> bool {
        name.is_empty()
    }

    #[sqreen::skip]
    pub fn register(email: &str) -> bool {
        email.is_empty()
    }

    pub fn current_user(session: &str) -> usize {
        session.len()
    }

    pub struct Query<T>(pub T);
}

#[sqreen::auto]
mod catalogue {
    pub fn products() -> u8 {
        1
    }
}

#[sqreen::auto]
mod empty {}

pub struct Accounts;

#[sqreen::auto]
impl Accounts {
    pub fn verify_password(&self, password: &str, hash: &str) -> bool {
        password == hash
    }
}

fn main() {
    account::login("a");
    account::sign_up("a");
    account::register("a");
    catalogue::products();
    Accounts.verify_password("a", "a");
}
