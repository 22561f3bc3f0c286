//! A module whose functions come from a `macro_rules!`, in part or whole.
#![deny(warnings)]

macro_rules! account {
    ($vis:vis $name:ident, $argument:ident: $type:ty, $extra:item) => {
        #[sqreen::auto]
        mod account {
            $vis fn $name($argument: $type) -> bool {
                $argument.is_empty()
            }

            #[inline]
            $extra
        }
    };
}

account!(pub login, email: &str, pub fn sign_up(username: &str) -> bool { username.is_empty() });

fn main() {
    assert!(account::login("") && account::sign_up(""));
    assert_eq!(sqreen::registry::instrumentation().len(), 2);
}
