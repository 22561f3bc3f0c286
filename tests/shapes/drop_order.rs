//! A program of any edition: what is dropped when, in a function with an attribute and in one without.

use std::cell::RefCell;

thread_local! {
    static DROPPED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

struct Told(&'static str);

impl Told {
    fn there(&self) -> Option<u8> {
        Some(1)
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        DROPPED.with(|dropped| dropped.borrow_mut().push(self.0));
    }
}

macro_rules! twice {
    ($name:ident, $attributed:ident, $attribute:meta) => {
        fn $name(email: Told) -> Option<u8> {
            let _local = Told("local");
            let _ = &email;
            Told("temporary").there()
        }

        #[$attribute]
        fn $attributed(email: Told) -> Option<u8> {
            let _local = Told("local");
            let _ = &email;
            Told("temporary").there()
        }
    };
}
twice!(plain, login, sqreen::track_auth(user(email = email.0)));
twice!(another, session, sqreen::identify(user(email = email.0)));
twice!(third, event, sqreen::track("seen"));

fn dropped(function: fn(Told) -> Option<u8>) -> Vec<&'static str> {
    function(Told("argument"));
    DROPPED.with(RefCell::take)
}

fn main() {
    for (plain, attributed) in [
        (plain as fn(Told) -> Option<u8>, login as fn(Told) -> Option<u8>),
        (another, session),
        (third, event),
    ] {
        assert_eq!(dropped(plain), dropped(attributed));
    }
}
