//! An `$e:expr` is one expression, whatever an attribute puts behind it.
#![deny(warnings)]
#![forbid(unsafe_code)]

macro_rules! functions {
    ($user:expr, $wrong:expr, $banned:expr) => {
        #[sqreen::track_auth(user = $user.email, failure = error if $wrong(error))]
        fn login(form: &&Form) -> Result<u8, String> {
            form.email.parse().map_err(|_| form.email.clone())
        }

        #[sqreen::track_auth(success = |length| *length > 1, banned = $banned)]
        fn length(email: &str) -> usize {
            email.len()
        }
    };
}

struct Form {
    email: String,
}

functions!(*form, |error: &String| error.is_empty(), |_| 0);

fn main() {
    assert_eq!(login(&&Form { email: "x".to_owned() }), Err("x".to_owned()));
    assert_eq!(length("a"), 1);
}
