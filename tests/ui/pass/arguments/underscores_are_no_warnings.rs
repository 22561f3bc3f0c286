//! Arguments without a name, or with one that says they are not used.
#![deny(warnings)]
#![forbid(unsafe_code)]

#[sqreen::track_auth]
fn nameless(email: &str, _: u32, _: String, _unused: Vec<u8>) -> bool {
    email.is_empty()
}

#[sqreen::track_auth]
async fn nameless_later(_: Vec<u8>, email: String, _: String, _unused: &mut u8) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(user = _email)]
fn only_for_the_attribute(_email: &str, _password: &str) -> bool {
    true
}

struct Service;

impl Service {
    #[sqreen::identify(user = email)]
    fn method(self, email: &str, _: u8, (_, _third): (u8, String)) -> Option<usize> {
        Some(email.len())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(nameless("", 1, String::new(), Vec::new()));
    assert!(nameless_later(Vec::new(), String::new(), String::new(), &mut 1).await);
    assert!(only_for_the_attribute("", ""));
    assert_eq!(Service.method("a", 1, (2, String::new())), Some(1));
}
