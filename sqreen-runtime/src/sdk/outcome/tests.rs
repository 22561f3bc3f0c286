//! Each type by each question, asked as an expanded attribute asks it.

#![allow(clippy::needless_borrow)] // As many references as there are steps, whichever of them is taken.

use super::tags::*;
use super::{LoginOutcome, Opaque, Outcome, Returned, Returns, who, word};
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
    ($type:ty) => {{
        let refuse: Option<$type> = (&&Returns::<$type>::TYPE).refuse(refused()).value();
        refuse
    }};
}

macro_rules! error_then_absence {
    ($type:ty) => {{
        let error: Option<$type> = (&&Returns::<$type>::TYPE).error(refused()).value();
        let absence: Option<$type> = (&&Returns::<$type>::TYPE).absence().value();
        (error, absence)
    }};
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
    assert_eq!(classify!(Reply(Error)), Error);
    assert_eq!(classify!(Ok::<_, u8>(Reply(Failure))), Failure);
    assert_eq!(classify!(Err::<Reply, u8>(1)), Error);
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
fn a_function_that_can_wait_is_asked_for_one_after_the_other() {
    assert_eq!(
        error_then_absence!(Result<u8, Converts>),
        (Some(Err(Converts(refused()))), None)
    );
    assert_eq!(
        error_then_absence!(Result<Option<u8>, u8>),
        (None, Some(Ok(None)))
    );
    assert_eq!(error_then_absence!(Option<u8>), (None, Some(None)));
    assert_eq!(error_then_absence!(u8), (None, None));
}

#[test]
fn an_opaque_type_is_refused_by_what_stands_around_it() {
    let error: Option<Result<u8, Converts>> = (&&Returns::<Result<Opaque, Converts>>::TYPE)
        .refuse(refused())
        .value();
    assert_eq!(error, Some(Err(Converts(refused()))));
    let nobody: Option<Option<u8>> = (&&Returns::<Option<Opaque>>::TYPE)
        .refuse(refused())
        .value();
    assert_eq!(nobody, Some(None));
    let unsaid: Option<u8> = (&&Returns::<Opaque>::TYPE).refuse(refused()).value();
    assert_eq!(unsaid, None);
}

#[test]
fn a_value_is_kept_only_where_there_is_no_word_for_nobody() {
    let kept: u8 = word((&&Returns::<u8>::TYPE).keep(7));
    assert_eq!(kept, 7);
    let kept: Result<u8, u8> = word((&&Returns::<Result<u8, u8>>::TYPE).keep(Ok(7)));
    assert_eq!(kept, Ok(7));
    let gone: Option<u8> = word((&&Returns::<Option<u8>>::TYPE).keep(Some(7)));
    assert_eq!(gone, None);
    let gone: Result<Option<u8>, u8> =
        word((&&Returns::<Result<Option<u8>, u8>>::TYPE).keep(Ok::<_, u8>(Some(7))));
    assert_eq!(gone, Ok(None));
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
        let mut capture = Capture::new();
        ask(&mut capture).then(|| capture.finish().unwrap())
    }

    let alice = UserIdentifiers::new("email", "alice@example.com").ok();
    assert_eq!(found(|into| who(&User, into)), alice);
    assert_eq!(found(|into| who(&Some(User), into)), alice);
    assert_eq!(found(|into| who(&Ok::<_, u8>(Some(User)), into)), alice);
    assert_eq!(found(|into| who(&None::<User>, into)), None);
    assert_eq!(found(|into| who(&Err::<User, _>(1), into)), None);
    assert_eq!(found(|into| who(&Ok::<Option<User>, u8>(None), into)), None);
}
