//! `$body:block` is the body of a function.
#![deny(warnings)]
#![forbid(unsafe_code)]

macro_rules! function {
    ($name:ident($email:ident) $body:block) => {
        #[sqreen::track_auth(user = $email)]
        fn $name($email: &str) -> bool $body
    };
}

macro_rules! method {
    ($self:ident, $name:ident $body:block) => {
        impl Service {
            #[sqreen::identify(user(id = $self.0))]
            async fn $name(&$self) -> Option<u64> $body
        }
    };
}

struct Service(u64);

function!(login(email) { email.is_empty() });

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(login(""));
    assert_eq!(Service(7).current().await, Some(7));
}

method!(self, current { Some(self.0) });
