//! Each type by each question, asked as an expanded attribute asks it.

#![allow(clippy::needless_borrow)] // As many references as there are steps, whichever of them is taken.

use super::tags::*;
use super::{Argument, LoginOutcome, Opaque, Outcome, Returned, Returns, Silent, Word, find, who};
use crate::bans::Standing;
use crate::event::{DecisionId, Reach, Subject};
use crate::identity::{Capture, Identity, UserIdentifiers};
use crate::request::Refused;

struct Reply(Outcome);

impl LoginOutcome for Reply {
    fn login_outcome(&self) -> Outcome {
        self.0
    }
}

#[derive(Debug, PartialEq)]
struct Converts(Refused);

impl From<Refused> for Converts {
    fn from(refused: Refused) -> Self {
        Self(refused)
    }
}

fn refused() -> Refused {
    Refused::new(&Standing {
        id: DecisionId::new(0, 1, 0),
        subject: Subject::User(UserIdentifiers::new("email", "alice@example.com").unwrap()),
        reach: Reach::Everything,
        until: None,
        redirect: None,
        because: "a test".into(),
    })
}

macro_rules! classify {
    ($value:expr) => {
        (&&Returned(&$value)).classify()
    };
}

macro_rules! present {
    ($value:expr) => {
        (&&Returned(&$value)).present()
    };
}

/// What a function of this type returns for a refusal, at once or after its error found no use.
macro_rules! refuse {
    ($type:ty) => {
        say::<_, $type>((&&Returns::<$type>::TYPE).refuse())
    };
}

/// Whether the function is to wait for the layer first.
macro_rules! waits {
    ($type:ty) => {
        waits::<_, $type>((&&Returns::<$type>::TYPE).refuse())
    };
}

/// What stands in for a value once the wait is over.
macro_rules! instead_of {
    ($value:expr; $type:ty) => {
        stand_in::<_, $type>((&&Returns::<$type>::TYPE).refuse(), $value)
    };
}

fn waits<W: Word<R>, R>(_: W) -> bool {
    W::WAITS
}

fn say<W: Word<R>, R>(_: W) -> Option<R> {
    W::say(&refused())
}

fn stand_in<W: Word<R>, R>(_: W, value: R) -> R {
    W::answer(W::keep(value), refused())
}

#[test]
fn success_failure_and_error_are_told_by_type() {
    use Outcome::{Error, Failure, Success};

    assert_eq!(classify!(true), Success);
    assert_eq!(classify!(false), Failure);
    assert_eq!(classify!(()), Success);
    assert_eq!(classify!(Some(1)), Success);
    assert_eq!(classify!(None::<u8>), Failure);
    assert_eq!(classify!(Ok::<u8, u8>(1)), Success);
    assert_eq!(classify!(Err::<u8, u8>(1)), Failure);
    assert_eq!(classify!(Ok::<(), u8>(())), Success);
    assert_eq!(classify!(Err::<(), u8>(1)), Failure);
    assert_eq!(classify!(Ok::<_, u8>(Some(1))), Success);
    assert_eq!(classify!(Ok::<_, u8>(None::<u8>)), Failure);
    assert_eq!(classify!(Err::<Option<u8>, u8>(1)), Error);
    assert_eq!(classify!(Ok::<_, u8>(true)), Success);
    assert_eq!(classify!(Ok::<_, u8>(false)), Failure);
    assert_eq!(classify!(Err::<bool, u8>(1)), Error);
    assert_eq!(classify!((true, 1)), Success);
    assert_eq!(classify!((false, "why")), Failure);
    assert_eq!(classify!(Ok::<_, u8>((false, 1))), Failure);
    assert_eq!(classify!(Err::<(bool, u8), u8>(1)), Error);
    assert_eq!(classify!(Reply(Error)), Error);
    assert_eq!(classify!(Ok::<_, u8>(Reply(Failure))), Failure);
    assert_eq!(classify!(Err::<Reply, u8>(1)), Error);
}

#[test]
fn an_http_answer_is_read_by_its_status() {
    use Outcome::{Error, Failure, Success, Unknown};
    use http::{Response, StatusCode};

    for (status, outcome) in [
        (StatusCode::OK, Success),
        (StatusCode::NO_CONTENT, Success),
        (StatusCode::BAD_REQUEST, Failure),
        (StatusCode::UNAUTHORIZED, Failure),
        (StatusCode::SERVICE_UNAVAILABLE, Error),
        (StatusCode::SEE_OTHER, Unknown),
        (StatusCode::SWITCHING_PROTOCOLS, Unknown),
    ] {
        let response = || Response::builder().status(status).body(()).unwrap();
        assert_eq!(classify!(status), outcome);
        assert_eq!(classify!(response()), outcome);
        assert_eq!(classify!((status, "body")), outcome);
        assert_eq!(classify!((status, "header", "body")), outcome);
        assert_eq!(classify!(Ok::<_, u8>(response())), outcome);
    }
    assert_eq!(classify!(Err::<StatusCode, u8>(1)), Error);
}

#[test]
fn what_no_pattern_matches_is_told_by_type_but_for_errors() {
    use Outcome::{Error, Failure, Success};

    macro_rules! rest {
        ($value:expr) => {
            (&&Returned(&$value)).rest(Error)
        };
    }
    assert_eq!(rest!(Err::<u8, u8>(1)), Error);
    assert_eq!(rest!(Ok::<u8, u8>(1)), Success);
    assert_eq!(rest!(Ok::<_, u8>(None::<u8>)), Failure);
    assert_eq!(rest!(Err::<Option<u8>, u8>(1)), Error);
    assert_eq!(rest!(false), Failure);
    assert_eq!(rest!(Reply(Failure)), Failure);
    assert_eq!(rest!("any other"), Success);
}

#[test]
fn a_redirect_succeeded_where_a_pattern_names_those_that_failed() {
    let redirect = http::StatusCode::SEE_OTHER;
    assert_eq!(
        (&&Returned(&redirect)).rest(Outcome::Error),
        Outcome::Success
    );
    assert_eq!(
        (&&Returned(&redirect)).rest(Outcome::Failure),
        Outcome::Unknown
    );
}

#[test]
fn a_pattern_is_of_the_error_where_there_is_one() {
    macro_rules! subject {
        ($value:expr) => {
            (&&Returned(&$value)).subject()
        };
    }
    assert_eq!(subject!(Err::<u8, _>("wrong")), Some(&"wrong"));
    assert_eq!(subject!(Ok::<_, &str>(1)), None);
    assert_eq!(subject!(Some(1)), Some(&Some(1)));
}

#[test]
fn what_was_found_is_the_value_inside() {
    macro_rules! payload {
        ($value:expr) => {
            (&&&Returned(&$value)).payload()
        };
    }
    assert_eq!(payload!(Ok::<_, u8>(Some(1))), Some(&1));
    assert_eq!(payload!(Ok::<_, u8>(None::<u8>)), None);
    assert_eq!(payload!(Err::<Option<u8>, u8>(1)), None);
    assert_eq!(payload!(Ok::<_, u8>(1)), Some(&1));
    assert_eq!(payload!(Err::<u8, u8>(1)), None);
    assert_eq!(payload!(Some(1)), Some(&1));
    assert_eq!(payload!((true, 1)), Some(&1));
    assert_eq!(payload!((false, 1)), None);
    assert_eq!(payload!(1), Some(&1));
}

#[test]
fn inside_a_generic_function_a_result_is_a_plain_one() {
    fn generic<T, E>(value: &Result<T, E>) -> Outcome {
        (&&Returned(value)).classify()
    }
    assert_eq!(generic(&Ok::<_, u8>(None::<u8>)), Outcome::Success);
}

#[test]
fn what_was_looked_for_is_there_or_is_not() {
    assert!(present!(1_u8));
    assert!(present!(()));
    assert!(present!(Some(1)));
    assert!(present!(true));
    assert!(present!(Ok::<u8, u8>(1)));
    assert!(present!(Ok::<_, u8>(Some(1))));
    assert!(!present!(None::<u8>));
    assert!(!present!(false));
    assert!(!present!(Err::<u8, u8>(1)));
    assert!(!present!(Ok::<_, u8>(None::<u8>)));
    assert!(!present!(Ok::<_, u8>(false)));
    assert!(!present!(Err::<bool, u8>(1)));
}

#[test]
fn a_refusal_is_the_functions_own_error_before_it_is_nobody() {
    let error = Converts(refused());
    assert_eq!(
        refuse!(Result<u8, Converts>),
        Some(Err(Converts(refused())))
    );
    assert_eq!(refuse!(Result<Option<u8>, Converts>), Some(Err(error)));
    assert_eq!(
        refuse!(Result<bool, Converts>),
        Some(Err(Converts(refused())))
    );
    assert_eq!(refuse!(Option<u8>), Some(None));
    assert_eq!(refuse!(bool), Some(false));
    assert_eq!(refuse!(Result<Option<u8>, u8>), Some(Ok(None)));
    assert_eq!(refuse!(Result<bool, u8>), Some(Ok(false)));
    assert_eq!(refuse!(Result<u8, u8>), None);
    assert_eq!(refuse!(()), None);
    assert_eq!(refuse!(u8), None);
}

#[test]
fn only_an_error_does_not_wait_for_the_layer() {
    assert!(!waits!(Result<u8, Converts>));
    assert!(waits!(Result<Option<u8>, u8>));
    assert!(waits!(Option<u8>));
    assert!(waits!(u8));
}

#[test]
fn an_opaque_type_is_refused_by_what_stands_around_it() {
    let error: Option<Result<u8, Converts>> =
        say((&&Returns::<Result<Opaque, Converts>>::TYPE).refuse());
    assert_eq!(error, Some(Err(Converts(refused()))));
    let nobody: Option<Option<u8>> = say((&&Returns::<Option<Opaque>>::TYPE).refuse());
    assert_eq!(nobody, Some(None));
    let unsaid: Option<u8> = say((&&Returns::<Opaque>::TYPE).refuse());
    assert_eq!(unsaid, None);
}

#[test]
fn a_value_is_kept_only_where_there_is_no_word_for_a_refusal() {
    assert_eq!(instead_of!(7; u8), 7);
    assert_eq!(instead_of!(Ok(7); Result<u8, u8>), Ok(7));
    assert_eq!(instead_of!(Some(7); Option<u8>), None);
    assert_eq!(
        instead_of!(Ok::<_, u8>(Some(7)); Result<Option<u8>, u8>),
        Ok(None)
    );
    assert_eq!(
        instead_of!(Ok::<_, Converts>(7); Result<u8, Converts>),
        Err(Converts(refused()))
    );
}

#[test]
fn the_user_is_found_in_options_and_results() {
    struct User;

    impl Identity for User {
        const KEYS: &'static [&'static str] = &["email"];

        fn capture(&self, into: &mut Capture) {
            into.add("email", "alice@example.com");
        }
    }

    fn found(ask: impl FnOnce(&mut Capture) -> bool) -> Option<UserIdentifiers> {
        let mut told = Capture::new();
        ask(&mut told).then(|| told.finish().unwrap())
    }

    let alice = UserIdentifiers::new("email", "alice@example.com").ok();
    assert_eq!(found(|into| who(&User, into)), alice);
    assert_eq!(found(|into| who(&Some(User), into)), alice);
    assert_eq!(found(|into| who(&Ok::<_, u8>(Some(User)), into)), alice);
    assert_eq!(found(|into| who(&None::<User>, into)), None);
    assert_eq!(found(|into| who(&Err::<User, _>(1), into)), None);
    assert_eq!(found(|into| who(&Ok::<Option<User>, u8>(None), into)), None);
}

#[test]
fn the_first_argument_whose_type_says_so_is_the_user_or_else_what_is_returned() {
    struct User(&'static str);

    impl Identity for User {
        const KEYS: &'static [&'static str] = &["id"];

        fn capture(&self, into: &mut Capture) {
            into.add("id", self.0);
        }
    }

    let (number, alice, bob) = (1, User("alice"), &User("bob"));
    let mut told = Capture::new();
    let found = Silent
        .or((&Argument(&number)).says())
        .or((&Argument(&alice)).says())
        .or((&Argument(&bob)).says());
    found.tell(&mut told);
    find(&found.by(), &Some(User("returned")), &mut told);
    assert_eq!(told.finish(), UserIdentifiers::new("id", "alice"));

    let mut told = Capture::new();
    let found = Silent.or((&Argument(&number)).says());
    found.tell(&mut told);
    find(&found.by(), &Some(User("returned")), &mut told);
    assert_eq!(told.finish(), UserIdentifiers::new("id", "returned"));
}
