//! `user(email = …, platform_id = …)`: all of them together are the user.
#![deny(warnings)]
#![forbid(unsafe_code)]

use sqreen::registry::instrumentation;

struct Shop {
    id: u64,
}

struct Form {
    email: String,
    password: String,
}

#[sqreen::track_auth(user(email = form.email, platform_id = shop.id))]
async fn login(form: Form, shop: &Shop) -> Result<u64, &'static str> {
    if form.password.is_empty() { Err("no password") } else { Ok(shop.id) }
}

#[sqreen::track_signup(user(platform_id = shop.id, email = form.email,))]
async fn sign_up(form: &Form, shop: &Shop) -> Result<u64, &'static str> {
    if form.password.is_empty() { Err("no password") } else { Ok(shop.id) }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let form = Form { email: "alice@example.com".to_owned(), password: "correct horse".to_owned() };
    assert_eq!(sign_up(&form, &Shop { id: 7 }).await, Ok(7));
    assert_eq!(login(form, &Shop { id: 7 }).await, Ok(7));
    for site in instrumentation() {
        assert_eq!(site.keys, ["email", "platform_id"]);
    }
}
