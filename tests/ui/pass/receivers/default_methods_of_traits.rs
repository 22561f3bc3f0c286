//! A method with a body in a trait is watched in every implementation, and listed once.
#![deny(warnings)]
#![forbid(unsafe_code)]
#![allow(async_fn_in_trait)]

use std::future::Future;

use sqreen::registry::instrumentation;

trait Backend {
    fn password(&self) -> &str;

    #[sqreen::track_auth]
    fn login(&self, email: &str, password: &str) -> bool {
        !email.is_empty() && self.password() == password
    }

    #[sqreen::track_auth(user(email = email, length = self.password().len()), not_a_secret)]
    async fn login_later(&self, email: &str) -> Option<usize>
    where
        Self: Sized,
    {
        Some(email.len() + self.password().len())
    }

    #[sqreen::identify(user = number)]
    fn session(&self, number: u64) -> impl Future<Output = Option<u64>> + Send
    where
        Self: Sync,
    {
        async move { (number == self.password().len() as u64).then_some(number) }
    }
}

struct One;
struct Other(String);

impl Backend for One {
    fn password(&self) -> &str {
        "one"
    }
}

impl Backend for Other {
    fn password(&self) -> &str {
        &self.0
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let other = Other("other".to_owned());
    assert!(One.login("a", "one") && other.login("a", "other"));
    assert_eq!((One.login_later("a").await, other.login_later("a").await), (Some(4), Some(6)));
    assert_eq!((One.session(3).await, other.session(3).await), (Some(3), None));
    assert_eq!(instrumentation().len(), 3);
}
