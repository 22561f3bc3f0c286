//! The function from a `macro_rules!` and the attribute from its caller, and the reverse.
#![deny(warnings)]

macro_rules! login_function {
    ($(#[$attribute:meta])* $name:ident) => {
        $(#[$attribute])*
        fn $name(email: &str, password: &str) -> bool {
            email == password
        }
    };
}

login_function! {
    #[sqreen::track_auth(user = "email")]
    attribute_from_the_caller_as_text
}

login_function! {
    #[sqreen::track_auth(user = email)]
    attribute_from_the_caller
}

macro_rules! tracked {
    ($user:expr, $text:literal; $($function:tt)*) => {
        mod by_expression {
            #[sqreen::track_auth(user = $user)]
            $($function)*
        }
        mod by_literal {
            #[sqreen::track_signup(user = $text)]
            $($function)*
        }
        mod by_key {
            #[sqreen::track_signup(user(email = $user))]
            $($function)*
        }
        mod by_name {
            #[sqreen::track_auth(user = email)]
            $($function)*
        }
    };
}

tracked! {
    email, "email";
    pub(crate) fn login(email: &str) -> bool {
        email.is_empty()
    }
}

macro_rules! method {
    ($($identifier:tt)*) => {
        impl Service {
            #[sqreen::track_auth(user($($identifier)*))]
            fn method(&self) -> bool {
                self.shop == 7
            }
        }
    };
}

struct Service {
    shop: u64,
}

method!(platform_id = self.shop);

fn main() {
    assert!(attribute_from_the_caller("a", "a"));
    assert!(attribute_from_the_caller_as_text("a", "a"));
    assert!(by_expression::login(""));
    assert!(by_literal::login(""));
    assert!(by_key::login(""));
    assert!(by_name::login(""));
    assert!(Service { shop: 7 }.method());
}
