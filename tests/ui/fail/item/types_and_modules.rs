#[sqreen::track_auth]
pub enum Login {
    Typed,
}

#[sqreen::track_signup]
pub trait Backend {
    fn sign_up(&self, email: &str) -> bool;
}

#[sqreen::identify]
pub type Session = u64;

#[sqreen::track("sold")]
pub union Price {
    pub cents: u64,
}

#[sqreen::track("sold")]
use std::collections::BTreeMap as Prices;

#[sqreen::track_auth]
macro_rules! login {
    () => {
        true
    };
}

#[sqreen::track_auth]
impl Backend for Prices<u8, Session> {
    fn sign_up(&self, email: &str) -> bool {
        login!() && email.is_empty()
    }
}

fn main() {
    Prices::new().sign_up("the items are still there");
    let _ = (Login::Typed, Price { cents: 1 });
}
