//! The compiler's word about a function that nobody calls is kept, at once and later, in an `impl` too.
#![deny(warnings)]
#![forbid(unsafe_code)]

#[sqreen::track_auth]
#[expect(dead_code)]
fn below(email: &str) -> bool {
    email.is_empty()
}

#[expect(dead_code)]
#[sqreen::track_auth]
async fn above(email: &str) -> bool {
    email.is_empty()
}

#[expect(dead_code)]
#[sqreen::identify(user = email)]
async fn session(email: &str) -> Option<bool> {
    Some(email.is_empty())
}

#[expect(dead_code)]
#[sqreen::track("order.placed")]
fn event(amount: u32) -> u32 {
    amount
}

struct Service;

impl Service {
    #[expect(dead_code)]
    #[sqreen::track_auth]
    fn method(&self, email: &str) -> bool {
        email.is_empty()
    }

    #[sqreen::track_signup]
    #[expect(dead_code)]
    async fn method_later(&self, email: &str) -> bool {
        email.is_empty()
    }
}

#[derive(sqreen::Identity)]
struct User {
    email: String,
    #[expect(dead_code)]
    name: String,
}

fn main() {
    let _ = Service;
    let _ = |email| User { email, name: String::new() };
}
