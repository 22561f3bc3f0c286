//! Several identifiers, keys in any order, keys that are no Rust names, values that are calls.
#![deny(warnings)]

struct Shop {
    id: u64,
}

impl Shop {
    fn platform(&self) -> u64 {
        self.id
    }

    #[sqreen::track_auth(user(platform_id = self.platform(), email = email,))]
    fn login(&self, email: &str) -> bool {
        email.len() as u64 == self.id
    }
}

#[sqreen::track_signup(user("e-mail" = address.trim(), platform_id = shop.platform(), tenant = ids[0], row = pair.1))]
fn sign_up(address: &str, shop: &Shop, ids: &[u64], pair: (u64, u64)) -> Result<u64, String> {
    Ok(address.len() as u64 + shop.id + ids[0] + pair.0 + pair.1)
}

#[sqreen::identify(user(email = "account.0.email", platform_id = *number))]
fn current(account: (Account,), number: &u64) -> bool {
    account.0.email.len() as u64 == *number
}

struct Account {
    email: String,
}

fn main() {
    assert!(Shop { id: 1 }.login("a"));
    assert_eq!(sign_up("a", &Shop { id: 1 }, &[1], (1, 1)), Ok(5));
    assert!(current((Account { email: "a".into() },), &1));
}
