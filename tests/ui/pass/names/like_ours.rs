//! Arguments, variables and functions that are called like what an attribute writes.
#![deny(warnings)]
#![forbid(unsafe_code)]

macro_rules! all {
    ($say:ident) => {
        $say! { __attempt __by __early __found __future __kept __out __outcome __refused __session __told __value __word }
    };
}

macro_rules! functions {
    ($($name:ident)*) => {
        #[sqreen::track_auth(user(out = __out, told = __told))]
        fn as_arguments($($name: u8),*) -> Option<u8> {
            Some(0 $(+ $name)*)
        }

        #[sqreen::track_auth(user = __out, traits(early = __early, seats = |__found| *__found + 1))]
        async fn as_arguments_later($($name: u8),*) -> Option<u8> {
            Some(0 $(+ $name)*)
        }

        #[sqreen::identify(user_from = |__told| ("id", *__told), banned = |__refused| { let _ = __refused; None })]
        async fn at_a_session($($name: u8),*) -> Option<u8> {
            Some(0 $(+ $name)*)
        }

        #[sqreen::track("told", properties(out = __out, more = |__out| *__out))]
        fn at_an_event($($name: u8),*) -> Option<u8> {
            Some(0 $(+ $name)*)
        }

        #[sqreen::track_auth(success = |__out| *__out > 0)]
        fn as_variables(email: &str) -> u8 {
            $(let $name = email.len() as u8;)*
            0 $(+ $name)*
        }

        #[sqreen::track_auth(failure = __out if __out.is_empty())]
        async fn as_items(email: &str) -> Result<u8, String> {
            $(fn $name() -> u8 { 1 })*
            if email.is_empty() { Err(email.to_owned()) } else { Ok(0 $(+ $name())*) }
        }
    };
}
all!(functions);

macro_rules! ones {
    ($($name:ident)*) => {
        ($(one(stringify!($name))),*)
    };
}

fn one(_: &str) -> u8 {
    1
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (a, b, c, d, e, f, g, h, i, j, k, l, m) = all!(ones);
    assert_eq!(as_arguments(a, b, c, d, e, f, g, h, i, j, k, l, m), Some(13));
    assert_eq!(as_arguments_later(a, b, c, d, e, f, g, h, i, j, k, l, m).await, Some(13));
    assert_eq!(at_a_session(a, b, c, d, e, f, g, h, i, j, k, l, m).await, Some(13));
    assert_eq!(at_an_event(a, b, c, d, e, f, g, h, i, j, k, l, m), Some(13));
    assert_eq!(as_variables("a"), 13);
    assert_eq!(as_items("a").await, Ok(13));
}
